#include "object_store/record_format.h"

#include "base/digest.h"
#include "object_store/errors.h"

namespace atelier::object_store {
namespace {

constexpr std::uint32_t kRecordMagic = 0x31524241;  // "ABR1"
constexpr std::string_view kSegmentMagic = "ATELIER SEGMENT 1\n";
constexpr std::size_t kChecked = 20;  // what the header's own checksum covers

void PutLittle(std::string& to, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) to.push_back(static_cast<char>((value >> (8 * i)) & 255));
}

std::uint64_t GetLittle(std::string_view from, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{static_cast<unsigned char>(from[at + i])} << (8 * i);
  return value;
}

}  // namespace

std::string EncodeSegmentHeader(std::uint32_t volume) {
  std::string header(kSegmentMagic);
  PutLittle(header, volume, 4);
  header.resize(kSegmentHeaderSize, '\0');
  return header;
}

std::string EncodeRecordHeader(const BlobRef& blob) {
  std::string header;
  header.reserve(kRecordHeaderSize);
  PutLittle(header, kRecordMagic, 4);
  PutLittle(header, blob.size, 4);
  PutLittle(header, blob.id.value(), 8);
  PutLittle(header, blob.crc32c, 4);
  PutLittle(header, Crc32c(header), 4);
  return header;
}

Result<void> CheckRecordHeader(std::string_view header, const BlobRef& expected) {
  auto damaged = [&](std::string_view what) { return DamagedBlob(std::string(what)); };
  if (header.size() != kRecordHeaderSize || GetLittle(header, 0, 4) != kRecordMagic)
    return damaged("there is no record where the index says");
  if (GetLittle(header, kChecked, 4) != Crc32c(header.substr(0, kChecked)))
    return damaged("the record header's checksum does not match");
  if (GetLittle(header, 8, 8) != expected.id.value() || GetLittle(header, 4, 4) != expected.size ||
      GetLittle(header, 16, 4) != expected.crc32c)
    return damaged("the record is not the one the index names");
  return {};
}

}  // namespace atelier::object_store
