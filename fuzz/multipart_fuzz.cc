// The first byte says where to split the rest; whole or split, the parser must say the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/multipart.h"

namespace {

using atelier::Result;
using namespace atelier::http;

// `step` 0 feeds everything at once.
std::string Events(std::string_view input, std::size_t step) {
  std::string log;
  MultipartParser::Events events;
  events.on_part = [&](PartHeader header) -> Result<void> {
    log += "[" + header.name + "|" + header.file_name.value_or("-") + "|" + header.content_type + "]";
    return {};
  };
  events.on_data = [&](std::string_view data) -> Result<void> {
    log += data;
    return {};
  };
  events.on_part_end = [&]() -> Result<void> {
    log += "[end]";
    return {};
  };
  MultipartLimits limits;
  limits.parts = 8;
  limits.header_bytes = 256;
  MultipartParser parser("b", limits, std::move(events));
  if (step == 0) step = input.size() + 1;
  for (; !input.empty(); input.remove_prefix(std::min(step, input.size())))
    if (auto fed = parser.Feed(input.substr(0, step)); !fed) return log + fed.error().message;
  auto finished = parser.Finish();
  return finished ? log : log + finished.error().message;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (Events(input, 0) != Events(input, data[0] % 16 + 1)) std::abort();
  (void)atelier::http::BoundaryOf(input);
  return 0;
}
