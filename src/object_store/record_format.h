// The header before each small blob in a segment (docs/formats/object-store.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "object_store/blob.h"

namespace atelier::object_store {

inline constexpr std::uint64_t kRecordHeaderSize = 24;
// Where the first record of a segment begins; offset 0 never names a record.
inline constexpr std::uint64_t kSegmentHeaderSize = 64;

std::string EncodeSegmentHeader(std::uint32_t volume);
std::string EncodeRecordHeader(const BlobRef& blob);
// DamagedBlob when the bytes are no header, a damaged one, or that of another blob.
Result<void> CheckRecordHeader(std::string_view header, const BlobRef& expected);

// The bytes a record takes, padding included.
constexpr std::uint64_t RecordSize(std::uint64_t payload) {
  constexpr std::uint64_t kMask = BlobId::kRecordAlignment - 1;
  return (kRecordHeaderSize + payload + kMask) & ~kMask;
}

}  // namespace atelier::object_store
