#include <limits>

#include "object_store/append.h"
#include "object_store/conditions.h"
#include "object_store/errors.h"
#include "object_store/listing.h"
#include "storage/object_codec.h"
#include "storage/object_index.h"
#include "storage/object_transaction.h"

namespace atelier::storage {

using object_store::BlobRef;
using object_store::Deleted;
using object_store::ListPage;
using object_store::ListQuery;
using object_store::ObjectRecord;
using object_store::StoredAppend;
using object_store::StoredObject;
using object_store::VersionChoice;
using object_store::VersionPage;
using object_store::VersionQuery;
using object_store::WriteConditions;
using object_store::Written;

namespace {

// Greater than every key: keys are UTF-8, which has no byte 0xFF.
constexpr const char* kBeyondAllKeys = "\xff";

Result<object_store::DeletePlan> PlanDeletion(ObjectTransaction& transaction,
                                              const ObjectTransaction::BucketRow& bucket,
                                              const object_store::DeleteRequest& request, const ObjectRecord& marker) {
  ATELIER_TRY(auto present, transaction.ReadVersions(bucket, request.key));
  std::optional<StoredObject> victim;
  if (request.version) {
    ATELIER_TRY(victim, transaction.FindVersion(bucket, request.key, request.version));
  }
  auto older = [&](std::int64_t sequence) { return transaction.FindNoncurrent(bucket, request.key, sequence); };
  return object_store::PlanRequest(bucket.bucket.versioning, request, present, victim, marker, older);
}

}  // namespace

Result<Written> SqlObjectIndex::PutObject(const StoredObject& object, const std::vector<BlobRef>& fresh,
                                          const WriteConditions& conditions) {
  Written written;
  auto put = [&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(object.record.bucket));
    ATELIER_TRY(auto present, transaction.ReadVersions(bucket, object.record.key));
    ATELIER_CHECK(object_store::CheckWriteConditions(conditions, object.record.key, present.current));
    ATELIER_CHECK(transaction.CheckReferences(object.pieces, fresh));
    transaction.AddReferences(object.pieces, fresh);
    auto change = object_store::PlanWrite(bucket.bucket.versioning, present, object);
    written.version_id = change.written->record.version_id;
    written.dead = transaction.Apply(bucket, change);
    return {};
  };
  ATELIER_CHECK(Write(put));
  return written;
}

Result<std::optional<StoredObject>> SqlObjectIndex::FindObject(const std::string& bucket_name, const std::string& key,
                                                               const VersionChoice& version) {
  std::optional<StoredObject> found;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(bucket_name));
    ATELIER_TRY(found, transaction.FindVersion(bucket, key, version));
    return {};
  };
  ATELIER_CHECK(Read(read));
  return found;
}

Result<std::optional<StoredObject>> SqlObjectIndex::FindMarker(const std::string& bucket_name, const std::string& key) {
  std::optional<StoredObject> found;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(bucket_name));
    ATELIER_TRY(auto versions, transaction.ReadVersions(bucket, key));
    if (!versions.current) found = std::move(versions.newest_noncurrent);
    return {};
  };
  ATELIER_CHECK(Read(read));
  return found;
}

Result<ObjectRecord> SqlObjectIndex::EditObject(const std::string& bucket_name, const std::string& key,
                                                const VersionChoice& version, const object_store::EditRecord& edit) {
  ObjectRecord edited;
  auto change = [&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(bucket_name));
    ATELIER_TRY(auto found, transaction.FindVersion(bucket, key, version));
    ATELIER_CHECK(object_store::CheckReadable(found, key, version));
    ATELIER_CHECK(edit(found->record));
    transaction.Rewrite(bucket, *found);
    edited = std::move(found->record);
    return {};
  };
  ATELIER_CHECK(Write(change));
  return edited;
}

Result<ObjectRecord> SqlObjectIndex::AppendObject(const StoredAppend& append, const std::vector<BlobRef>& fresh) {
  ObjectRecord appended;
  auto change = [&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(append.bucket));
    ATELIER_TRY(auto present, transaction.ReadVersions(bucket, append.key));
    ATELIER_TRY(StoredObject object, object_store::ApplyAppend(present.current, append));
    ATELIER_CHECK(transaction.CheckReferences(append.pieces, fresh));
    transaction.AddReferences(append.pieces, fresh);
    object_store::VersionChange plan;
    if (present.current) {
      // The version grows in its place; what it had keeps its references.
      StoredObject before = *std::move(present.current);
      before.pieces.clear();
      plan.gone.push_back(std::move(before));
      plan.written = plan.to_current = std::move(object);
    } else {
      object.record.sequence = ToUnixMillis(append.now);
      plan = object_store::PlanWrite(bucket.bucket.versioning, present, std::move(object));
    }
    appended = plan.written->record;
    (void)transaction.Apply(bucket, plan);
    return {};
  };
  ATELIER_CHECK(Write(change));
  return appended;
}

Result<Deleted> SqlObjectIndex::DeleteObjects(const std::string& bucket_name,
                                              const std::vector<object_store::DeleteRequest>& requests,
                                              const ObjectRecord& marker) {
  Deleted deleted;
  auto remove = [&](ObjectTransaction& transaction) -> Result<void> {
    deleted = {};
    ATELIER_TRY(auto bucket, transaction.NeedBucket(bucket_name));
    for (const auto& request : requests) {
      auto plan = PlanDeletion(transaction, bucket, request, marker);
      if (plan) deleted.dead += transaction.Apply(bucket, plan->change);
      deleted.outcomes.push_back(plan ? Result<object_store::DeleteOutcome>(plan->outcome)
                                      : std::unexpected(std::move(plan).error()));
    }
    return {};
  };
  ATELIER_CHECK(Free(remove));
  return deleted;
}

Result<ListPage> SqlObjectIndex::List(const std::string& bucket_name, const ListQuery& query) {
  ListPage page;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(bucket_name));
    const std::string end = object_store::PrefixEnd(query.prefix).value_or(kBeyondAllKeys);
    auto scan = [&](const object_store::Position& from, std::size_t limit) -> Result<std::vector<ObjectRecord>> {
      ObjectStatements& s = transaction.statements();
      s.bucket_id = bucket.id;
      s.begin = from.key;
      s.end = end;
      s.limit = static_cast<std::int64_t>(limit);
      soci::statement& select = from.inclusive ? s.scan_from : s.scan_beyond;
      std::vector<ObjectRecord> rows;
      Result<void> decoded;
      select.execute();
      while (select.fetch()) {
        ObjectRecord& record = rows.emplace_back();
        record.bucket = bucket_name;
        record.key = s.key;
        record.size = static_cast<std::uint64_t>(s.size);
        record.etag = s.etag;
        record.last_modified = FromUnixMillis(s.time);
        record.version_id = s.version_id;
        if (decoded) decoded = DecodeObjectAttributes(s.attributes, record);
      }
      ATELIER_CHECK(decoded);
      return rows;
    };
    ATELIER_TRY(page, object_store::ListObjects(query, scan));
    return {};
  };
  ATELIER_CHECK(Read(read));
  return page;
}

Result<VersionPage> SqlObjectIndex::ListVersions(const std::string& bucket_name, const VersionQuery& query) {
  VersionPage page;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(bucket_name));
    const std::string end = object_store::PrefixEnd(query.prefix).value_or(kBeyondAllKeys);
    auto sequence_of = [&]() -> Result<std::optional<std::int64_t>> {
      ATELIER_TRY(auto version, transaction.FindVersion(bucket, query.after_key, query.after_version));
      return version ? std::optional(version->record.sequence) : std::nullopt;
    };
    auto scan = [&](const std::string& key, std::int64_t rank, std::size_t limit) {
      return transaction.ScanVersions(bucket, key, rank, end, limit);
    };
    ATELIER_TRY(page, object_store::ListObjectVersions(query, sequence_of, scan));
    return {};
  };
  ATELIER_CHECK(Read(read));
  return page;
}

}  // namespace atelier::storage
