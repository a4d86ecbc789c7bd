// A MetadataIndex that loses its power together with the disk.
#pragma once

#include "object_store/metadata_index.h"
#include "object_store/testing/power_cut_files.h"

namespace atelier::object_store {

// Passes every call on. Each change is two steps of the switch: a cut at the first means that it did not happen, at the
// second that it happened and nobody was told. Reads fail when the power is off.
class PowerCutIndex final : public MetadataIndex {
 public:
  PowerCutIndex(MetadataIndex& inner, PowerSwitch& power) : inner_(inner), power_(power) {}

  Result<std::uint32_t> OpenVolume() override {
    return Change([&] { return inner_.OpenVolume(); });
  }
  Result<std::vector<std::uint32_t>> UnsealedVolumes() override {
    return Ask([&] { return inner_.UnsealedVolumes(); });
  }
  Result<void> SealVolume(std::uint32_t volume) override {
    return Change([&] { return inner_.SealVolume(volume); });
  }
  Result<bool> ForgetEmptyVolume(std::uint32_t volume) override {
    return Change([&] { return inner_.ForgetEmptyVolume(volume); });
  }
  Result<std::vector<BlobRef>> Blobs(BlobId after, BlobId end, std::size_t limit) override {
    return Ask([&] { return inner_.Blobs(after, end, limit); });
  }
  Result<std::vector<BlobRef>> DeadBlobs(BlobId after, std::size_t limit) override {
    return Ask([&] { return inner_.DeadBlobs(after, limit); });
  }
  Result<void> ForgetBlobs(const std::vector<BlobId>& dead) override {
    return Change([&] { return inner_.ForgetBlobs(dead); });
  }
  Result<BlobTotals> SumBlobs() override {
    return Ask([&] { return inner_.SumBlobs(); });
  }
  Result<std::vector<std::string>> BucketNames() override {
    return Ask([&] { return inner_.BucketNames(); });
  }
  Result<std::vector<BlobUser>> BlobUsers(const std::string& bucket, const std::optional<BlobUser>& after,
                                          std::size_t limit) override {
    return Ask([&] { return inner_.BlobUsers(bucket, after, limit); });
  }
  Result<void> CreateBucket(const Bucket& bucket) override {
    return Change([&] { return inner_.CreateBucket(bucket); });
  }
  Result<std::optional<Bucket>> FindBucket(const std::string& name) override {
    return Ask([&] { return inner_.FindBucket(name); });
  }
  Result<std::vector<Bucket>> Buckets(const std::string& project_id) override {
    return Ask([&] { return inner_.Buckets(project_id); });
  }
  Result<DeadCount> DeleteBucket(const std::string& name) override {
    return Change([&] { return inner_.DeleteBucket(name); });
  }
  Result<BucketUsage> Usage(const std::string& bucket) override {
    return Ask([&] { return inner_.Usage(bucket); });
  }
  Result<void> UpdateBucket(const Bucket& bucket) override {
    return Change([&] { return inner_.UpdateBucket(bucket); });
  }
  Result<BucketSettings> Settings(const std::string& bucket) override {
    return Ask([&] { return inner_.Settings(bucket); });
  }
  Result<void> PutSetting(const std::string& bucket, const std::string& name,
                          const std::optional<std::string>& text) override {
    return Change([&] { return inner_.PutSetting(bucket, name, text); });
  }
  Result<std::vector<Bucket>> BucketsWithSetting(const std::string& name) override {
    return Ask([&] { return inner_.BucketsWithSetting(name); });
  }
  Result<Written> PutObject(const StoredObject& object, const std::vector<BlobRef>& fresh,
                            const WriteConditions& conditions) override {
    return Change([&] { return inner_.PutObject(object, fresh, conditions); });
  }
  Result<std::optional<StoredObject>> FindObject(const std::string& bucket, const std::string& key,
                                                 const VersionChoice& version) override {
    return Ask([&] { return inner_.FindObject(bucket, key, version); });
  }
  Result<std::optional<StoredObject>> FindMarker(const std::string& bucket, const std::string& key) override {
    return Ask([&] { return inner_.FindMarker(bucket, key); });
  }
  Result<ObjectRecord> EditObject(const std::string& bucket, const std::string& key, const VersionChoice& version,
                                  const EditRecord& edit) override {
    return Change([&] { return inner_.EditObject(bucket, key, version, edit); });
  }
  Result<ObjectRecord> AppendObject(const StoredAppend& append, const std::vector<BlobRef>& fresh) override {
    return Change([&] { return inner_.AppendObject(append, fresh); });
  }
  Result<Deleted> DeleteObjects(const std::string& bucket, const std::vector<DeleteRequest>& requests,
                                const ObjectRecord& marker) override {
    return Change([&] { return inner_.DeleteObjects(bucket, requests, marker); });
  }
  Result<ListPage> List(const std::string& bucket, const ListQuery& query) override {
    return Ask([&] { return inner_.List(bucket, query); });
  }
  Result<VersionPage> ListVersions(const std::string& bucket, const VersionQuery& query) override {
    return Ask([&] { return inner_.ListVersions(bucket, query); });
  }
  Result<void> CreateUpload(const MultipartUpload& upload) override {
    return Change([&] { return inner_.CreateUpload(upload); });
  }
  Result<std::optional<MultipartUpload>> FindUpload(const std::string& bucket, const std::string& key,
                                                    const std::string& upload_id) override {
    return Ask([&] { return inner_.FindUpload(bucket, key, upload_id); });
  }
  Result<DeadCount> PutPart(const std::string& upload_id, const StoredPart& part,
                            const std::vector<BlobRef>& fresh) override {
    return Change([&] { return inner_.PutPart(upload_id, part, fresh); });
  }
  Result<std::vector<StoredPart>> Parts(const std::string& upload_id, int after_number, std::size_t limit) override {
    return Ask([&] { return inner_.Parts(upload_id, after_number, limit); });
  }
  Result<Written> CompleteUpload(const std::string& upload_id, const std::vector<StoredPart>& used,
                                 const StoredObject& object, const WriteConditions& conditions) override {
    return Change([&] { return inner_.CompleteUpload(upload_id, used, object, conditions); });
  }
  Result<DeadCount> AbortUpload(const std::string& bucket, const std::string& key,
                                const std::string& upload_id) override {
    return Change([&] { return inner_.AbortUpload(bucket, key, upload_id); });
  }
  Result<std::vector<MultipartUpload>> Uploads(const std::string& bucket, const std::string& prefix,
                                               const UploadPosition& from, std::size_t limit) override {
    return Ask([&] { return inner_.Uploads(bucket, prefix, from, limit); });
  }

 private:
  template <class Call>
  auto Change(Call call) -> decltype(call()) {
    if (auto before = power_.Step(); !before) return std::unexpected(before.error());
    auto result = call();
    if (auto after = power_.Step(); !after) return std::unexpected(after.error());
    return result;
  }
  template <class Call>
  auto Ask(Call call) -> decltype(call()) {
    if (auto on = power_.Check(); !on) return std::unexpected(on.error());
    return call();
  }

  MetadataIndex& inner_;
  PowerSwitch& power_;
};

}  // namespace atelier::object_store
