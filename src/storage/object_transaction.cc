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

// The row that a look-up of one version has just read; the key is the one that was looked for.
Result<StoredObject> DecodeRow(const ObjectStatements& s, const std::string& bucket) {
  StoredObject object;
  object.record.bucket = bucket;
  object.record.key = s.key;
  object.record.size = Unsigned(s.size);
  object.record.etag = s.etag;
  object.record.last_modified = FromUnixMillis(s.time);
  object.record.version_id = s.version_id;
  ATELIER_CHECK(DecodeObjectAttributes(s.attributes, object.record));
  ATELIER_CHECK(DecodeObjectLayout(s.layout, object));
  return object;
}

const std::string& KeyOf(const object_store::VersionChange& change) {
  static const std::string kNone;
  if (change.written) return change.written->record.key;
  return change.gone.empty() ? kNone : change.gone.front().record.key;
}

}  // namespace

std::optional<ObjectTransaction::BucketRow> ObjectTransaction::FindBucket(const std::string& name) {
  ObjectStatements& s = statements_;
  s.name = name;
  if (!ObjectStatements::One(s.find_bucket)) return std::nullopt;
  return BucketRow{s.bucket_id,
                   {name, s.project_id, s.region, s.storage_class, FromUnixMillis(s.time),
                    static_cast<object_store::VersioningState>(s.versioning)},
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
  ATELIER_TRY(StoredObject object, DecodeRow(s, bucket.bucket.name));
  object.record.sequence = s.sequence;
  return object;
}

Result<std::optional<StoredObject>> ObjectTransaction::TakeNoncurrent(const BucketRow& bucket, const std::string& key,
                                                                      soci::statement& find) {
  ObjectStatements& s = statements_;
  s.bucket_id = bucket.id;
  s.key = key;
  if (!ObjectStatements::One(find)) return std::nullopt;
  ATELIER_TRY(StoredObject object, DecodeRow(s, bucket.bucket.name));
  object.record.sequence = -s.rank;
  object.record.delete_marker = s.marker != 0;
  object.record.latest = false;
  return object;
}

Result<std::optional<StoredObject>> ObjectTransaction::FindNoncurrent(const BucketRow& bucket, const std::string& key,
                                                                      std::optional<std::int64_t> older_than) {
  statements_.rank = older_than ? -*older_than : std::numeric_limits<std::int64_t>::min();
  return TakeNoncurrent(bucket, key, statements_.find_noncurrent);
}

Result<std::optional<StoredObject>> ObjectTransaction::FindVersion(const BucketRow& bucket, const std::string& key,
                                                                   const object_store::VersionChoice& version) {
  ATELIER_TRY(auto current, FindObject(bucket, key));
  if (!version || (current && current->record.version_id == *version)) return current;
  std::optional<StoredObject> found;
  if (version->empty()) {
    ATELIER_TRY(found, TakeNoncurrent(bucket, key, statements_.find_null_noncurrent));
  } else if (auto sequence = object_store::SequenceOf(*version)) {
    ATELIER_TRY(found, FindNoncurrent(bucket, key, *sequence + 1));
    if (found && found->record.version_id != *version) found.reset();
  }
  if (!found || current) return found;
  ATELIER_TRY(auto newest, FindNoncurrent(bucket, key));
  found->record.latest = newest && newest->record.sequence == found->record.sequence;
  return found;
}

Result<object_store::KeyVersions> ObjectTransaction::ReadVersions(const BucketRow& bucket, const std::string& key) {
  object_store::KeyVersions versions;
  ATELIER_TRY(versions.current, FindObject(bucket, key));
  if (bucket.bucket.versioning == object_store::VersioningState::kNever) return versions;
  ATELIER_TRY(versions.newest_noncurrent, FindNoncurrent(bucket, key));
  ATELIER_TRY(versions.null_noncurrent, TakeNoncurrent(bucket, key, statements_.find_null_noncurrent));
  return versions;
}

void ObjectTransaction::SetContent(const BucketRow& bucket, const StoredObject& object) {
  ObjectStatements& s = statements_;
  s.bucket_id = bucket.id;
  s.key = object.record.key;
  s.size = Signed(object.record.size);
  s.etag = object.record.etag;
  s.time = ToUnixMillis(object.record.last_modified);
  s.attributes = EncodeObjectAttributes(object.record);
  s.layout = EncodeObjectLayout(object);
  s.version_id = object.record.version_id;
}

void ObjectTransaction::PutCurrent(const BucketRow& bucket, const StoredObject& object) {
  SetContent(bucket, object);
  statements_.sequence = object.record.sequence;
  statements_.put_object.execute(true);
}

void ObjectTransaction::PutNoncurrent(const BucketRow& bucket, const StoredObject& object) {
  SetContent(bucket, object);
  statements_.rank = -object.record.sequence;
  statements_.marker = object.record.delete_marker ? 1 : 0;
  statements_.put_noncurrent.execute(true);
}

void ObjectTransaction::Rewrite(const BucketRow& bucket, const StoredObject& object) {
  bool in_current_table = object.record.latest && !object.record.delete_marker;
  in_current_table ? PutCurrent(bucket, object) : PutNoncurrent(bucket, object);
}

DeadCount ObjectTransaction::Apply(const BucketRow& bucket, const object_store::VersionChange& change) {
  ObjectStatements& s = statements_;
  s.bucket_id = bucket.id;
  s.key = KeyOf(change);
  for (std::int64_t sequence : change.drop_noncurrent) {
    s.rank = -sequence;
    s.delete_noncurrent.execute(true);
  }
  if (change.drop_current && !change.to_current) s.delete_object.execute(true);
  for (const StoredObject& object : change.to_noncurrent) PutNoncurrent(bucket, object);
  if (change.to_current) PutCurrent(bucket, *change.to_current);

  s.bytes = s.objects = 0;
  auto count = [&](const StoredObject& object, std::int64_t sign) {
    if (object.record.delete_marker) return;
    s.bytes += sign * Signed(object.record.size);
    s.objects += sign;
  };
  if (change.written) count(*change.written, 1);
  for (const StoredObject& object : change.gone) count(object, -1);
  if (s.bytes != 0 || s.objects != 0) {
    s.bucket_id = bucket.id;
    s.add_usage.execute(true);
  }
  DeadCount dead = 0;
  for (const StoredObject& object : change.gone) dead += DropReferences(object.pieces);
  return dead;
}

Result<std::vector<object_store::ObjectRecord>> ObjectTransaction::ScanVersions(
    const BucketRow& bucket, const std::string& key, std::int64_t rank, const std::string& end, std::size_t limit) {
  ObjectStatements& s = statements_;
  s.bucket_id = bucket.id;
  s.begin = key;
  s.rank = rank;
  s.end = end;
  s.limit = Signed(limit);
  std::vector<object_store::ObjectRecord> rows;
  Result<void> decoded;
  s.scan_versions.execute();
  while (s.scan_versions.fetch()) {
    object_store::ObjectRecord& record = rows.emplace_back();
    record.bucket = bucket.bucket.name;
    record.key = s.key;
    record.size = Unsigned(s.size);
    record.etag = s.etag;
    record.last_modified = FromUnixMillis(s.time);
    record.version_id = s.version_id;
    record.sequence = -s.rank;
    record.delete_marker = s.marker != 0;
    record.latest = s.latest != 0;
    if (decoded) decoded = DecodeObjectAttributes(s.attributes, record);
  }
  ATELIER_CHECK(decoded);
  return rows;
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
