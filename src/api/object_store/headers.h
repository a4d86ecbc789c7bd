// Object headers in and out, across the dialects (obs-s3 API: headers by dialect).
#pragma once

#include <string>
#include <string_view>

#include "api/object_store/call.h"
#include "api/object_store/ranges.h"
#include "base/error.h"
#include "http/message.h"
#include "object_store/types.h"

namespace atelier::api::s3 {

// Content-Type and its like, metadata and storage class of a PUT, a copy or a new upload.
// InvalidStorageClass, MetadataTooLarge (2 KB in S3, 8 KB in OBS).
Result<object_store::ObjectAttributes> AttributesOf(const Call& call);

// Unimplemented for a header that asks for something not served (encryption, public ACLs, tags, retention, ...): doing
// the rest of the request without it would be a silent lie.
Result<void> RefuseUnservedHeaders(const Call& call);

// ETag, Last-Modified, Content-Type and its like, metadata, storage class. Not the length.
void AddObjectHeaders(const Call& call, const object_store::ObjectRecord& record, http::Headers& headers);
// response-content-type and its like in the query of a GET. InvalidRequest when nobody signed it: else a stranger's
// link would decide what a public object is shown as.
Result<void> OverrideHeaders(const Call& call, http::Headers& headers);

std::string QuotedEtag(std::string_view etag);
// The object's URL, as this client addresses the server.
std::string LocationOf(const Call& call);

// The class to show: lifecycle transitions change it when their time has come.
std::string ShownClass(const BucketView& view, const object_store::ObjectRecord& record);
// Storage classes are stored in S3's words; both dialects' words are accepted.
Result<std::string> ParseStorageClass(std::string_view word);
std::string StorageClassFor(auth::Dialect dialect, const std::string& stored);

// versionId of a request: absent or empty is the current version, "null" the null version.
object_store::VersionChoice WantedVersion(const Call& call);
object_store::VersionChoice VersionNamed(std::string_view version_id);
// A version's id as clients see it: "null" for the null version.
std::string ShownVersion(const std::string& version_id);
// The project that owns an object.
std::string OwnerOf(const BucketView& view, const object_store::ObjectRecord& record);
// 404 with the setting's own code, for a setting that the bucket does not have.
std::unexpected<Error> NeverSet(const Call& call, std::string_view setting, const char* code);
// Keeps a setting of the call's bucket, or removes it; the answer is an empty one.
Result<http::Response> StoreSetting(const Call& call, const char* name, const std::string& text, int status = 200);
Result<http::Response> RemoveSetting(const Call& call, const char* name);
// Of the bucket's quota, before `more` bytes are written to it: InsufficientStorageSpace.
Result<void> CheckQuota(const Call& call, std::uint64_t more);
// x-*-version-id, in buckets that have or had versioning.
void AddVersionHeader(const Call& call, const std::string& version_id, http::Headers& headers);
// The same of what was just written: a write that made no version of its own (versioning is suspended) names none.
void AddNewVersionHeader(const Call& call, const std::string& version_id, http::Headers& headers);

}  // namespace atelier::api::s3
