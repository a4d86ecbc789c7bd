#include "api/object_store/ranges.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

constexpr std::string_view kUnit = "bytes=";

// Digits only; a number too large for 64 bits counts as the largest one, for it lies beyond every object anyway.
std::optional<std::uint64_t> ParsePosition(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  return ParseNumber<std::uint64_t>(text).value_or(std::numeric_limits<std::uint64_t>::max());
}

std::unexpected<Error> Unsatisfiable(std::string_view header, std::uint64_t size) {
  return InvalidArgument(fmt::format("the range \"{}\" has no byte of an object of {} bytes", header, size),
                         "InvalidRange", fmt::format_int(size).str());
}

}  // namespace

Result<std::optional<ByteRange>> ParseRange(std::string_view header, std::uint64_t size) {
  std::string_view spec = Trim(header);
  if (!StartsWithIgnoreCase(spec, kUnit)) return std::nullopt;
  spec = Trim(spec.substr(kUnit.size()));
  auto dash = spec.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  std::string_view first_text = spec.substr(0, dash);
  std::string_view last_text = spec.substr(dash + 1);

  if (first_text.empty()) {
    auto suffix = ParsePosition(last_text);
    if (!suffix) return std::nullopt;
    if (*suffix == 0 || size == 0) return Unsatisfiable(header, size);
    std::uint64_t length = std::min(*suffix, size);
    return ByteRange{size - length, length};
  }

  auto first = ParsePosition(first_text);
  auto last = last_text.empty() ? std::numeric_limits<std::uint64_t>::max() : ParsePosition(last_text);
  if (!first || !last || *last < *first) return std::nullopt;
  if (*first >= size) return Unsatisfiable(header, size);
  return ByteRange{*first, std::min(*last, size - 1) - *first + 1};
}

Result<ByteRange> PartRange(const std::vector<std::uint64_t>& part_sizes, std::uint64_t size, std::string_view number) {
  auto wanted = ParseNumber<std::uint32_t>(number);
  if (!wanted || *wanted < 1 || *wanted > 10'000) {
    return InvalidArgument(fmt::format("partNumber must be a number from 1 to 10000, not \"{}\"", number),
                           "InvalidArgument");
  }
  std::size_t parts = std::max<std::size_t>(part_sizes.size(), 1);
  if (*wanted > parts) {
    return InvalidArgument(fmt::format("the object has {} part(s); there is no part {}", parts, *wanted),
                           "InvalidPartNumber");
  }
  if (part_sizes.empty()) return ByteRange{0, size};
  ByteRange range;
  for (std::size_t i = 0; i + 1 < *wanted; ++i) range.offset += part_sizes[i];
  range.length = part_sizes[*wanted - 1];
  return range;
}

Result<ByteRange> ParseCopyRange(std::string_view header) {
  std::string_view spec = Trim(header);
  if (StartsWithIgnoreCase(spec, kUnit)) {
    spec.remove_prefix(kUnit.size());
    auto dash = spec.find('-');
    if (dash != std::string_view::npos) {
      auto first = ParseNumber<std::uint64_t>(spec.substr(0, dash));
      auto last = ParseNumber<std::uint64_t>(spec.substr(dash + 1));
      if (first && last && *first <= *last && *last != std::numeric_limits<std::uint64_t>::max()) {
        return ByteRange{*first, *last - *first + 1};
      }
    }
  }
  return InvalidArgument(
      fmt::format("the copy source range must look like bytes=first-last with first <= last, not \"{}\"", header),
      "InvalidArgument");
}

}  // namespace atelier::api::s3
