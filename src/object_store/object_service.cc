#include "object_store/object_service.h"

#include <fmt/format.h>

#include <limits>
#include <mutex>

#include "object_store/conditions.h"
#include "object_store/errors.h"
#include "object_store/service_state.h"
#include "object_store/verification.h"

namespace atelier::object_store {
namespace {

// True when the index has refused: nothing of the change will ever be seen (metadata_index.h).
bool IsRefusal(ErrorKind kind) { return kind != ErrorKind::kInternal; }

Result<void> CheckOwner(const Caller& caller, const Bucket& bucket) {
  if (caller.authorised || bucket.project_id == caller.project_id) return {};
  return PermissionDenied("the bucket '" + bucket.name + "' belongs to another project", "AccessDenied", bucket.name);
}

}  // namespace

ObjectService::ObjectService(MetadataIndex& index, BlobStore& blobs, const Clock& clock, std::string region)
    : state_(std::make_unique<State>(index, blobs, clock, std::move(region))) {}

ObjectService::~ObjectService() = default;

Result<ObjectService::State::BucketPointer> ObjectService::State::FindBucket(const std::string& name) {
  {
    std::shared_lock lock(bucket_mutex);
    if (auto known = buckets.find(name); known != buckets.end()) return known->second;
  }
  std::unique_lock lock(bucket_mutex);
  ATELIER_TRY(auto found, index.FindBucket(name));
  if (!found) return NoSuchBucket(name);
  ATELIER_TRY(auto settings, index.Settings(name));
  auto info = std::make_shared<const BucketInfo>(BucketInfo{*std::move(found), std::move(settings)});
  buckets.insert_or_assign(name, info);
  return info;
}

Result<ObjectService::State::BucketPointer> ObjectService::State::CheckAccess(const Caller& caller,
                                                                              const std::string& name) {
  ATELIER_TRY(auto info, FindBucket(name));
  ATELIER_CHECK(CheckOwner(caller, info->bucket));
  return info;
}

Result<void> ObjectService::State::UpdateBucket(const Caller& caller, const std::string& name,
                                                const std::function<void(Bucket&)>& update) {
  return ChangeBucket(caller, name, [&]() -> Result<void> {
    ATELIER_TRY(auto found, index.FindBucket(name));
    if (!found) return NoSuchBucket(name);
    update(*found);
    return index.UpdateBucket(*found);
  });
}

std::string OwnerOf(const Caller& caller, const Bucket& bucket) {
  return caller.project_id == bucket.project_id ? std::string() : caller.project_id;
}

Result<void> ObjectService::State::Settle(Result<DeadCount> answer) {
  if (!answer) return std::unexpected(std::move(answer).error());
  if (*answer > 0) blobs.NotifyDead();
  return {};
}

Result<void> ObjectService::State::Settle(Result<DeadCount> answer, std::optional<NewBlob>& fresh) {
  if (fresh && answer) fresh->Keep();
  if (fresh && !answer && !IsRefusal(answer.error().kind)) fresh->LeaveToRecovery();
  fresh.reset();
  return Settle(std::move(answer));
}

Result<std::string> ObjectService::State::Settle(Result<Written> answer, std::optional<NewBlob>& fresh) {
  Result<DeadCount> dead =
      answer ? Result<DeadCount>(answer->dead) : Result<DeadCount>(std::unexpected(answer.error()));
  ATELIER_CHECK(Settle(std::move(dead), fresh));
  return std::move(answer->version_id);
}

Result<Bucket> ObjectService::CreateBucket(const Caller& caller, const BucketName& name,
                                           const std::string& storage_class) {
  Bucket bucket{name.text(), caller.project_id, state_->region, storage_class.empty() ? "STANDARD" : storage_class,
                state_->clock.Now()};
  auto created = state_->index.CreateBucket(bucket);
  if (created) return bucket;
  if (created.error().kind != ErrorKind::kAlreadyExists) return std::unexpected(std::move(created).error());
  ATELIER_TRY(auto present, state_->index.FindBucket(name.text()));
  if (present && present->project_id == caller.project_id) return BucketAlreadyOwnedByYou(name.text());
  return BucketAlreadyExists(name.text());
}

Result<Bucket> ObjectService::FindBucket(const Caller& caller, const std::string& bucket) {
  ATELIER_TRY(auto info, state_->CheckAccess(caller, bucket));
  return info->bucket;
}

Result<std::shared_ptr<const BucketInfo>> ObjectService::Describe(const std::string& bucket) {
  return state_->FindBucket(bucket);
}

std::shared_ptr<const BucketInfo> ObjectService::Known(const std::string& bucket) {
  std::shared_lock lock(state_->bucket_mutex, std::try_to_lock);
  if (!lock.owns_lock()) return nullptr;
  auto known = state_->buckets.find(bucket);
  return known == state_->buckets.end() ? nullptr : known->second;
}

Result<std::vector<Bucket>> ObjectService::ListBuckets(const Caller& caller) {
  return state_->index.Buckets(caller.project_id);
}

Result<void> ObjectService::DeleteBucket(const Caller& caller, const std::string& bucket) {
  return state_->ChangeBucket(caller, bucket, [&] { return state_->Settle(state_->index.DeleteBucket(bucket)); });
}

Result<void> ObjectService::SetVersioning(const Caller& caller, const std::string& bucket, VersioningState state) {
  if (state == VersioningState::kNever)
    return FailedPrecondition("versioning can be suspended, but not taken back", "InvalidBucketState", bucket);
  return state_->UpdateBucket(caller, bucket, [&](Bucket& changed) { changed.versioning = state; });
}

Result<void> ObjectService::SetStorageClass(const Caller& caller, const std::string& bucket,
                                            const std::string& storage_class) {
  return state_->UpdateBucket(caller, bucket, [&](Bucket& changed) { changed.storage_class = storage_class; });
}

Result<void> ObjectService::PutSetting(const Caller& caller, const std::string& bucket, const std::string& name,
                                       const std::optional<std::string>& text) {
  return state_->ChangeBucket(caller, bucket, [&] { return state_->index.PutSetting(bucket, name, text); });
}

Result<std::vector<Bucket>> ObjectService::BucketsWithSetting(const std::string& name) {
  return state_->index.BucketsWithSetting(name);
}

Result<ObjectService::Usage> ObjectService::BucketUsage(const Caller& caller, const std::string& bucket) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  ATELIER_TRY(auto usage, state_->index.Usage(bucket));
  return Usage{usage.bytes, usage.objects};
}

Result<StoredObject> ObjectService::State::Find(const std::string& bucket, const std::string& key,
                                                const VersionChoice& version) {
  ATELIER_TRY(auto found, index.FindObject(bucket, key, version));
  if (!found && !version) {
    ATELIER_TRY(auto info, FindBucket(bucket));
    bool versioned = info->bucket.versioning != VersioningState::kNever;
    std::optional<StoredObject> marker;
    if (versioned) {
      ATELIER_TRY(marker, index.FindMarker(bucket, key));
    }
    if (marker) return DeletedKey(key, marker->record.version_id);
  }
  ATELIER_CHECK(CheckReadable(found, key, version));
  return *std::move(found);
}

Result<ObjectService::State::Opened> ObjectService::State::Open(const std::string& bucket, const std::string& key,
                                                                const VersionChoice& version) {
  auto section = blobs.BeginRead();
  ATELIER_TRY(auto object, Find(bucket, key, version));
  ATELIER_TRY(auto extents, blobs.OpenPieces(object.pieces));
  return Opened{std::move(object), std::move(extents)};
}

Result<ObjectRecord> ObjectService::Head(const Caller& caller, const std::string& bucket, const std::string& key,
                                         const VersionChoice& version) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  ATELIER_TRY(auto object, state_->Find(bucket, key, version));
  return std::move(object.record);
}

Result<OpenObject> ObjectService::Open(const Caller& caller, const std::string& bucket, const std::string& key,
                                       const VersionChoice& version) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  ATELIER_TRY(auto opened, state_->Open(bucket, key, version));
  return OpenObject{std::move(opened.object.record), std::move(opened.extents)};
}

Result<ObjectRecord> ObjectService::Edit(const Caller& caller, const std::string& bucket, const std::string& key,
                                         const VersionChoice& version, const EditRecord& edit) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  return state_->index.EditObject(bucket, key, version, edit);
}

Result<DeleteOutcome> ObjectService::Delete(const Caller& caller, const std::string& bucket, DeleteRequest request) {
  ATELIER_TRY(auto outcomes, DeleteMany(caller, bucket, {std::move(request)}));
  return std::move(outcomes.front());
}

Result<std::vector<Result<DeleteOutcome>>> ObjectService::DeleteMany(const Caller& caller, const std::string& bucket,
                                                                     const std::vector<DeleteRequest>& requests) {
  ATELIER_TRY(auto info, state_->CheckAccess(caller, bucket));
  if (requests.empty()) return std::vector<Result<DeleteOutcome>>();
  ObjectRecord marker;
  marker.bucket = bucket;
  marker.last_modified = state_->clock.Now();
  marker.sequence = ToUnixMillis(marker.last_modified);
  marker.attributes.owner_id = OwnerOf(caller, info->bucket);
  ATELIER_TRY(auto deleted, state_->index.DeleteObjects(bucket, requests, marker));
  ATELIER_CHECK(state_->Settle(deleted.dead));
  return std::move(deleted.outcomes);
}

Result<ListPage> ObjectService::List(const Caller& caller, const std::string& bucket, const ListQuery& query) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  return state_->index.List(bucket, query);
}

Result<VersionPage> ObjectService::ListVersions(const Caller& caller, const std::string& bucket,
                                                const VersionQuery& query) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  return state_->index.ListVersions(bucket, query);
}

Result<ObjectService::VerifyReport> ObjectService::VerifyAll(const std::function<bool(const VerifyReport&)>& progress) {
  VerifyReport report;
  auto verify = [&](const BlobRef& blob) -> Result<bool> {
    ATELIER_TRY(BlobVerdict verdict, state_->blobs.Verify(blob));
    ++report.blobs;
    report.bytes += blob.size;
    if (verdict.sound) return progress(report);
    // A blob that died meanwhile may be gone rightly.
    ATELIER_TRY(bool alive, IsAlive(state_->index, blob.id));
    if (alive) report.damage.push_back(fmt::format("blob {:016x}: {}", blob.id.value(), verdict.reason));
    return progress(report);
  };
  ATELIER_CHECK(VisitBlobs(state_->index, BlobId(), verify));
  return report;
}

}  // namespace atelier::object_store
