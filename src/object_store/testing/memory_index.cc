#include "object_store/testing/memory_index.h"

#include <algorithm>

#include "object_store/conditions.h"
#include "object_store/errors.h"
#include "object_store/listing.h"

namespace atelier::object_store {

Result<std::uint32_t> MemoryIndex::OpenVolume() {
  std::lock_guard lock(mutex_);
  volumes_[++last_volume_] = false;
  return last_volume_;
}

Result<std::vector<std::uint32_t>> MemoryIndex::UnsealedVolumes() {
  std::lock_guard lock(mutex_);
  std::vector<std::uint32_t> unsealed;
  for (const auto& [number, sealed] : volumes_)
    if (!sealed) unsealed.push_back(number);
  return unsealed;
}

Result<void> MemoryIndex::SealVolume(std::uint32_t volume) {
  std::lock_guard lock(mutex_);
  if (auto found = volumes_.find(volume); found != volumes_.end()) found->second = true;
  return {};
}

Result<bool> MemoryIndex::ForgetEmptyVolume(std::uint32_t volume) {
  std::lock_guard lock(mutex_);
  auto blob = blobs_.lower_bound(BlobId::FirstOf(volume).value());
  if (blob != blobs_.end() && blob->second.ref.id.volume() == volume) return false;
  auto found = volumes_.find(volume);
  if (found == volumes_.end() || !found->second) return false;
  volumes_.erase(found);
  return true;
}

void MemoryIndex::UnsealAll() {
  std::lock_guard lock(mutex_);
  for (auto& [number, sealed] : volumes_) sealed = false;
}

std::set<std::uint32_t> MemoryIndex::Volumes() {
  std::lock_guard lock(mutex_);
  std::set<std::uint32_t> numbers;
  for (const auto& [number, sealed] : volumes_) numbers.insert(number);
  return numbers;
}

Result<std::vector<BlobRef>> MemoryIndex::Blobs(BlobId after, BlobId end, std::size_t limit) {
  std::lock_guard lock(mutex_);
  std::vector<BlobRef> found;
  for (auto blob = blobs_.upper_bound(after.value());
       blob != blobs_.end() && blob->second.ref.id < end && found.size() < limit; ++blob)
    found.push_back(blob->second.ref);
  return found;
}

Result<std::vector<BlobRef>> MemoryIndex::DeadBlobs(BlobId after, std::size_t limit) {
  std::lock_guard lock(mutex_);
  std::vector<BlobRef> found;
  for (auto blob = blobs_.upper_bound(after.value()); blob != blobs_.end() && found.size() < limit; ++blob)
    if (blob->second.references == 0) found.push_back(blob->second.ref);
  return found;
}

Result<void> MemoryIndex::ForgetBlobs(const std::vector<BlobId>& dead) {
  std::lock_guard lock(mutex_);
  for (BlobId id : dead) {
    auto blob = blobs_.find(id.value());
    if (blob != blobs_.end() && blob->second.references == 0) blobs_.erase(blob);
  }
  return {};
}

Result<BlobTotals> MemoryIndex::SumBlobs() {
  std::lock_guard lock(mutex_);
  BlobTotals totals;
  for (const auto& [id, blob] : blobs_) totals.bytes += blob.ref.size;
  totals.blobs = blobs_.size();
  return totals;
}

Result<std::vector<std::string>> MemoryIndex::BucketNames() {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, state] : buckets_) names.push_back(name);
  return names;
}

Result<std::vector<BlobUser>> MemoryIndex::BlobUsers(const std::string& bucket_name,
                                                     const std::optional<BlobUser>& after, std::size_t limit) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(BucketState * bucket, Find(bucket_name));
  std::vector<BlobUser> all;
  for (const auto& [key, object] : bucket->objects)
    all.push_back({.key = key, .pieces = object.pieces, .version_id = object.record.version_id});
  for (const auto& [place, object] : bucket->noncurrent) {
    if (object.record.delete_marker) continue;
    all.push_back({.key = place.first,
                   .pieces = object.pieces,
                   .sequence = object.record.sequence,
                   .version_id = object.record.version_id});
  }
  for (const auto& [id, upload] : uploads_)
    for (const auto& [number, part] : upload.parts)
      if (upload.upload.bucket == bucket_name) all.push_back({.key = upload.upload.key, .upload_id = id, .part_number = number, .pieces = part.pieces});
  auto place = [](const BlobUser& user) {
    return std::tuple(!user.upload_id.empty(), user.sequence.has_value(), user.key, -user.sequence.value_or(0),
                      user.upload_id, user.part_number);
  };
  std::ranges::sort(all, {}, place);
  if (after) std::erase_if(all, [&](const BlobUser& user) { return place(user) <= place(*after); });
  if (all.size() > limit) all.resize(limit);
  return all;
}

Result<MemoryIndex::BucketState*> MemoryIndex::Find(const std::string& bucket) {
  auto found = buckets_.find(bucket);
  if (found == buckets_.end()) return NoSuchBucket(bucket);
  return &found->second;
}

Result<void> MemoryIndex::AddReferences(const std::vector<Piece>& pieces, const std::vector<BlobRef>& fresh) {
  auto is_fresh = [&](BlobId id) {
    return std::ranges::any_of(fresh, [&](const BlobRef& ref) { return ref.id == id; });
  };
  for (const Piece& piece : pieces) {
    auto blob = blobs_.find(piece.blob.id.value());
    bool alive = blob != blobs_.end() && blob->second.references > 0;
    if (!alive && !is_fresh(piece.blob.id)) return BlobGone();
  }
  for (const BlobRef& ref : fresh) blobs_[ref.id.value()] = {ref, 0};
  for (const Piece& piece : pieces) ++blobs_[piece.blob.id.value()].references;
  return {};
}

DeadCount MemoryIndex::DropReferences(const std::vector<Piece>& pieces) {
  DeadCount dead = 0;
  for (const Piece& piece : pieces)
    if (--blobs_[piece.blob.id.value()].references == 0) ++dead;
  return dead;
}

Result<void> MemoryIndex::CreateBucket(const Bucket& bucket) {
  std::lock_guard lock(mutex_);
  if (!buckets_.try_emplace(bucket.name, BucketState{bucket, {}, {}, {}}).second)
    return BucketAlreadyExists(bucket.name);
  return {};
}

Result<std::optional<Bucket>> MemoryIndex::FindBucket(const std::string& name) {
  std::lock_guard lock(mutex_);
  auto found = buckets_.find(name);
  if (found == buckets_.end()) return std::nullopt;
  return found->second.bucket;
}

Result<std::vector<Bucket>> MemoryIndex::Buckets(const std::string& project_id) {
  std::lock_guard lock(mutex_);
  std::vector<Bucket> found;
  for (const auto& [name, state] : buckets_)
    if (state.bucket.project_id == project_id) found.push_back(state.bucket);
  return found;
}

Result<DeadCount> MemoryIndex::DeleteBucket(const std::string& name) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(BucketState * bucket, Find(name));
  if (!bucket->objects.empty() || !bucket->noncurrent.empty()) return BucketNotEmpty(name);
  DeadCount dead = 0;
  for (auto upload = uploads_.begin(); upload != uploads_.end();) {
    auto next = std::next(upload);
    if (upload->second.upload.bucket == name) dead += EndUpload(upload, {});
    upload = next;
  }
  buckets_.erase(name);
  return dead;
}

Result<BucketUsage> MemoryIndex::Usage(const std::string& name) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(BucketState * bucket, Find(name));
  BucketUsage usage;
  auto count = [&](const StoredObject& object) {
    if (object.record.delete_marker) return;
    usage.bytes += object.record.size;
    ++usage.objects;
  };
  for (const auto& [key, object] : bucket->objects) count(object);
  for (const auto& [place, object] : bucket->noncurrent) count(object);
  return usage;
}

Result<void> MemoryIndex::CreateUpload(const MultipartUpload& upload) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(Find(upload.bucket));
  uploads_[upload.upload_id] = {upload, {}};
  return {};
}

Result<std::optional<MultipartUpload>> MemoryIndex::FindUpload(const std::string& bucket, const std::string& key,
                                                               const std::string& upload_id) {
  std::lock_guard lock(mutex_);
  auto found = uploads_.find(upload_id);
  if (found == uploads_.end() || found->second.upload.bucket != bucket || found->second.upload.key != key)
    return std::nullopt;
  return found->second.upload;
}

Result<DeadCount> MemoryIndex::PutPart(const std::string& upload_id, const StoredPart& part,
                                       const std::vector<BlobRef>& fresh) {
  std::lock_guard lock(mutex_);
  auto upload = uploads_.find(upload_id);
  if (upload == uploads_.end()) return NoSuchUpload(upload_id);
  ATELIER_CHECK(AddReferences(part.pieces, fresh));
  auto& place = upload->second.parts[part.record.number];
  std::vector<Piece> replaced = std::move(place.pieces);
  place = part;
  return DropReferences(replaced);
}

Result<std::vector<StoredPart>> MemoryIndex::Parts(const std::string& upload_id, int after_number, std::size_t limit) {
  std::lock_guard lock(mutex_);
  auto upload = uploads_.find(upload_id);
  if (upload == uploads_.end()) return NoSuchUpload(upload_id);
  std::vector<StoredPart> found;
  const auto& parts = upload->second.parts;
  for (auto part = parts.upper_bound(after_number); part != parts.end() && found.size() < limit; ++part)
    found.push_back(part->second);
  return found;
}

DeadCount MemoryIndex::EndUpload(std::map<std::string, UploadState>::iterator upload, const std::set<int>& kept) {
  DeadCount dead = 0;
  for (const auto& [number, part] : upload->second.parts)
    if (!kept.contains(number)) dead += DropReferences(part.pieces);
  uploads_.erase(upload);
  return dead;
}

Result<Written> MemoryIndex::CompleteUpload(const std::string& upload_id, const std::vector<StoredPart>& used,
                                            const StoredObject& object, const WriteConditions& conditions) {
  std::lock_guard lock(mutex_);
  auto upload = uploads_.find(upload_id);
  if (upload == uploads_.end()) return NoSuchUpload(upload_id);
  ATELIER_TRY(BucketState * bucket, Find(object.record.bucket));
  KeyVersions versions = Versions(*bucket, object.record.key);
  ATELIER_CHECK(CheckWriteConditions(conditions, object.record.key, versions.current));
  std::set<int> kept;
  for (const StoredPart& part : used) {
    auto present = upload->second.parts.find(part.record.number);
    if (present == upload->second.parts.end() || present->second.pieces != part.pieces ||
        present->second.record.etag != part.record.etag)
      return PartsChanged();
    kept.insert(part.record.number);
  }
  VersionChange change = PlanWrite(bucket->bucket.versioning, versions, object);
  Written written{EndUpload(upload, kept), change.written->record.version_id};
  written.dead += Apply(*bucket, change);
  return written;
}

Result<DeadCount> MemoryIndex::AbortUpload(const std::string& bucket, const std::string& key,
                                           const std::string& upload_id) {
  std::lock_guard lock(mutex_);
  auto upload = uploads_.find(upload_id);
  if (upload == uploads_.end() || upload->second.upload.bucket != bucket || upload->second.upload.key != key)
    return NoSuchUpload(upload_id);
  return EndUpload(upload, {});
}

Result<std::vector<MultipartUpload>> MemoryIndex::Uploads(const std::string& bucket, const std::string& prefix,
                                                          const UploadPosition& from, std::size_t limit) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(Find(bucket));
  std::vector<MultipartUpload> found;
  for (const auto& [id, state] : uploads_) {
    const MultipartUpload& upload = state.upload;
    auto place = std::tie(upload.key, id);
    auto start = std::tie(from.key, from.upload_id);
    if (upload.bucket != bucket || !upload.key.starts_with(prefix)) continue;
    if (place < start || (place == start && !from.inclusive)) continue;
    found.push_back(upload);
  }
  auto place_of = [](const MultipartUpload& upload) { return std::tie(upload.key, upload.upload_id); };
  std::ranges::sort(found, [&](const auto& a, const auto& b) { return place_of(a) < place_of(b); });
  if (found.size() > limit) found.resize(limit);
  return found;
}

}  // namespace atelier::object_store
