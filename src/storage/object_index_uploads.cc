#include "object_store/conditions.h"
#include "object_store/errors.h"
#include "object_store/listing.h"
#include "storage/object_codec.h"
#include "storage/object_index.h"
#include "storage/object_transaction.h"

namespace atelier::storage {

using object_store::BlobRef;
using object_store::DeadCount;
using object_store::MultipartUpload;
using object_store::StoredObject;
using object_store::StoredPart;
using object_store::WriteConditions;
using object_store::Written;

namespace {

bool IsOf(const std::optional<ObjectTransaction::UploadRow>& row, std::int64_t bucket_id, const std::string& key) {
  return row && row->bucket_id == bucket_id && row->upload.key == key;
}

}  // namespace

Result<void> SqlObjectIndex::CreateUpload(const MultipartUpload& upload) {
  return Write([&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(upload.bucket));
    std::int64_t initiated = ToUnixMillis(upload.initiated);
    std::string attributes = EncodeUploadAttributes(upload);
    transaction.sql() << "INSERT INTO upload(bucket_id, key, upload_id, initiated_at, attributes) "
                         "VALUES(:bucket, :key, :upload, :initiated, :attributes)",
        soci::use(bucket.id), soci::use(upload.key), soci::use(upload.upload_id), soci::use(initiated),
        soci::use(attributes);
    return {};
  });
}

Result<std::optional<MultipartUpload>> SqlObjectIndex::FindUpload(const std::string& bucket_name,
                                                                  const std::string& key,
                                                                  const std::string& upload_id) {
  std::optional<MultipartUpload> found;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    auto bucket = transaction.FindBucket(bucket_name);
    ATELIER_TRY(auto row, transaction.FindUpload(upload_id));
    if (!bucket || !IsOf(row, bucket->id, key)) return {};
    row->upload.bucket = bucket_name;
    found = std::move(row->upload);
    return {};
  };
  ATELIER_CHECK(Read(read));
  return found;
}

Result<DeadCount> SqlObjectIndex::PutPart(const std::string& upload_id, const StoredPart& part,
                                          const std::vector<BlobRef>& fresh) {
  DeadCount dead = 0;
  auto put = [&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto upload, transaction.FindUpload(upload_id));
    if (!upload) return object_store::NoSuchUpload(upload_id);
    ATELIER_TRY(auto present, transaction.FindPart(upload_id, part.record.number));
    ATELIER_CHECK(transaction.CheckReferences(part.pieces, fresh));
    transaction.AddReferences(part.pieces, fresh);
    transaction.PutPart(upload_id, part);
    dead = present ? transaction.DropReferences(present->pieces) : 0;
    return {};
  };
  ATELIER_CHECK(Write(put));
  return dead;
}

Result<std::vector<StoredPart>> SqlObjectIndex::Parts(const std::string& upload_id, int after_number,
                                                      std::size_t limit) {
  std::vector<StoredPart> parts;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto upload, transaction.FindUpload(upload_id));
    if (!upload) return object_store::NoSuchUpload(upload_id);
    ATELIER_TRY(parts, transaction.Parts(upload_id, after_number, limit));
    return {};
  };
  ATELIER_CHECK(Read(read));
  return parts;
}

Result<Written> SqlObjectIndex::CompleteUpload(const std::string& upload_id, const std::vector<StoredPart>& used,
                                               const StoredObject& object, const WriteConditions& conditions) {
  Written written;
  auto complete = [&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(object.record.bucket));
    ATELIER_TRY(auto upload, transaction.FindUpload(upload_id));
    if (!IsOf(upload, bucket.id, object.record.key)) return object_store::NoSuchUpload(upload_id);
    ATELIER_TRY(auto present, transaction.ReadVersions(bucket, object.record.key));
    ATELIER_CHECK(object_store::CheckWriteConditions(conditions, object.record.key, present.current));
    ATELIER_TRY(auto parts, transaction.Parts(upload_id, 0, object_store::kMaxParts));
    std::set<int> kept;
    auto candidate = parts.begin();
    for (const StoredPart& part : used) {
      while (candidate != parts.end() && candidate->record.number < part.record.number) ++candidate;
      if (candidate == parts.end() || candidate->record.number != part.record.number ||
          candidate->record.etag != part.record.etag || candidate->pieces != part.pieces)
        return object_store::PartsChanged();
      kept.insert(part.record.number);
    }
    auto change = object_store::PlanWrite(bucket.bucket.versioning, present, object);
    written.version_id = change.written->record.version_id;
    written.dead = transaction.EndUpload(upload_id, parts, kept);
    written.dead += transaction.Apply(bucket, change);
    return {};
  };
  ATELIER_CHECK(Write(complete));
  return written;
}

Result<DeadCount> SqlObjectIndex::AbortUpload(const std::string& bucket_name, const std::string& key,
                                              const std::string& upload_id) {
  DeadCount dead = 0;
  auto abort = [&](ObjectTransaction& transaction) -> Result<void> {
    auto bucket = transaction.FindBucket(bucket_name);
    ATELIER_TRY(auto upload, transaction.FindUpload(upload_id));
    if (!bucket || !IsOf(upload, bucket->id, key)) return object_store::NoSuchUpload(upload_id);
    ATELIER_TRY(auto parts, transaction.Parts(upload_id, 0, object_store::kMaxParts));
    dead = transaction.EndUpload(upload_id, parts, {});
    return {};
  };
  ATELIER_CHECK(Free(abort));
  return dead;
}

Result<std::vector<MultipartUpload>> SqlObjectIndex::Uploads(const std::string& bucket_name, const std::string& prefix,
                                                             const UploadPosition& from, std::size_t limit) {
  std::vector<MultipartUpload> uploads;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(bucket_name));
    ObjectStatements& s = transaction.statements();
    s.bucket_id = bucket.id;
    bool below = from.key < prefix;
    s.begin = below ? prefix : from.key;
    s.tail = below ? std::string() : from.upload_id;
    s.inclusive = below || from.inclusive ? 1 : 0;
    s.end = object_store::PrefixEnd(prefix).value_or("\xff");
    s.limit = static_cast<std::int64_t>(limit);
    Result<void> decoded;
    s.scan_uploads.execute();
    while (s.scan_uploads.fetch()) {
      MultipartUpload& upload = uploads.emplace_back();
      upload.bucket = bucket_name;
      upload.key = s.key;
      upload.upload_id = s.upload_id;
      upload.initiated = FromUnixMillis(s.time);
      if (decoded) decoded = DecodeUploadAttributes(s.attributes, upload);
    }
    return decoded;
  };
  ATELIER_CHECK(Read(read));
  return uploads;
}

}  // namespace atelier::storage
