// What the store keeps about buckets, objects and uploads.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/files.h"
#include "object_store/names.h"
#include "object_store/versioning.h"

namespace atelier::object_store {

// On whose behalf an operation runs. Buckets belong to a project; other projects are refused (PermissionDenied,
// AccessDenied), unless the caller was authorised already: by a policy or an ACL, where those are known
// (api/object_store/authorisation.h).
struct Caller {
  std::string project_id;  // owns what it writes; empty: anonymous, and the bucket's project owns it
  bool authorised = false;
};

struct Bucket {
  std::string name;
  std::string project_id;
  std::string region;
  std::string storage_class = "STANDARD";
  TimePoint created;
  VersioningState versioning = VersioningState::kNever;
};

// Documents that a bucket carries, by the name of their sub-resource ("policy", "lifecycle", "acl", ...). This room
// keeps them as they are; who sets one says what its text means.
using BucketSettings = std::map<std::string, std::string>;

struct BucketInfo {
  Bucket bucket;
  BucketSettings settings;
};

// What a client gives with an object and gets back unchanged.
struct ObjectAttributes {
  std::string content_type = "binary/octet-stream";
  // Cache-Control, Content-Disposition, Content-Encoding, Content-Language, Expires; lower-case names.
  std::map<std::string, std::string> headers;
  // User metadata without the x-amz-meta-/x-obs-meta- prefix; names lower-case, values as sent (bytes).
  std::map<std::string, std::string> metadata;
  std::string storage_class = "STANDARD";
  std::map<std::string, std::string> tags;
  std::string acl;       // as access/acl.h encodes it; empty: private to its owner
  std::string owner_id;  // the project that wrote it; empty: the bucket's
};

// An additional checksum that was verified and is kept with the object (obs-s3-api section 4.6).
struct Checksum {
  DigestKind kind = DigestKind::kCrc32;
  std::string value;       // raw big-endian bytes
  bool composite = false;  // COMPOSITE (multipart, shown as "value-N") or FULL_OBJECT
};

struct ObjectRecord {
  std::string bucket;
  std::string key;
  std::uint64_t size = 0;
  std::string etag;         // without quotes: hex MD5, or "<hex>-N"
  TimePoint last_modified;  // milliseconds; HTTP dates show whole seconds
  ObjectAttributes attributes;
  std::vector<Checksum> checksums;
  std::vector<std::uint64_t> part_sizes;  // empty for a simple put
  std::string version_id;                 // empty: the null version
  std::int64_t sequence = 0;              // orders the versions of a key (version_rules.h)
  bool delete_marker = false;
  bool latest = true;         // set by look-ups and listings
  std::uint32_t appends = 0;  // how many appends made it; 0: not appendable
};

// Which version of an object: nullopt is the current one, the empty text the null version.
using VersionChoice = std::optional<std::string>;

// A piece of an object where it lies: pinned open, so that a concurrent delete or overwrite does not disturb the
// reader.
struct Extent {
  std::shared_ptr<UniqueFd> file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  // The file's bytes from `checked_offset` on, when they were read and found to be right: a small object is sent from
  // here and not read again.
  std::shared_ptr<const std::string> checked = nullptr;
  std::uint64_t checked_offset = 0;

  // The extent's bytes out of `checked`.
  std::string_view CheckedBytes() const {
    return std::string_view(*checked).substr(static_cast<std::size_t>(offset - checked_offset),
                                             static_cast<std::size_t>(length));
  }
};

struct OpenObject {
  ObjectRecord record;
  std::vector<Extent> extents;  // the whole object, in order; SliceExtents cuts ranges
};

// The extents of bytes [offset, offset + length).
std::vector<Extent> SliceExtents(const std::vector<Extent>& extents, std::uint64_t offset, std::uint64_t length);

struct ListQuery {
  std::string prefix;
  std::string delimiter;     // empty: none
  std::string after;         // exclusive: keys (and common prefixes) beyond this
  std::size_t limit = 1000;  // keys + common prefixes; 0 gives an empty, not truncated page
};
struct ListPage {
  std::vector<ObjectRecord> objects;  // attributes, checksums' values and part sizes may be left empty
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string next_after;  // pass as `after` for the next page
};

// Versions of a bucket, keys ascending and the newest version of each first.
struct VersionQuery {
  std::string prefix, delimiter;
  std::string after_key;        // exclusive, with all its versions ...
  VersionChoice after_version;  // ... or only up to this version of it
  std::size_t limit = 1000;
};
struct VersionPage {
  std::vector<ObjectRecord> versions;  // delete markers among them
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string next_key;
  VersionChoice next_version;  // nullopt after a common prefix
};

struct MultipartUpload {
  std::string upload_id;
  std::string bucket, key;
  TimePoint initiated;
  ObjectAttributes attributes;
  std::optional<DigestKind> checksum_kind;
  bool checksum_composite = true;
};
struct PartRecord {
  int number = 0;  // 1..10000
  std::uint64_t size = 0;
  std::string etag;
  TimePoint last_modified;
  std::optional<Checksum> checksum;
};
struct CompletedPart {
  int number = 0;
  std::string etag;                     // quotes already removed
  std::optional<std::string> checksum;  // raw, when the client lists it
};

// Conditions on a write (obs-s3-api section 4.1, put).
struct WriteConditions {
  bool if_none_match_any = false;       // If-None-Match: * -> FailedPrecondition, code PreconditionFailed, when present
  std::optional<std::string> if_match;  // ETag -> NotFound NoSuchKey when absent, PreconditionFailed when other
};

// What a client says when it completes an upload.
struct Completion {
  std::vector<CompletedPart> parts;
  std::uint64_t min_part_size = 0;  // of all parts but the last: EntityTooSmall
  WriteConditions conditions;
  std::optional<Checksum> checksum;   // of the whole object: BadDigest, or InvalidRequest when it was not agreed on
  std::optional<std::uint64_t> size;  // of the whole object: InvalidRequest
};

// Which place among the versions of its key a version must have for a delete of it to happen. Any but kAny: it must
// also be there.
enum class RequiredPlace { kAny, kNewest, kNoncurrent };

// A delete, and what must hold for it to happen (PreconditionFailed).
struct DeleteRequest {
  std::string key;
  VersionChoice version = {};
  std::optional<std::string> if_match = {};  // ETag or "*"
  std::optional<std::uint64_t> if_size = {};
  std::optional<TimePoint> if_modified = {};  // the object's last modification, to the second
  RequiredPlace place = RequiredPlace::kAny;
};
struct DeleteOutcome {
  bool delete_marker = false;  // one was written, or the version removed was one
  VersionChoice version = {};  // written or removed; nullopt in a bucket without versions
};

// Changes what may be changed of an object in place: its attributes, never its bytes.
using EditRecord = std::function<Result<void>(ObjectRecord&)>;

// What the client claims about the bytes; checked before the commit.
struct ExpectedDigests {
  std::optional<std::string> md5;     // raw; mismatch: InvalidArgument, code BadDigest
  std::optional<std::string> sha256;  // raw; mismatch: InvalidArgument, code XAmzContentSHA256Mismatch
  std::vector<Checksum> checksums;    // mismatch: InvalidArgument, code BadDigest, message names the algorithm
};

}  // namespace atelier::object_store
