// Private to the object service's own .cc files.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "object_store/blob_store.h"
#include "object_store/metadata_index.h"
#include "object_store/object_service.h"

namespace atelier::object_store {

struct ObjectService::State {
  State(MetadataIndex& index_in, BlobStore& blobs_in, const Clock& clock_in, std::string region_in)
      : index(index_in), blobs(blobs_in), clock(clock_in), region(std::move(region_in)) {}

  MetadataIndex& index;
  BlobStore& blobs;
  const Clock& clock;
  const std::string region;

  // Buckets that were looked up. Filled and emptied under the lock that also covers the index's answer, so it never
  // outlives a bucket or a change of it.
  using BucketPointer = std::shared_ptr<const BucketInfo>;
  std::shared_mutex bucket_mutex;
  std::map<std::string, BucketPointer> buckets;  // guarded by bucket_mutex

  Result<BucketPointer> FindBucket(const std::string& name);
  // NoSuchBucket, AccessDenied.
  Result<BucketPointer> CheckAccess(const Caller& caller, const std::string& name);
  // Runs a change of the bucket itself and forgets what was known of it.
  template <class Change>
  Result<void> ChangeBucket(const Caller& caller, const std::string& name, const Change& change) {
    ATELIER_CHECK(CheckAccess(caller, name));
    std::unique_lock lock(bucket_mutex);
    ATELIER_CHECK(change());
    buckets.erase(name);
    return {};
  }

  Result<void> UpdateBucket(const Caller& caller, const std::string& name,
                            const std::function<void(Bucket&)>& update);

  // The object and its extents, opened so that a concurrent delete does not disturb them.
  struct Opened {
    StoredObject object;
    std::vector<Extent> extents;
  };
  Result<Opened> Open(const std::string& bucket, const std::string& key, const VersionChoice& version = {});
  Result<StoredObject> Find(const std::string& bucket, const std::string& key, const VersionChoice& version = {});
  Result<MultipartUpload> NeedUpload(const std::string& bucket, const std::string& key, const std::string& upload_id);

  // Passes the index's answer on; wakes the cleaner when blobs died.
  Result<void> Settle(Result<DeadCount> answer);
  // The same for a write that brought `fresh` blobs: keeps them on success, takes them back when the index refused, and
  // leaves them alone when nobody knows whether the row will be there after a restart.
  Result<void> Settle(Result<DeadCount> answer, std::optional<NewBlob>& fresh);
  // The same for a write of an object; returns the version's id.
  Result<std::string> Settle(Result<Written> answer, std::optional<NewBlob>& fresh);
};

// The owner that is noted with what `caller` writes: nothing when it is the bucket's own project.
std::string OwnerOf(const Caller& caller, const Bucket& bucket);

// Receives an object's or a part's bytes: MD5 and further digests, and the blob. Digest and Write share nothing, so
// that they may run beside each other (see ContentWriter).
class ContentReceiver {
 public:
  ContentReceiver(BlobStore& blobs, const std::vector<DigestKind>& extra);

  void Digest(std::string_view bytes);
  Result<void> Write(std::string_view bytes);
  std::uint64_t size() const { return size_; }

  // Finishes the digests, compares, and only then makes the bytes durable.
  Result<void> Finish(const ExpectedDigests& expected);
  // After Finish:
  const std::string& etag() const { return etag_; }
  const std::string& digest(DigestKind kind) const { return values_.at(kind); }
  std::vector<Piece> pieces() const;
  std::vector<BlobRef> fresh() const;
  std::optional<NewBlob>& blob() { return blob_; }

 private:
  Result<void> Compare(const ExpectedDigests& expected) const;

  std::uint64_t size_ = 0;  // of what was digested
  std::vector<atelier::Digest> digests_;
  std::map<DigestKind, std::string> values_;
  std::string etag_;
  std::unique_ptr<BlobWriter> writer_;
  std::optional<NewBlob> blob_;
};

// The digests of the bytes of `extents`, in the order of `kinds`.
Result<std::vector<std::string>> DigestExtents(const std::vector<Extent>& extents,
                                               const std::vector<DigestKind>& kinds);

// "CRC32", "SHA256", ...: as error messages name them.
std::string_view DigestName(DigestKind kind);

}  // namespace atelier::object_store
