#include <limits>

#include "object_store/append.h"
#include "object_store/conditions.h"
#include "object_store/testing/memory_index.h"

namespace atelier::object_store {

Result<void> MemoryIndex::UpdateBucket(const Bucket& changed) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(BucketState * bucket, Find(changed.name));
  bucket->bucket.versioning = changed.versioning;
  bucket->bucket.storage_class = changed.storage_class;
  return {};
}

Result<BucketSettings> MemoryIndex::Settings(const std::string& bucket_name) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(BucketState * bucket, Find(bucket_name));
  return bucket->settings;
}

Result<void> MemoryIndex::PutSetting(const std::string& bucket_name, const std::string& name,
                                     const std::optional<std::string>& text) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(BucketState * bucket, Find(bucket_name));
  if (text) {
    bucket->settings[name] = *text;
  } else {
    bucket->settings.erase(name);
  }
  return {};
}

Result<std::vector<Bucket>> MemoryIndex::BucketsWithSetting(const std::string& name) {
  std::lock_guard lock(mutex_);
  std::vector<Bucket> found;
  for (const auto& [bucket_name, state] : buckets_)
    if (state.settings.contains(name)) found.push_back(state.bucket);
  return found;
}

std::optional<StoredObject> MemoryIndex::Noncurrent(const BucketState& bucket, const std::string& key,
                                                    std::int64_t rank) {
  auto found = bucket.noncurrent.upper_bound({key, rank});
  if (found == bucket.noncurrent.end() || found->first.first != key) return std::nullopt;
  return found->second;
}

KeyVersions MemoryIndex::Versions(const BucketState& bucket, const std::string& key) {
  KeyVersions versions;
  if (auto current = bucket.objects.find(key); current != bucket.objects.end()) versions.current = current->second;
  versions.newest_noncurrent = Noncurrent(bucket, key, std::numeric_limits<std::int64_t>::min());
  for (auto at = bucket.noncurrent.lower_bound({key, std::numeric_limits<std::int64_t>::min()});
       at != bucket.noncurrent.end() && at->first.first == key; ++at)
    if (at->second.record.version_id.empty()) versions.null_noncurrent = at->second;
  return versions;
}

std::optional<StoredObject> MemoryIndex::Version(const BucketState& bucket, const std::string& key,
                                                 const VersionChoice& version) {
  KeyVersions versions = Versions(bucket, key);
  if (!version || (versions.current && versions.current->record.version_id == *version)) return versions.current;
  for (const auto& [place, object] : bucket.noncurrent) {
    if (place.first != key || object.record.version_id != *version) continue;
    StoredObject found = object;
    found.record.latest = !versions.current && versions.newest_noncurrent->record.sequence == found.record.sequence;
    return found;
  }
  return std::nullopt;
}

DeadCount MemoryIndex::Apply(BucketState& bucket, const VersionChange& change) {
  const std::string key = change.written        ? change.written->record.key
                          : change.gone.empty() ? std::string()
                                                : change.gone.front().record.key;
  for (std::int64_t sequence : change.drop_noncurrent) bucket.noncurrent.erase({key, -sequence});
  if (change.drop_current) bucket.objects.erase(key);
  for (const StoredObject& object : change.to_noncurrent) {
    StoredObject& kept = bucket.noncurrent[{key, -object.record.sequence}];
    kept = object;
    kept.record.latest = false;
  }
  if (change.to_current) {
    StoredObject& current = bucket.objects[key];
    current = *change.to_current;
    current.record.latest = true;
  }
  DeadCount dead = 0;
  for (const StoredObject& object : change.gone) dead += DropReferences(object.pieces);
  return dead;
}

Result<Written> MemoryIndex::PutObject(const StoredObject& object, const std::vector<BlobRef>& fresh,
                                       const WriteConditions& conditions) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(BucketState * bucket, Find(object.record.bucket));
  KeyVersions present = Versions(*bucket, object.record.key);
  ATELIER_CHECK(CheckWriteConditions(conditions, object.record.key, present.current));
  ATELIER_CHECK(AddReferences(object.pieces, fresh));
  VersionChange change = PlanWrite(bucket->bucket.versioning, present, object);
  return Written{Apply(*bucket, change), change.written->record.version_id};
}

Result<std::optional<StoredObject>> MemoryIndex::FindObject(const std::string& bucket_name, const std::string& key,
                                                            const VersionChoice& version) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(BucketState * bucket, Find(bucket_name));
  return Version(*bucket, key, version);
}

Result<std::optional<StoredObject>> MemoryIndex::FindMarker(const std::string& bucket_name, const std::string& key) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(BucketState * bucket, Find(bucket_name));
  KeyVersions versions = Versions(*bucket, key);
  return versions.current ? std::nullopt : versions.newest_noncurrent;
}

Result<ObjectRecord> MemoryIndex::EditObject(const std::string& bucket_name, const std::string& key,
                                             const VersionChoice& version, const EditRecord& edit) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(BucketState * bucket, Find(bucket_name));
  auto found = Version(*bucket, key, version);
  ATELIER_CHECK(CheckReadable(found, key, version));
  ATELIER_CHECK(edit(found->record));
  if (found->record.latest) {
    bucket->objects[key] = *found;
  } else {
    bucket->noncurrent[{key, -found->record.sequence}] = *found;
  }
  return found->record;
}

Result<ObjectRecord> MemoryIndex::AppendObject(const StoredAppend& append, const std::vector<BlobRef>& fresh) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(BucketState * bucket, Find(append.bucket));
  KeyVersions present = Versions(*bucket, append.key);
  ATELIER_TRY(StoredObject object, ApplyAppend(present.current, append));
  ATELIER_CHECK(AddReferences(append.pieces, fresh));
  if (present.current) {
    bucket->objects[append.key] = object;
    return object.record;
  }
  object.record.sequence = ToUnixMillis(append.now);
  VersionChange change = PlanWrite(bucket->bucket.versioning, present, std::move(object));
  Apply(*bucket, change);
  return change.written->record;
}

Result<Deleted> MemoryIndex::DeleteObjects(const std::string& bucket_name, const std::vector<DeleteRequest>& requests,
                                           const ObjectRecord& marker) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(BucketState * bucket, Find(bucket_name));
  Deleted deleted;
  for (const DeleteRequest& request : requests) {
    std::optional<StoredObject> victim;
    if (request.version) victim = Version(*bucket, request.key, request.version);
    auto older = [&](std::int64_t sequence) -> Result<std::optional<StoredObject>> {
      return Noncurrent(*bucket, request.key, -sequence);
    };
    auto plan = PlanRequest(bucket->bucket.versioning, request, Versions(*bucket, request.key), victim, marker, older);
    if (plan) deleted.dead += Apply(*bucket, plan->change);
    deleted.outcomes.push_back(plan ? Result<DeleteOutcome>(plan->outcome) : std::unexpected(std::move(plan).error()));
  }
  return deleted;
}

Result<ListPage> MemoryIndex::List(const std::string& bucket_name, const ListQuery& query) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(BucketState * bucket, Find(bucket_name));
  auto scan = [&](const Position& from, std::size_t limit) -> Result<std::vector<ObjectRecord>> {
    std::vector<ObjectRecord> rows;
    auto at = from.inclusive ? bucket->objects.lower_bound(from.key) : bucket->objects.upper_bound(from.key);
    for (; at != bucket->objects.end() && rows.size() < limit && at->first.starts_with(query.prefix); ++at)
      rows.push_back(at->second.record);
    return rows;
  };
  return ListObjects(query, scan);
}

Result<VersionPage> MemoryIndex::ListVersions(const std::string& bucket_name, const VersionQuery& query) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(BucketState * bucket, Find(bucket_name));
  std::map<std::pair<std::string, std::int64_t>, ObjectRecord> all;
  for (const auto& [key, object] : bucket->objects) all[{key, -object.record.sequence}] = object.record;
  for (const auto& [place, object] : bucket->noncurrent) all[place] = object.record;
  auto sequence_of = [&]() -> Result<std::optional<std::int64_t>> {
    auto version = Version(*bucket, query.after_key, query.after_version);
    return version ? std::optional(version->record.sequence) : std::nullopt;
  };
  auto scan = [&](const std::string& key, std::int64_t rank, std::size_t limit) -> Result<std::vector<ObjectRecord>> {
    std::vector<ObjectRecord> rows;
    for (auto at = all.upper_bound({key, rank}); at != all.end() && rows.size() < limit; ++at)
      if (at->first.first.starts_with(query.prefix)) rows.push_back(at->second);
    return rows;
  };
  return ListObjectVersions(query, sequence_of, scan);
}

}  // namespace atelier::object_store
