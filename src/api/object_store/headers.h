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

}  // namespace atelier::api::s3
