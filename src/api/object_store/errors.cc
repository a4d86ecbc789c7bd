#include "api/object_store/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "api/object_store/xml_document.h"
#include "api/object_store/xml_text.h"
#include "base/log.h"
#include "base/strings.h"
#include "object_store/object_service.h"

namespace atelier::api::s3 {
namespace {

using CodeStatus = std::pair<std::string_view, int>;

constexpr auto kCodeStatuses = std::to_array<CodeStatus>({
    {"AccessControlListNotSupported", 400},
    {"AuthorizationHeaderMalformed", 400},
    {"AuthorizationQueryParametersError", 400},
    {"BadDigest", 400},
    {"BadRequest", 400},
    {"EntityTooLarge", 400},
    {"EntityTooSmall", 400},
    {"ExpiredToken", 400},
    {"IllegalVersioningConfigurationException", 400},
    {"IncompleteBody", 400},
    {"IncorrectNumberOfFilesInPostRequest", 400},
    {"InvalidArgument", 400},
    {"InvalidBucketAclWithObjectOwnership", 400},
    {"InvalidBucketName", 400},
    {"InvalidDigest", 400},
    {"InvalidEncodingAlgorithmError", 400},
    {"InvalidLocationConstraint", 400},
    {"InvalidPart", 400},
    {"InvalidPartOrder", 400},
    {"InvalidPolicyDocument", 400},
    {"InvalidRequest", 400},
    {"InvalidStorageClass", 400},
    {"InvalidTag", 400},
    {"InvalidToken", 400},
    {"InvalidURI", 400},
    {"KeyTooLong", 400},
    {"KeyTooLongError", 400},
    {"MalformedACLError", 400},
    {"MalformedPOSTRequest", 400},
    {"MalformedPolicy", 400},
    {"MalformedTrailerError", 400},
    {"MalformedXML", 400},
    {"MaxPostPreDataLengthExceeded", 400},
    {"MetadataTooLarge", 400},
    {"MissingSecurityHeader", 400},
    {"RequestIsNotMultiPartContent", 400},
    {"RequestTimeout", 400},
    {"UnexpectedContent", 400},
    {"UnresolvableGrantByEmailAddress", 400},
    {"UserKeyMustBeSpecified", 400},
    {"XAmzContentSHA256Mismatch", 400},
    {"AccessDenied", 403},
    {"AccessForbidden", 403},
    {"InvalidAccessKeyId", 403},
    {"InvalidObjectState", 403},
    {"RequestTimeTooSkewed", 403},
    {"SignatureDoesNotMatch", 403},
    {"NoSuchBucket", 404},
    {"NoSuchBucketPolicy", 404},
    {"NoSuchCORSConfiguration", 404},
    {"NoSuchKey", 404},
    {"NoSuchLifecycleConfiguration", 404},
    {"NoSuchObjectLockConfiguration", 404},
    {"NoSuchPublicAccessBlockConfiguration", 404},
    {"NoSuchTagSet", 404},
    {"NoSuchUpload", 404},
    {"NoSuchVersion", 404},
    {"NoSuchWebsiteConfiguration", 404},
    {"ObjectLockConfigurationNotFoundError", 404},
    {"OwnershipControlsNotFoundError", 404},
    {"ReplicationConfigurationNotFoundError", 404},
    {"ServerSideEncryptionConfigurationNotFoundError", 404},
    {"MethodNotAllowed", 405},
    {"BucketAlreadyExists", 409},
    {"BucketAlreadyOwnedByYou", 409},
    {"BucketNotEmpty", 409},
    {"ConditionalRequestConflict", 409},
    {"InvalidBucketState", 409},
    {"ObjectNotAppendable", 409},
    {"OperationAborted", 409},
    {"PositionNotEqualToLength", 409},
    {"MissingContentLength", 411},
    {"PreconditionFailed", 412},
    {"InvalidPartNumber", 416},
    {"InvalidRange", 416},
    {"InternalError", 500},
    {"NotImplemented", 501},
    {"ServiceUnavailable", 503},
    {"SlowDown", 503},
    {"InsufficientStorageSpace", 507},
});

std::string_view CodeOf(ErrorKind kind, bool has_key) {
  switch (kind) {
    case ErrorKind::kInvalidArgument:
      return "InvalidArgument";
    case ErrorKind::kUnauthenticated:
      return "AccessDenied";
    case ErrorKind::kPermissionDenied:
      return "AccessDenied";
    case ErrorKind::kNotFound:
      return has_key ? "NoSuchKey" : "NoSuchBucket";
    case ErrorKind::kAlreadyExists:
      return "BucketAlreadyExists";
    case ErrorKind::kFailedPrecondition:
      return "PreconditionFailed";
    case ErrorKind::kConflict:
      return "OperationAborted";
    case ErrorKind::kResourceExhausted:
      return "InsufficientStorageSpace";
    case ErrorKind::kUnavailable:
      return "ServiceUnavailable";
    case ErrorKind::kDeadlineExceeded:
      return "RequestTimeout";
    case ErrorKind::kCancelled:
      return "IncompleteBody";
    case ErrorKind::kUnimplemented:
      return "NotImplemented";
    case ErrorKind::kInternal:
      return "InternalError";
  }
  return "InternalError";
}

void AddReadable(pugi::xml_node parent, const char* name, std::string_view text) {
  AddText(parent, name, ReadableText(text));
}

// The elements that S3 adds for some codes.
void AddDetails(const ErrorContext& context, const Error& error, std::string_view code, pugi::xml_node root) {
  if (code == "NoSuchKey") AddReadable(root, "Key", context.key);
  if (code == "NoSuchBucket") AddReadable(root, "BucketName", context.bucket);
  if (code == "InvalidAccessKeyId" || code == "SignatureDoesNotMatch")
    AddReadable(root, "AWSAccessKeyId", error.subject.empty() ? context.access_key : error.subject);
  if (code == "AuthorizationHeaderMalformed") AddText(root, "Region", context.region);
  if (code == "InvalidRange") {
    AddReadable(root, "RangeRequested", context.range);
    AddText(root, "ActualObjectSize", error.subject);
  }
  if (code == "PreconditionFailed" && !error.subject.empty()) AddText(root, "Condition", error.subject);
  if (code == "MethodNotAllowed") AddText(root, "Method", context.method);
  for (const auto& [name, value] : error.details) AddReadable(root, name.c_str(), value);
}

// Header values are one line of visible ASCII.
std::string HeaderText(std::string_view text) {
  std::string safe(text);
  std::ranges::replace_if(safe, [](char c) { return c < 0x20 || c > 0x7e; }, ' ');
  return safe;
}

std::string HostId(const std::string& request_id) { return Base64Encode("atelier/" + request_id); }

void AddErrorHeaders(const ErrorContext& context, const Error& error, std::string_view code, std::string_view message,
                     http::Headers& headers) {
  if (code == "InvalidRange") headers.Set("Content-Range", "bytes */" + error.subject);
  std::string prefix = context.dialect == auth::Dialect::kObs ? "x-obs-" : "x-amz-";
  if (std::string_view subject = error.subject; subject.starts_with(object_store::kMarkerSubject)) {
    headers.Set(prefix + "delete-marker", "true");
    headers.Set(prefix + "version-id", std::string(subject.substr(object_store::kMarkerSubject.size())));
    if (code == "MethodNotAllowed") headers.Set("Allow", "DELETE");
  } else if (code == "MethodNotAllowed" && !subject.empty()) {
    headers.Set("Allow", error.subject);
  }
  if (code == "ServiceUnavailable" || code == "SlowDown") headers.Set("Retry-After", "1");
  if (context.method != "HEAD") return;
  headers.Set(prefix + "error-code", std::string(code));
  headers.Set(prefix + "error-message", HeaderText(message));
}

}  // namespace

std::string WireCode(const Error& error, auth::Dialect dialect, bool has_key) {
  std::string code = error.code.empty() ? std::string(CodeOf(error.kind, has_key)) : error.code;
  if (dialect == auth::Dialect::kObs && code == "KeyTooLongError") return "KeyTooLong";
  return code;
}

int StatusOf(const Error& error, std::string_view wire_code) {
  const auto* known = std::ranges::find(kCodeStatuses, wire_code, &CodeStatus::first);
  if (known != kCodeStatuses.end()) return known->second;
  known = std::ranges::find(kCodeStatuses, CodeOf(error.kind, true), &CodeStatus::first);
  return known != kCodeStatuses.end() ? known->second : 500;
}

http::Response RenderError(const ErrorContext& context, const Error& error) {
  std::string code = WireCode(error, context.dialect, !context.key.empty());
  std::string message = error.message;
  if (error.kind == ErrorKind::kInternal) {
    LogError("object store request failed", {{"request_id", context.request_id}, {"error", error.message}});
    // One that names its code speaks to the client; others speak of our insides.
    if (error.code.empty())
      message = "the server failed to do this; its log has the reason under request id " + context.request_id;
  }

  http::Response response = http::Response::Empty(StatusOf(error, code));
  response.error = fmt::format("{}: {}", code, error.message);
  AddErrorHeaders(context, error, code, message, response.headers);
  AddRequestIds(context.dialect, context.request_id, response.headers);
  if (context.method == "HEAD") return response;

  XmlDocument document("Error");
  AddText(document.root(), "Code", code);
  AddReadable(document.root(), "Message", message);
  AddDetails(context, error, code, document.root());
  AddReadable(document.root(), "Resource", context.resource);
  AddText(document.root(), "RequestId", context.request_id);
  AddText(document.root(), "HostId", HostId(context.request_id));
  response.headers.Set("Content-Type", "application/xml");
  response.body = document.Text();
  return response;
}

std::unexpected<Error> NotServed(std::string_view what) {
  return MakeError(ErrorKind::kUnimplemented, fmt::format("{} is not served by this server", what), "NotImplemented");
}

void AddRequestIds(auth::Dialect dialect, const std::string& request_id, http::Headers& headers) {
  std::string prefix = dialect == auth::Dialect::kObs ? "x-obs-" : "x-amz-";
  headers.Set(prefix + "request-id", request_id);
  headers.Set(prefix + "id-2", HostId(request_id));
}

}  // namespace atelier::api::s3
