#include "storage/object_codec.h"

#include <cstdint>
#include <map>

namespace atelier::storage {
namespace {

using object_store::BlobId;
using object_store::Checksum;
using object_store::MultipartUpload;
using object_store::ObjectAttributes;
using object_store::ObjectRecord;
using object_store::Piece;
using object_store::StoredObject;
using object_store::StoredPart;

// 1: without tags, ACL, owner and appends. Both are read, the newer one is written.
constexpr std::uint64_t kVersion = 2;

class Encoder {
 public:
  Encoder() { Number(kVersion); }
  void Number(std::uint64_t value) {
    for (; value >= 128; value >>= 7) bytes_.push_back(static_cast<char>((value & 127) | 128));
    bytes_.push_back(static_cast<char>(value));
  }
  void Text(std::string_view text) {
    Number(text.size());
    bytes_.append(text);
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads past the end or of a wrong version leave ok() false; values are then empty.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : bytes_(bytes) {
    version_ = Number();
    ok_ = ok_ && version_ >= 1 && version_ <= kVersion;
  }
  bool Has(std::uint64_t version) const { return version_ >= version; }
  std::uint64_t Number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) break;
      auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= std::uint64_t{byte & 127U} << shift;
      if (byte < 128) return value;
    }
    ok_ = false;
    return 0;
  }
  // A number of things still to come: never more than there are bytes.
  std::uint64_t Count() {
    std::uint64_t count = Number();
    if (count <= bytes_.size()) return count;
    ok_ = false;
    return 0;
  }
  std::string Text() {
    std::uint64_t size = Count();
    std::string text(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return text;
  }
  Result<void> Finish() const {
    if (ok_ && bytes_.empty()) return {};
    return Internal("a row of objects.db cannot be decoded; the file is damaged or was changed by something else");
  }

 private:
  std::string_view bytes_;
  std::uint64_t version_ = 0;
  bool ok_ = true;
};

void PutMap(Encoder& to, const std::map<std::string, std::string>& map) {
  to.Number(map.size());
  for (const auto& [name, value] : map) {
    to.Text(name);
    to.Text(value);
  }
}

std::map<std::string, std::string> GetMap(Decoder& from) {
  std::map<std::string, std::string> map;
  for (std::uint64_t left = from.Count(); left > 0; --left) {
    std::string name = from.Text();
    map[std::move(name)] = from.Text();
  }
  return map;
}

void PutAttributes(Encoder& to, const ObjectAttributes& attributes) {
  to.Text(attributes.content_type);
  to.Text(attributes.storage_class);
  PutMap(to, attributes.headers);
  PutMap(to, attributes.metadata);
  PutMap(to, attributes.tags);
  to.Text(attributes.acl);
  to.Text(attributes.owner_id);
}

void GetAttributes(Decoder& from, ObjectAttributes& attributes) {
  attributes.content_type = from.Text();
  attributes.storage_class = from.Text();
  attributes.headers = GetMap(from);
  attributes.metadata = GetMap(from);
  if (!from.Has(2)) return;
  attributes.tags = GetMap(from);
  attributes.acl = from.Text();
  attributes.owner_id = from.Text();
}

// Numbers on disk for the kinds: never renumber.
std::uint64_t KindNumber(DigestKind kind) {
  switch (kind) {
    case DigestKind::kMd5:
      return 1;
    case DigestKind::kSha1:
      return 2;
    case DigestKind::kSha256:
      return 3;
    case DigestKind::kSha512:
      return 4;
    case DigestKind::kCrc32:
      return 5;
    case DigestKind::kCrc32c:
      return 6;
    case DigestKind::kCrc64Nvme:
      return 7;
    case DigestKind::kCrc64Ecma:
      return 8;
  }
  return 0;
}

DigestKind KindOf(std::uint64_t number) {
  for (DigestKind kind : {DigestKind::kMd5, DigestKind::kSha1, DigestKind::kSha256, DigestKind::kSha512,
                          DigestKind::kCrc32, DigestKind::kCrc32c, DigestKind::kCrc64Nvme})
    if (KindNumber(kind) == number) return kind;
  return DigestKind::kCrc64Ecma;
}

void PutChecksum(Encoder& to, const Checksum& checksum) {
  to.Number(KindNumber(checksum.kind));
  to.Number(checksum.composite ? 1 : 0);
  to.Text(checksum.value);
}

Checksum GetChecksum(Decoder& from) {
  Checksum checksum;
  checksum.kind = KindOf(from.Number());
  checksum.composite = from.Number() != 0;
  checksum.value = from.Text();
  return checksum;
}

void PutPieces(Encoder& to, const std::vector<Piece>& pieces) {
  to.Number(pieces.size());
  for (const Piece& piece : pieces) {
    to.Number(piece.blob.id.value());
    to.Number(piece.blob.size);
    to.Number(piece.blob.crc32c);
    to.Number(piece.offset);
    to.Number(piece.length);
  }
}

std::vector<Piece> GetPieces(Decoder& from) {
  std::vector<Piece> pieces;
  for (std::uint64_t left = from.Count(); left > 0; --left) {
    Piece piece;
    piece.blob.id = BlobId(from.Number());
    piece.blob.size = from.Number();
    piece.blob.crc32c = static_cast<std::uint32_t>(from.Number());
    piece.offset = from.Number();
    piece.length = from.Number();
    pieces.push_back(piece);
  }
  return pieces;
}

}  // namespace

std::string EncodeObjectAttributes(const ObjectRecord& record) {
  Encoder to;
  PutAttributes(to, record.attributes);
  to.Number(record.checksums.size());
  for (const Checksum& checksum : record.checksums) PutChecksum(to, checksum);
  to.Number(record.appends);
  return to.Take();
}

Result<void> DecodeObjectAttributes(std::string_view bytes, ObjectRecord& record) {
  Decoder from(bytes);
  GetAttributes(from, record.attributes);
  record.checksums.clear();
  for (std::uint64_t left = from.Count(); left > 0; --left) record.checksums.push_back(GetChecksum(from));
  record.appends = from.Has(2) ? static_cast<std::uint32_t>(from.Number()) : 0;
  return from.Finish();
}

std::string EncodeObjectLayout(const StoredObject& object) {
  Encoder to;
  PutPieces(to, object.pieces);
  to.Number(object.record.part_sizes.size());
  for (std::uint64_t size : object.record.part_sizes) to.Number(size);
  to.Text(object.upload_id);
  return to.Take();
}

Result<void> DecodeObjectLayout(std::string_view bytes, StoredObject& object) {
  Decoder from(bytes);
  object.pieces = GetPieces(from);
  object.record.part_sizes.clear();
  for (std::uint64_t left = from.Count(); left > 0; --left) object.record.part_sizes.push_back(from.Number());
  object.upload_id = from.Text();
  return from.Finish();
}

std::string EncodeUploadAttributes(const MultipartUpload& upload) {
  Encoder to;
  PutAttributes(to, upload.attributes);
  to.Number(upload.checksum_kind ? KindNumber(*upload.checksum_kind) : 0);
  to.Number(upload.checksum_composite ? 1 : 0);
  return to.Take();
}

Result<void> DecodeUploadAttributes(std::string_view bytes, MultipartUpload& upload) {
  Decoder from(bytes);
  GetAttributes(from, upload.attributes);
  std::uint64_t kind = from.Number();
  upload.checksum_kind = kind == 0 ? std::nullopt : std::optional(KindOf(kind));
  upload.checksum_composite = from.Number() != 0;
  return from.Finish();
}

std::string EncodePartLayout(const StoredPart& part) {
  Encoder to;
  PutPieces(to, part.pieces);
  to.Number(part.record.checksum ? 1 : 0);
  if (part.record.checksum) PutChecksum(to, *part.record.checksum);
  return to.Take();
}

Result<void> DecodePartLayout(std::string_view bytes, StoredPart& part) {
  Decoder from(bytes);
  part.pieces = GetPieces(from);
  part.record.checksum.reset();
  if (from.Number() != 0) part.record.checksum = GetChecksum(from);
  return from.Finish();
}

}  // namespace atelier::storage
