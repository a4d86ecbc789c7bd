#include "api/object_store/page_query.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"

namespace atelier::api::s3 {

Result<std::size_t> PageLimit(const Call& call, std::string_view parameter) {
  auto text = call.Query(parameter);
  if (!text || text->empty()) return kMaxPage;
  auto number = ParseNumber<std::uint32_t>(*text);
  if (!number) {
    return InvalidArgument(fmt::format("{} must be a number from 0 to {}, not \"{}\"", parameter, kMaxPage, *text),
                           "InvalidArgument");
  }
  return std::min<std::size_t>(*number, kMaxPage);
}

Result<int> PartNumberOf(const Call& call) {
  constexpr int kMaxPartNumber = 10'000;
  std::string_view text = call.Query("partNumber").value_or("");
  auto number = ParseNumber<int>(text);
  if (number && *number >= 1 && *number <= kMaxPartNumber) return *number;
  return InvalidArgument(fmt::format("partNumber must be a number from 1 to {}, not \"{}\"", kMaxPartNumber, text),
                         "InvalidArgument");
}

}  // namespace atelier::api::s3
