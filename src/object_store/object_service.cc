#include "object_store/object_service.h"

#include <fmt/format.h>

#include <mutex>

#include "object_store/errors.h"
#include "object_store/service_state.h"
#include "object_store/verification.h"

namespace atelier::object_store {
namespace {

// True when the index has refused: nothing of the change will ever be seen (metadata_index.h).
bool IsRefusal(ErrorKind kind) { return kind != ErrorKind::kInternal; }

Result<void> CheckOwner(const Caller& caller, const Bucket& bucket) {
  if (bucket.project_id == caller.project_id) return {};
  return PermissionDenied("the bucket '" + bucket.name + "' belongs to another project", "AccessDenied", bucket.name);
}

}  // namespace

ObjectService::ObjectService(MetadataIndex& index, BlobStore& blobs, const Clock& clock, std::string region)
    : state_(std::make_unique<State>(index, blobs, clock, std::move(region))) {}

ObjectService::~ObjectService() = default;

Result<Bucket> ObjectService::State::OwnBucket(const Caller& caller, const std::string& name) {
  {
    std::shared_lock lock(bucket_mutex);
    if (auto known = buckets.find(name); known != buckets.end()) {
      ATELIER_CHECK(CheckOwner(caller, known->second));
      return known->second;
    }
  }
  std::unique_lock lock(bucket_mutex);
  ATELIER_TRY(auto found, index.FindBucket(name));
  if (!found) return NoSuchBucket(name);
  ATELIER_CHECK(CheckOwner(caller, *found));
  buckets.insert_or_assign(name, *found);
  return *std::move(found);
}

Result<void> ObjectService::State::CheckAccess(const Caller& caller, const std::string& name) {
  {
    std::shared_lock lock(bucket_mutex);
    if (auto known = buckets.find(name); known != buckets.end()) return CheckOwner(caller, known->second);
  }
  ATELIER_TRY(auto bucket, OwnBucket(caller, name));
  return {};
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
  return state_->OwnBucket(caller, bucket);
}

Result<std::vector<Bucket>> ObjectService::ListBuckets(const Caller& caller) {
  return state_->index.Buckets(caller.project_id);
}

Result<void> ObjectService::DeleteBucket(const Caller& caller, const std::string& bucket) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  std::unique_lock lock(state_->bucket_mutex);
  ATELIER_CHECK(state_->Settle(state_->index.DeleteBucket(bucket)));
  state_->buckets.erase(bucket);
  return {};
}

Result<ObjectService::Usage> ObjectService::BucketUsage(const Caller& caller, const std::string& bucket) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  ATELIER_TRY(auto usage, state_->index.Usage(bucket));
  return Usage{usage.bytes, usage.objects};
}

Result<StoredObject> ObjectService::State::Find(const std::string& bucket, const std::string& key) {
  ATELIER_TRY(auto found, index.FindObject(bucket, key));
  if (!found) return NoSuchKey(key);
  return *std::move(found);
}

Result<ObjectService::State::Opened> ObjectService::State::Open(const std::string& bucket, const std::string& key) {
  auto section = blobs.BeginRead();
  ATELIER_TRY(auto object, Find(bucket, key));
  ATELIER_TRY(auto extents, blobs.OpenPieces(object.pieces));
  return Opened{std::move(object), std::move(extents)};
}

Result<ObjectRecord> ObjectService::Head(const Caller& caller, const std::string& bucket, const std::string& key) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  ATELIER_TRY(auto object, state_->Find(bucket, key));
  return std::move(object.record);
}

Result<OpenObject> ObjectService::Open(const Caller& caller, const std::string& bucket, const std::string& key) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  ATELIER_TRY(auto opened, state_->Open(bucket, key));
  return OpenObject{std::move(opened.object.record), std::move(opened.extents)};
}

Result<void> ObjectService::Delete(const Caller& caller, const std::string& bucket, const std::string& key) {
  return DeleteMany(caller, bucket, {key});
}

Result<void> ObjectService::DeleteMany(const Caller& caller, const std::string& bucket,
                                       const std::vector<std::string>& keys) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  return state_->Settle(state_->index.DeleteObjects(bucket, keys));
}

Result<ListPage> ObjectService::List(const Caller& caller, const std::string& bucket, const ListQuery& query) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  return state_->index.List(bucket, query);
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
