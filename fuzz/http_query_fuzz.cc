// The two halves of a request target: the query, and the path against patterns.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/message.h"
#include "http/router.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace atelier::http;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  auto query = Query::Parse(input);
  for (const auto& parameter : query)
    if (!query.Has(parameter.name) || (!parameter.has_equals && !parameter.value.empty())) std::abort();
  for (std::string_view pattern : {"/", "/v1/{project_id}/models/{model_id}", "/{bucket}/{key...}", "/a/b"}) {
    auto arguments = MatchPattern(pattern, input);
    if (arguments && !input.starts_with('/')) std::abort();
  }
  // A pattern from the input must not do worse than not match.
  (void)MatchPattern(input, "/a/b/c");
  (void)PatternRank(input);
  return 0;
}
