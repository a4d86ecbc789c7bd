// The object store's operations. Plain blocking C++; called from the worker pool.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "object_store/types.h"

namespace atelier::object_store {

class BlobStore;      // where bytes lie (blob_store.h)
class MetadataIndex;  // port: where rows lie (metadata_index.h), implemented by storage/

// Begins the subject of an error about a delete marker.
inline constexpr std::string_view kMarkerSubject = "delete marker ";

// Takes the bytes of an object or part in the making. Every byte is given to Digest and to Write, each in order. Digest
// and Write may run at the same time, and on any thread, but neither beside itself. Big pieces (256 KiB and more) are
// cheapest.
class ContentWriter {
 public:
  virtual ~ContentWriter() = default;
  virtual void Digest(std::string_view bytes) = 0;
  virtual Result<void> Write(std::string_view bytes) = 0;
  // Both.
  Result<void> Append(std::string_view bytes) {
    Digest(bytes);
    return Write(bytes);
  }
};

// Destroying it without Commit leaves no trace. Commit comes when Digest and Write have ended.
class ObjectWriter : public ContentWriter {
 public:
  // Checks the expectations, makes data, then names, then the row durable, in this order, and only then returns. Of two
  // concurrent commits to a key the later one wins whole.
  virtual Result<ObjectRecord> Commit(const ExpectedDigests& expected, const WriteConditions& conditions) = 0;
};

class PartWriter : public ContentWriter {
 public:
  virtual Result<PartRecord> Commit(const ExpectedDigests& expected) = 0;
};

struct CopyRequest {
  std::string source_bucket = {}, source_key = {};
  VersionChoice source_version = {};
  std::string target_bucket = {}, target_key = {};
  std::optional<ObjectAttributes> replace = {};  // metadata-directive REPLACE; its tags do not count
  std::optional<std::map<std::string, std::string>> replace_tags = {};  // tagging-directive REPLACE
  std::string acl = {};                                                 // of the copy; the source's is never taken over
  WriteConditions conditions = {};
  // A copy is an object put whole, so its ETag is the MD5 of its bytes. That of a source in parts or of appends is not,
  // and its bytes are read once to compute it (up to 5 GiB; a larger copy keeps the source's). With this every copy
  // does.
  bool keep_etag_of_parts = false;
  // Checked against the source inside the operation: FailedPrecondition, code PreconditionFailed.
  std::function<Result<void>(const ObjectRecord&)> check_source = {};
};

// Errors carry S3 codes (NoSuchBucket, NoSuchKey, BucketNotEmpty, BucketAlreadyExists, BucketAlreadyOwnedByYou,
// NoSuchUpload, InvalidPart, InvalidPartOrder, EntityTooSmall, AccessDenied, ...). Thread-safe.
class ObjectService {
 public:
  ObjectService(MetadataIndex& index, BlobStore& blobs, const Clock& clock, std::string region);
  ~ObjectService();

  Result<Bucket> CreateBucket(const Caller&, const BucketName&, const std::string& storage_class);
  Result<Bucket> FindBucket(const Caller&, const std::string& bucket);
  // Whoever asks: for deciding about access. Cached.
  Result<std::shared_ptr<const BucketInfo>> Describe(const std::string& bucket);
  // The same without ever waiting: null when it would have to.
  std::shared_ptr<const BucketInfo> Known(const std::string& bucket);
  Result<std::vector<Bucket>> ListBuckets(const Caller&);
  Result<void> DeleteBucket(const Caller&, const std::string& bucket);
  struct Usage {
    std::uint64_t bytes = 0, objects = 0;
  };
  Result<Usage> BucketUsage(const Caller&, const std::string& bucket);
  // InvalidBucketState (FailedPrecondition) when it would go back to "never".
  Result<void> SetVersioning(const Caller&, const std::string& bucket, VersioningState state);
  Result<void> SetStorageClass(const Caller&, const std::string& bucket, const std::string& storage_class);
  // nullopt removes it.
  Result<void> PutSetting(const Caller&, const std::string& bucket, const std::string& name,
                          const std::optional<std::string>& text);
  // Of every project: for the workers that act on a setting.
  Result<std::vector<Bucket>> BucketsWithSetting(const std::string& name);

  // `extra`: digests to compute beside MD5 (what the client's checksum headers or trailers will be compared with).
  Result<std::unique_ptr<ObjectWriter>> Put(const Caller&, const std::string& bucket, const ObjectKey&,
                                            ObjectAttributes, const std::vector<DigestKind>& extra);
  // The same for an object that grows: its bytes are appended at `position`, which must be its size then (Conflict,
  // code PositionNotEqualToLength, whose subject is the size; ObjectNotAppendable). Makes the object when it is absent.
  Result<std::unique_ptr<ObjectWriter>> Append(const Caller&, const std::string& bucket, const ObjectKey&,
                                               std::uint64_t position, ObjectAttributes,
                                               const std::vector<DigestKind>& extra);
  // NoSuchKey, or NoSuchVersion when one is named. A delete marker: NoSuchKey when it is the current state of the key,
  // MethodNotAllowed when it is named; the error's subject then is kMarkerSubject and its version id.
  Result<ObjectRecord> Head(const Caller&, const std::string& bucket, const std::string& key,
                            const VersionChoice& version = {});
  Result<OpenObject> Open(const Caller&, const std::string& bucket, const std::string& key,
                          const VersionChoice& version = {});
  Result<ObjectRecord> Edit(const Caller&, const std::string& bucket, const std::string& key,
                            const VersionChoice& version, const EditRecord& edit);
  Result<DeleteOutcome> Delete(const Caller&, const std::string& bucket, DeleteRequest);  // absent is fine
  // One transaction for all; an outcome for each.
  Result<std::vector<Result<DeleteOutcome>>> DeleteMany(const Caller&, const std::string& bucket,
                                                        const std::vector<DeleteRequest>& requests);
  Result<ObjectRecord> Copy(const Caller&, const CopyRequest&);  // shares the blobs: no bytes are moved, few are read
  Result<ListPage> List(const Caller&, const std::string& bucket, const ListQuery&);
  Result<VersionPage> ListVersions(const Caller&, const std::string& bucket, const VersionQuery&);

  Result<MultipartUpload> CreateUpload(const Caller&, const std::string& bucket, const ObjectKey&, ObjectAttributes,
                                       std::optional<DigestKind> checksum_kind, bool composite);
  Result<std::unique_ptr<PartWriter>> PutPart(const Caller&, const std::string& bucket, const std::string& key,
                                              const std::string& upload_id, int number, std::vector<DigestKind> extra);
  // A part from (a range of) an object: `source` names only the source and its conditions; `range` is the first and the
  // last byte, both included (InvalidArgument, code InvalidRange, when it is not within the source). Shares the blobs.
  Result<PartRecord> CopyPart(const Caller&, const std::string& bucket, const std::string& key,
                              const std::string& upload_id, int number, const CopyRequest& source,
                              std::optional<std::pair<std::uint64_t, std::uint64_t>> range);
  Result<MultipartUpload> FindUpload(const Caller&, const std::string& bucket, const std::string& key,
                                     const std::string& upload_id);
  Result<std::vector<PartRecord>> ListParts(const Caller&, const std::string& bucket, const std::string& key,
                                            const std::string& upload_id, int after_number, std::size_t limit);
  // Records the part list; copies nothing. Repeating it after success succeeds again with the same result.
  Result<ObjectRecord> CompleteUpload(const Caller&, const std::string& bucket, const std::string& key,
                                      const std::string& upload_id, const Completion& completion);
  Result<void> AbortUpload(const Caller&, const std::string& bucket, const std::string& key,
                           const std::string& upload_id);
  struct UploadPage {
    std::vector<MultipartUpload> uploads;
    std::vector<std::string> common_prefixes;
    bool truncated = false;
    std::string next_key, next_upload_id;
  };
  Result<UploadPage> ListUploads(const Caller&, const std::string& bucket, const std::string& prefix,
                                 const std::string& delimiter, const std::string& after_key,
                                 const std::string& after_upload_id, std::size_t limit);

  // For jobs and models: every object below `prefix` as a file below `target` (which is made). `link`: large blobs
  // become hard links, so the tree must be shown read-only to whoever uses it; else bytes are copied. Names are
  // relative to the prefix up to its last '/': "data/" gives "a.csv" for "data/a.csv", and so does the prefix "data/a".
  // Keys that are no safe relative path
  // ("..", empty or "." segments, leading '/') are InvalidArgument naming the key, and so are two keys of which one
  // would have to be a file and a directory ("dir" beside "dir/x"). Folder keys become directories. Files that are
  // there already are replaced.
  struct TreeReport {
    std::uint64_t files = 0, bytes = 0, linked = 0;
  };
  Result<TreeReport> Materialize(const Caller&, const std::string& bucket, const std::string& prefix,
                                 const std::filesystem::path& target, bool link);
  // Stores a file's present contents as an object (the file may still grow: what is read is what is stored).
  Result<ObjectRecord> PutFile(const Caller&, const std::string& bucket, const ObjectKey&,
                               const std::filesystem::path& file);

  // Reads every stored byte and compares checksums. `progress` is called now and then; false stops.
  struct VerifyReport {
    std::uint64_t blobs = 0, bytes = 0;
    std::vector<std::string> damage;  // one line for each blob that is missing or differs
  };
  Result<VerifyReport> VerifyAll(const std::function<bool(const VerifyReport&)>& progress);

  struct State;  // service_state.h: for the service's own files

 private:
  std::unique_ptr<State> state_;
};

}  // namespace atelier::object_store
