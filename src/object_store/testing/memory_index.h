// MetadataIndex in memory, for tests. "Durable" as long as the object lives: a test that cuts the power keeps it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <tuple>

#include "object_store/metadata_index.h"
#include "object_store/version_rules.h"

namespace atelier::object_store {

// Thread-safe.
class MemoryIndex : public MetadataIndex {
 public:
  Result<std::uint32_t> OpenVolume() override;
  Result<std::vector<std::uint32_t>> UnsealedVolumes() override;
  Result<void> SealVolume(std::uint32_t volume) override;
  Result<bool> ForgetEmptyVolume(std::uint32_t volume) override;
  Result<std::vector<BlobRef>> Blobs(BlobId after, BlobId end, std::size_t limit) override;
  Result<std::vector<BlobRef>> DeadBlobs(BlobId after, std::size_t limit) override;
  Result<void> ForgetBlobs(const std::vector<BlobId>& dead) override;
  Result<BlobTotals> SumBlobs() override;
  Result<std::vector<std::string>> BucketNames() override;
  Result<std::vector<BlobUser>> BlobUsers(const std::string& bucket, const std::optional<BlobUser>& after,
                                          std::size_t limit) override;
  Result<void> CreateBucket(const Bucket& bucket) override;
  Result<std::optional<Bucket>> FindBucket(const std::string& name) override;
  Result<std::vector<Bucket>> Buckets(const std::string& project_id) override;
  Result<DeadCount> DeleteBucket(const std::string& name) override;
  Result<BucketUsage> Usage(const std::string& bucket) override;
  Result<void> UpdateBucket(const Bucket& bucket) override;
  Result<BucketSettings> Settings(const std::string& bucket) override;
  Result<void> PutSetting(const std::string& bucket, const std::string& name,
                          const std::optional<std::string>& text) override;
  Result<std::vector<Bucket>> BucketsWithSetting(const std::string& name) override;
  Result<Written> PutObject(const StoredObject& object, const std::vector<BlobRef>& fresh,
                            const WriteConditions& conditions) override;
  Result<std::optional<StoredObject>> FindObject(const std::string& bucket, const std::string& key,
                                                 const VersionChoice& version) override;
  Result<std::optional<StoredObject>> FindMarker(const std::string& bucket, const std::string& key) override;
  Result<ObjectRecord> EditObject(const std::string& bucket, const std::string& key, const VersionChoice& version,
                                  const EditRecord& edit) override;
  Result<ObjectRecord> AppendObject(const StoredAppend& append, const std::vector<BlobRef>& fresh) override;
  Result<Deleted> DeleteObjects(const std::string& bucket, const std::vector<DeleteRequest>& requests,
                                const ObjectRecord& marker) override;
  Result<ListPage> List(const std::string& bucket, const ListQuery& query) override;
  Result<VersionPage> ListVersions(const std::string& bucket, const VersionQuery& query) override;
  Result<void> CreateUpload(const MultipartUpload& upload) override;
  Result<std::optional<MultipartUpload>> FindUpload(const std::string& bucket, const std::string& key,
                                                    const std::string& upload_id) override;
  Result<DeadCount> PutPart(const std::string& upload_id, const StoredPart& part,
                            const std::vector<BlobRef>& fresh) override;
  Result<std::vector<StoredPart>> Parts(const std::string& upload_id, int after_number, std::size_t limit) override;
  Result<Written> CompleteUpload(const std::string& upload_id, const std::vector<StoredPart>& used,
                                 const StoredObject& object, const WriteConditions& conditions) override;
  Result<DeadCount> AbortUpload(const std::string& bucket, const std::string& key,
                                const std::string& upload_id) override;
  Result<std::vector<MultipartUpload>> Uploads(const std::string& bucket, const std::string& prefix,
                                               const UploadPosition& from, std::size_t limit) override;

  // As after a kill: every volume has to be looked at.
  void UnsealAll();
  // The volumes that are known, sealed or not.
  std::set<std::uint32_t> Volumes();

 private:
  using Objects = std::map<std::string, StoredObject>;
  struct UploadState {
    MultipartUpload upload;
    std::map<int, StoredPart> parts;
  };
  struct BlobState {
    BlobRef ref;
    std::uint64_t references = 0;
  };
  struct BucketState {
    Bucket bucket;
    Objects objects;                                                          // current versions
    std::map<std::pair<std::string, std::int64_t>, StoredObject> noncurrent;  // by key and rank, which is -sequence
    BucketSettings settings;
  };

  Result<BucketState*> Find(const std::string& bucket);
  Result<void> AddReferences(const std::vector<Piece>& pieces, const std::vector<BlobRef>& fresh);
  DeadCount DropReferences(const std::vector<Piece>& pieces);
  static KeyVersions Versions(const BucketState& bucket, const std::string& key);
  static std::optional<StoredObject> Noncurrent(const BucketState& bucket, const std::string& key, std::int64_t rank);
  static std::optional<StoredObject> Version(const BucketState& bucket, const std::string& key,
                                             const VersionChoice& version);
  DeadCount Apply(BucketState& bucket, const VersionChange& change);
  DeadCount EndUpload(std::map<std::string, UploadState>::iterator upload, const std::set<int>& kept);

  std::mutex mutex_;
  std::uint32_t last_volume_ = 0;          // guarded by mutex_, like all below
  std::map<std::uint32_t, bool> volumes_;  // number -> sealed
  std::map<std::uint64_t, BlobState> blobs_;
  std::map<std::string, BucketState> buckets_;
  std::map<std::string, UploadState> uploads_;  // by upload id
};

}  // namespace atelier::object_store
