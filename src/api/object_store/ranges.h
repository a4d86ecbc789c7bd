// Which bytes of an object a request wants: Range, part numbers, copy-source-range.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace atelier::api::s3 {

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool operator==(const ByteRange&) const = default;
};

// "bytes=a-b", "bytes=a-", "bytes=-n" against a size. nullopt: answer with the whole object, as for a header that is
// absent, malformed or names several ranges. InvalidArgument (code InvalidRange, subject = size) when no byte of it
// exists.
Result<std::optional<ByteRange>> ParseRange(std::string_view header, std::uint64_t size);

// The bytes of part `number` of an object; a simple object is its own part 1. InvalidArgument (code InvalidPartNumber).
Result<ByteRange> PartRange(const std::vector<std::uint64_t>& part_sizes, std::uint64_t size, std::string_view number);

// x-*-copy-source-range: "bytes=first-last", both inclusive and required. InvalidArgument.
Result<ByteRange> ParseCopyRange(std::string_view header);

}  // namespace atelier::api::s3
