// Names of stored bytes.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

namespace atelier::object_store {

// Where a blob lies, in 64 bits: the volume it was written to (upper half) and, within it, either a record of the
// volume's segment (its offset / 8) or a file of its own (a running number). Never used twice.
class BlobId {
 public:
  static constexpr std::uint32_t kFileBit = 0x80000000U;
  static constexpr std::uint64_t kRecordAlignment = 8;

  BlobId() = default;
  explicit BlobId(std::uint64_t value) : value_(value) {}
  static BlobId Record(std::uint32_t volume, std::uint64_t offset) {
    return BlobId((std::uint64_t{volume} << 32) | (offset / kRecordAlignment));
  }
  static BlobId File(std::uint32_t volume, std::uint32_t number) {
    return BlobId((std::uint64_t{volume} << 32) | kFileBit | number);
  }
  static BlobId FirstOf(std::uint32_t volume) { return BlobId(std::uint64_t{volume} << 32); }

  std::uint64_t value() const { return value_; }
  std::uint32_t volume() const { return static_cast<std::uint32_t>(value_ >> 32); }
  bool in_file() const { return (value_ & kFileBit) != 0; }
  std::uint64_t record_offset() const { return (value_ & (kFileBit - 1)) * kRecordAlignment; }
  auto operator<=>(const BlobId&) const = default;

 private:
  std::uint64_t value_ = 0;
};

// A blob whose bytes are durable.
struct BlobRef {
  BlobId id;
  std::uint64_t size = 0;
  std::uint32_t crc32c = 0;
  bool operator==(const BlobRef&) const = default;
};

// A run of bytes of a blob: objects and parts are lists of these.
struct Piece {
  BlobRef blob;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool operator==(const Piece&) const = default;
};

// The pieces of bytes [offset, offset + length) of what `pieces` make up.
std::vector<Piece> SlicePieces(const std::vector<Piece>& pieces, std::uint64_t offset, std::uint64_t length);

}  // namespace atelier::object_store
