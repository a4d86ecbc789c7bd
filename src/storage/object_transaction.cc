#include "storage/object_transaction.h"

#include <algorithm>
#include <limits>

#include "object_store/errors.h"
#include "storage/object_codec.h"

namespace atelier::storage {

using object_store::BlobRef;
using object_store::DeadCount;
using object_store::Piece;
using object_store::StoredObject;
using object_store::StoredPart;

namespace {

std::int64_t Signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::uint64_t Unsigned(std::int64_t value) { return static_cast<std::uint64_t>(value); }

bool IsFresh(const std::vector<BlobRef>& fresh, object_store::BlobId id) {
  return std::ranges::any_of(fresh, [&](const BlobRef& blob) { return blob.id == id; });
}

}  // namespace

std::optional<ObjectTransaction::BucketRow> ObjectTransaction::FindBucket(const std::string& name) {
  ObjectStatements& s = statements_;
  s.name = name;
  if (!ObjectStatements::One(s.find_bucket)) return std::nullopt;
  return BucketRow{s.bucket_id,
                   {name, s.project_id, s.region, s.storage_class, FromUnixMillis(s.time)},
                   {Unsigned(s.bytes), Unsigned(s.objects)}};
}

Result<ObjectTransaction::BucketRow> ObjectTransaction::NeedBucket(const std::string& name) {
  auto bucket = FindBucket(name);
  if (!bucket) return object_store::NoSuchBucket(name);
  return *std::move(bucket);
}

Result<std::optional<StoredObject>> ObjectTransaction::FindObject(const BucketRow& bucket, const std::string& key) {
  ObjectStatements& s = statements_;
  s.bucket_id = bucket.id;
  s.key = key;
  if (!ObjectStatements::One(s.find_object)) return std::nullopt;
  StoredObject object;
  object.record.bucket = bucket.bucket.name;
  object.record.key = key;
  object.record.size = Unsigned(s.size);
  object.record.etag = s.etag;
  object.record.last_modified = FromUnixMillis(s.time);
  ATELIER_CHECK(DecodeObjectAttributes(s.attributes, object.record));
  ATELIER_CHECK(DecodeObjectLayout(s.layout, object));
  return object;
}

DeadCount ObjectTransaction::PutObject(const BucketRow& bucket, const StoredObject& object,
                                       const std::optional<StoredObject>& present) {
  ObjectStatements& s = statements_;
  s.bucket_id = bucket.id;
  s.key = object.record.key;
  s.size = Signed(object.record.size);
  s.etag = object.record.etag;
  s.time = ToUnixMillis(object.record.last_modified);
  s.attributes = EncodeObjectAttributes(object.record);
  s.layout = EncodeObjectLayout(object);
  s.put_object.execute(true);
  s.bytes = Signed(object.record.size) - (present ? Signed(present->record.size) : 0);
  s.objects = present ? 0 : 1;
  s.add_usage.execute(true);
  return present ? DropReferences(present->pieces) : 0;
}

DeadCount ObjectTransaction::DeleteObject(const BucketRow& bucket, const StoredObject& present) {
  ObjectStatements& s = statements_;
  s.bucket_id = bucket.id;
  s.key = present.record.key;
  s.delete_object.execute(true);
  s.bytes = -Signed(present.record.size);
  s.objects = -1;
  s.add_usage.execute(true);
  return DropReferences(present.pieces);
}

Result<void> ObjectTransaction::CheckReferences(const std::vector<Piece>& pieces, const std::vector<BlobRef>& fresh) {
  ObjectStatements& s = statements_;
  for (const Piece& piece : pieces) {
    if (IsFresh(fresh, piece.blob.id)) continue;
    s.blob_id = Signed(piece.blob.id.value());
    if (!ObjectStatements::One(s.find_blob) || s.references == 0) return object_store::BlobGone();
  }
  return {};
}

void ObjectTransaction::AddReferences(const std::vector<Piece>& pieces, const std::vector<BlobRef>& fresh) {
  ObjectStatements& s = statements_;
  for (const BlobRef& blob : fresh) {
    s.blob_id = Signed(blob.id.value());
    s.size = Signed(blob.size);
    s.crc32c = blob.crc32c;
    s.references = std::ranges::count_if(pieces, [&](const Piece& piece) { return piece.blob.id == blob.id; });
    s.insert_blob.execute(true);
  }
  for (const Piece& piece : pieces) {
    if (IsFresh(fresh, piece.blob.id)) continue;
    s.blob_id = Signed(piece.blob.id.value());
    s.references = 1;
    s.add_reference.execute(true);
  }
}

DeadCount ObjectTransaction::DropReferences(const std::vector<Piece>& pieces) {
  ObjectStatements& s = statements_;
  DeadCount dead = 0;
  for (const Piece& piece : pieces) {
    s.blob_id = Signed(piece.blob.id.value());
    s.drop_reference.execute(true);
    if (ObjectStatements::One(s.find_blob) && s.references == 0) ++dead;
  }
  return dead;
}

Result<std::optional<ObjectTransaction::UploadRow>> ObjectTransaction::FindUpload(const std::string& upload_id) {
  ObjectStatements& s = statements_;
  s.upload_id = upload_id;
  if (!ObjectStatements::One(s.find_upload)) return std::nullopt;
  UploadRow row;
  row.bucket_id = s.bucket_id;
  row.upload.upload_id = upload_id;
  row.upload.key = s.key;
  row.upload.initiated = FromUnixMillis(s.time);
  ATELIER_CHECK(DecodeUploadAttributes(s.attributes, row.upload));
  return row;
}

Result<std::optional<StoredPart>> ObjectTransaction::FindPart(const std::string& upload_id, int number) {
  ATELIER_TRY(auto parts, Parts(upload_id, number - 1, 1));
  if (parts.empty() || parts.front().record.number != number) return std::nullopt;
  return std::move(parts.front());
}

Result<std::vector<StoredPart>> ObjectTransaction::Parts(const std::string& upload_id, int after_number,
                                                         std::size_t limit) {
  ObjectStatements& s = statements_;
  s.upload_id = upload_id;
  s.number = after_number;
  s.limit = Signed(std::min<std::size_t>(limit, std::numeric_limits<std::int32_t>::max()));
  std::vector<StoredPart> parts;
  Result<void> decoded;
  s.scan_parts.execute();
  while (s.scan_parts.fetch()) {
    StoredPart part;
    part.record.number = static_cast<int>(s.references);
    part.record.size = Unsigned(s.size);
    part.record.etag = s.etag;
    part.record.last_modified = FromUnixMillis(s.time);
    if (decoded) decoded = DecodePartLayout(s.layout, part);
    parts.push_back(std::move(part));
  }
  ATELIER_CHECK(decoded);
  return parts;
}

void ObjectTransaction::PutPart(const std::string& upload_id, const StoredPart& part) {
  ObjectStatements& s = statements_;
  s.upload_id = upload_id;
  s.number = part.record.number;
  s.size = Signed(part.record.size);
  s.etag = part.record.etag;
  s.time = ToUnixMillis(part.record.last_modified);
  s.layout = EncodePartLayout(part);
  s.put_part.execute(true);
}

DeadCount ObjectTransaction::EndUpload(const std::string& upload_id, const std::vector<StoredPart>& all,
                                       const std::set<int>& kept) {
  ObjectStatements& s = statements_;
  s.upload_id = upload_id;
  s.delete_parts.execute(true);
  s.delete_upload.execute(true);
  DeadCount dead = 0;
  for (const StoredPart& part : all)
    if (!kept.contains(part.record.number)) dead += DropReferences(part.pieces);
  return dead;
}

}  // namespace atelier::storage
