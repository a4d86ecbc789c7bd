// The object store's metadata in objects.db.
#pragma once

#include <functional>
#include <memory>

#include "object_store/metadata_index.h"
#include "storage/commit_queue.h"
#include "storage/database.h"
#include "storage/disk_reserve.h"

namespace atelier::storage {

// Thread-safe. Changes go through group commit; reads see one consistent state each. The database must outlive the
// index.
class SqlObjectIndex final : public object_store::MetadataIndex {
 public:
  // `reserve`: bytes of the disk that are kept for deletions, in a file beside the database; 0: none.
  explicit SqlObjectIndex(Database& objects, std::uint64_t reserve = 0);
  ~SqlObjectIndex() override;

  Result<std::uint32_t> OpenVolume() override;
  Result<std::vector<std::uint32_t>> UnsealedVolumes() override;
  Result<void> SealVolume(std::uint32_t volume) override;
  Result<bool> ForgetEmptyVolume(std::uint32_t volume) override;
  Result<std::vector<object_store::BlobRef>> Blobs(object_store::BlobId after, object_store::BlobId end,
                                                   std::size_t limit) override;
  Result<std::vector<object_store::BlobRef>> DeadBlobs(object_store::BlobId after, std::size_t limit) override;
  Result<void> ForgetBlobs(const std::vector<object_store::BlobId>& dead) override;
  Result<object_store::BlobTotals> SumBlobs() override;
  Result<std::vector<std::string>> BucketNames() override;
  Result<std::vector<object_store::BlobUser>> BlobUsers(const std::string& bucket,
                                                        const std::optional<object_store::BlobUser>& after,
                                                        std::size_t limit) override;
  Result<void> CreateBucket(const object_store::Bucket& bucket) override;
  Result<std::optional<object_store::Bucket>> FindBucket(const std::string& name) override;
  Result<std::vector<object_store::Bucket>> Buckets(const std::string& project_id) override;
  Result<object_store::DeadCount> DeleteBucket(const std::string& name) override;
  Result<object_store::BucketUsage> Usage(const std::string& bucket) override;
  Result<void> UpdateBucket(const object_store::Bucket& bucket) override;
  Result<object_store::BucketSettings> Settings(const std::string& bucket) override;
  Result<void> PutSetting(const std::string& bucket, const std::string& name,
                          const std::optional<std::string>& text) override;
  Result<std::vector<object_store::Bucket>> BucketsWithSetting(const std::string& name) override;
  Result<object_store::Written> PutObject(const object_store::StoredObject& object,
                                          const std::vector<object_store::BlobRef>& fresh,
                                          const object_store::WriteConditions& conditions) override;
  Result<std::optional<object_store::StoredObject>> FindObject(const std::string& bucket, const std::string& key,
                                                               const object_store::VersionChoice& version) override;
  Result<std::optional<object_store::StoredObject>> FindMarker(const std::string& bucket,
                                                               const std::string& key) override;
  Result<object_store::ObjectRecord> EditObject(const std::string& bucket, const std::string& key,
                                                const object_store::VersionChoice& version,
                                                const object_store::EditRecord& edit) override;
  Result<object_store::ObjectRecord> AppendObject(const object_store::StoredAppend& append,
                                                  const std::vector<object_store::BlobRef>& fresh) override;
  Result<object_store::Deleted> DeleteObjects(const std::string& bucket,
                                              const std::vector<object_store::DeleteRequest>& requests,
                                              const object_store::ObjectRecord& marker) override;
  Result<object_store::ListPage> List(const std::string& bucket, const object_store::ListQuery& query) override;
  Result<object_store::VersionPage> ListVersions(const std::string& bucket,
                                                 const object_store::VersionQuery& query) override;
  Result<void> CreateUpload(const object_store::MultipartUpload& upload) override;
  Result<std::optional<object_store::MultipartUpload>> FindUpload(const std::string& bucket, const std::string& key,
                                                                  const std::string& upload_id) override;
  Result<object_store::DeadCount> PutPart(const std::string& upload_id, const object_store::StoredPart& part,
                                          const std::vector<object_store::BlobRef>& fresh) override;
  Result<std::vector<object_store::StoredPart>> Parts(const std::string& upload_id, int after_number,
                                                      std::size_t limit) override;
  Result<object_store::Written> CompleteUpload(const std::string& upload_id,
                                               const std::vector<object_store::StoredPart>& used,
                                               const object_store::StoredObject& object,
                                               const object_store::WriteConditions& conditions) override;
  Result<object_store::DeadCount> AbortUpload(const std::string& bucket, const std::string& key,
                                              const std::string& upload_id) override;
  Result<std::vector<object_store::MultipartUpload>> Uploads(const std::string& bucket, const std::string& prefix,
                                                             const UploadPosition& from, std::size_t limit) override;

 private:
  class Statements;  // the connections' prepared statements
  using Work = std::function<Result<void>(class ObjectTransaction&)>;
  Result<void> Write(const Work& work);
  // A change that makes room: on a full disk it gets the reserve's.
  Result<void> Free(const Work& work);
  Result<void> Commit(const Work& work);
  Result<void> Read(const Work& work);
  Result<std::vector<object_store::Bucket>> SelectBuckets(const std::string& where, const std::string& value);

  Database& database_;
  CommitQueue queue_;
  DiskReserve reserve_;
  std::unique_ptr<Statements> statements_;
};

}  // namespace atelier::storage
