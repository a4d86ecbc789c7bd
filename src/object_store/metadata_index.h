// Port: where rows lie. Implemented by storage/ (SQLite) and testing/memory_index.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "object_store/blob.h"
#include "object_store/types.h"

namespace atelier::object_store {

// Part numbers are 1..kMaxParts.
inline constexpr int kMaxParts = 10000;

struct StoredObject {
  ObjectRecord record;
  std::vector<Piece> pieces;
  std::string
      upload_id;  // of the multipart upload that made it, so that a repeated completion is recognised; else empty
};

struct StoredPart {
  PartRecord record;
  std::vector<Piece> pieces;
};

// A version of an object, or a part of an open upload, and the bytes it is made of.
struct BlobUser {
  std::string key;
  std::string upload_id = {};  // of a part; else empty
  int part_number = 0;         // of a part
  std::vector<Piece> pieces = {};
  std::optional<std::int64_t> sequence = {};  // of a noncurrent version
  std::string version_id = {};                // of an object; empty: null
};

struct BucketUsage {
  std::uint64_t bytes = 0, objects = 0;
};

struct BlobTotals {
  std::uint64_t blobs = 0, bytes = 0;
};

// How many blobs the change left without a reference: work for the cleaner.
using DeadCount = std::size_t;

struct Written {
  DeadCount dead = 0;
  std::string version_id;  // given to the version; empty: null
};

struct Deleted {
  DeadCount dead = 0;
  std::vector<Result<DeleteOutcome>> outcomes;  // one for each request, in its order
};

// The next bytes of an appendable object.
struct StoredAppend {
  std::string bucket, key;
  std::uint64_t position = 0;  // must be the object's size
  std::vector<Piece> pieces;
  std::string md5;  // raw, of the piece
  TimePoint now;
  ObjectAttributes attributes;  // of an object that the append makes (position 0)
};

// Thread-safe. Each call is one transaction; every change is durable when it returns. Keys are compared as bytes
// (memcmp). Errors: NoSuchBucket, NoSuchKey, NoSuchUpload, ... with their S3 codes (errors.h). An error of kind
// Internal leaves open whether the change will be there after a restart (a sync failed): then a caller must not destroy
// the bytes it refers to. After any other error the change will never be seen.
//
// Blobs are counted: `fresh` blobs enter with the write that refers to them; pieces of other blobs add one reference
// each, and when such a blob is gone by then the answer is Conflict (code BlobGone): read again, try again. A blob with
// no reference stays known as dead until the cleaner has removed its bytes and calls ForgetBlobs.
class MetadataIndex {
 public:
  virtual ~MetadataIndex() = default;

  // Volumes: numbers are never given twice. A volume is unsealed from OpenVolume until SealVolume.
  virtual Result<std::uint32_t> OpenVolume() = 0;
  virtual Result<std::vector<std::uint32_t>> UnsealedVolumes() = 0;
  virtual Result<void> SealVolume(std::uint32_t volume) = 0;
  // Only a sealed volume without blobs: true when it was there and is forgotten now.
  virtual Result<bool> ForgetEmptyVolume(std::uint32_t volume) = 0;

  // Blobs in the order of their ids, dead ones included, strictly after `after`, before `end`.
  virtual Result<std::vector<BlobRef>> Blobs(BlobId after, BlobId end, std::size_t limit) = 0;
  virtual Result<std::vector<BlobRef>> DeadBlobs(BlobId after, std::size_t limit) = 0;
  virtual Result<void> ForgetBlobs(const std::vector<BlobId>& dead) = 0;

  // The sum of all blobs, dead ones included. Costs a look at each row.
  virtual Result<BlobTotals> SumBlobs() = 0;
  // Who refers to blobs, bucket by bucket: every current object in the order of the keys, then every noncurrent version
  // in the order of (key, newest first), then every part of an open upload in the order of (key, upload id, number). `after`: the last one of the page before.
  virtual Result<std::vector<std::string>> BucketNames() = 0;  // of all projects, in order
  virtual Result<std::vector<BlobUser>> BlobUsers(const std::string& bucket, const std::optional<BlobUser>& after,
                                                  std::size_t limit) = 0;

  virtual Result<void> CreateBucket(const Bucket& bucket) = 0;  // AlreadyExists, code BucketAlreadyExists
  virtual Result<std::optional<Bucket>> FindBucket(const std::string& name) = 0;
  virtual Result<std::vector<Bucket>> Buckets(const std::string& project_id) = 0;  // by name
  virtual Result<DeadCount> DeleteBucket(const std::string& name) = 0;  // BucketNotEmpty; open uploads go with it
  virtual Result<BucketUsage> Usage(const std::string& bucket) = 0;

  virtual Result<void> UpdateBucket(const Bucket& bucket) = 0;  // versioning and storage class
  virtual Result<BucketSettings> Settings(const std::string& bucket) = 0;
  // nullopt removes it.
  virtual Result<void> PutSetting(const std::string& bucket, const std::string& name,
                                  const std::optional<std::string>& text) = 0;
  // The buckets that have it, by name.
  virtual Result<std::vector<Bucket>> BucketsWithSetting(const std::string& name) = 0;

  // Inserts, replaces or adds a version, as the bucket's versioning asks (version_rules.h). The conditions are checked
  // inside the transaction, against the current version.
  virtual Result<Written> PutObject(const StoredObject& object, const std::vector<BlobRef>& fresh,
                                    const WriteConditions& conditions) = 0;
  // Nullopt when there is no such version. A delete marker is found only when its id is asked for.
  virtual Result<std::optional<StoredObject>> FindObject(const std::string& bucket, const std::string& key,
                                                         const VersionChoice& version) = 0;
  // The newest version of a key that has no current one: a delete marker, or nothing.
  virtual Result<std::optional<StoredObject>> FindMarker(const std::string& bucket, const std::string& key) = 0;
  // NoSuchKey or NoSuchVersion when there is none; MethodNotAllowed for a delete marker.
  virtual Result<ObjectRecord> EditObject(const std::string& bucket, const std::string& key,
                                          const VersionChoice& version, const EditRecord& edit) = 0;
  // PositionNotEqualToLength, ObjectNotAppendable. The object as it is then.
  virtual Result<ObjectRecord> AppendObject(const StoredAppend& append, const std::vector<BlobRef>& fresh) = 0;
  // One transaction for all. `marker` brings time and owner of the delete markers that are written.
  virtual Result<Deleted> DeleteObjects(const std::string& bucket, const std::vector<DeleteRequest>& requests,
                                        const ObjectRecord& marker) = 0;
  virtual Result<ListPage> List(const std::string& bucket, const ListQuery& query) = 0;
  virtual Result<VersionPage> ListVersions(const std::string& bucket, const VersionQuery& query) = 0;

  virtual Result<void> CreateUpload(const MultipartUpload& upload) = 0;
  virtual Result<std::optional<MultipartUpload>> FindUpload(const std::string& bucket, const std::string& key,
                                                            const std::string& upload_id) = 0;
  // Inserts or replaces the part of that number. NoSuchUpload when the upload has ended.
  virtual Result<DeadCount> PutPart(const std::string& upload_id, const StoredPart& part,
                                    const std::vector<BlobRef>& fresh) = 0;
  virtual Result<std::vector<StoredPart>> Parts(const std::string& upload_id, int after_number, std::size_t limit) = 0;
  // Puts `object` made of `used` parts (their pieces keep their references), drops the other parts and the upload.
  // Conflict (code PartsChanged) when a used part is not what it was when it was read.
  virtual Result<Written> CompleteUpload(const std::string& upload_id, const std::vector<StoredPart>& used,
                                         const StoredObject& object, const WriteConditions& conditions) = 0;
  virtual Result<DeadCount> AbortUpload(const std::string& bucket, const std::string& key,
                                        const std::string& upload_id) = 0;
  // Uploads ordered by (key, upload id), from the position on.
  struct UploadPosition {
    std::string key, upload_id;
    bool inclusive = false;
  };
  virtual Result<std::vector<MultipartUpload>> Uploads(const std::string& bucket, const std::string& prefix,
                                                       const UploadPosition& from, std::size_t limit) = 0;
};

}  // namespace atelier::object_store
