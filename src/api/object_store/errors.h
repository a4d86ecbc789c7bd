// The one place where an Error becomes an S3 or OBS answer (obs-s3 API: error responses).
#pragma once

#include <string>
#include <string_view>

#include "auth/object_store_authenticator.h"
#include "base/error.h"
#include "http/message.h"

namespace atelier::api::s3 {

// What the answer says about the request besides the error itself.
struct ErrorContext {
  auth::Dialect dialect = auth::Dialect::kS3;
  std::string method;
  std::string resource;     // "/bucket/key" as asked for
  std::string bucket, key;  // decoded; empty when not known
  std::string request_id;
  std::string region;      // for AuthorizationHeaderMalformed
  std::string range;       // the Range header, for InvalidRange
  std::string access_key;  // as claimed, for SignatureDoesNotMatch and InvalidAccessKeyId
};

// The wire code of an error: its own `code`, or the one its kind stands for, in the dialect's spelling.
std::string WireCode(const Error& error, auth::Dialect dialect, bool has_key);
// The HTTP status of a wire code: that of its row in the table of codes; of the kind when it has none.
int StatusOf(const Error& error, std::string_view wire_code);

// `subject` of an Error is used so: InvalidRange: the object's size; PreconditionFailed: the condition's header name;
// MethodNotAllowed: the allowed methods, comma-separated; SignatureDoesNotMatch and InvalidAccessKeyId: the access key.
// `details` become elements of their own. Bodies are XML; HEAD gets headers only. Internal errors keep their text to
// the log: the client sees the request id.
http::Response RenderError(const ErrorContext& context, const Error& error);

// A Unimplemented error for an operation of the reference that this product does not serve yet.
std::unexpected<Error> NotServed(std::string_view what);

// "x-amz-request-id" and "x-amz-id-2", or the x-obs- ones.
void AddRequestIds(auth::Dialect dialect, const std::string& request_id, http::Headers& headers);

}  // namespace atelier::api::s3
