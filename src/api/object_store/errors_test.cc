#include "api/object_store/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atelier::api::s3 {
namespace {

using auth::Dialect;
using testing::HasSubstr;
using testing::Not;

ErrorContext Context(Dialect dialect, std::string method = "GET") {
  return {.dialect = dialect,
          .method = std::move(method),
          .resource = "/b/k<>",
          .bucket = "b",
          .key = "k<>",
          .request_id = "0123",
          .region = "region-1",
          .range = "bytes=9-",
          .access_key = "AK"};
}

std::string Body(const http::Response& response) { return std::get<std::string>(response.body); }

TEST(Errors, HaveStatusCodeAndEscapedDetails) {
  http::Response response = RenderError(Context(Dialect::kS3), NotFound("no such key", "NoSuchKey").error());
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.Get("Content-Type"), "application/xml");
  EXPECT_EQ(response.headers.Get("x-amz-request-id"), "0123");
  EXPECT_TRUE(response.headers.Has("x-amz-id-2"));
  EXPECT_FALSE(response.headers.Has("x-obs-request-id"));
  EXPECT_THAT(Body(response), HasSubstr("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>NoSuchKey</Code>"
                                        "<Message>no such key</Message><Key>k&lt;&gt;</Key>"
                                        "<Resource>/b/k&lt;&gt;</Resource><RequestId>0123</RequestId><HostId>"));
}

TEST(Errors, OfHeadHaveHeadersInPlaceOfABody) {
  http::Response response =
      RenderError(Context(Dialect::kObs, "HEAD"), NotFound("no\r\nkey \xc3\xbc", "NoSuchKey").error());
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(Body(response), "");
  EXPECT_EQ(response.headers.Get("x-obs-error-code"), "NoSuchKey");
  EXPECT_EQ(response.headers.Get("x-obs-error-message"), "no  key   ");
}

TEST(Errors, OfRangesAndConditions) {
  http::Response range = RenderError(Context(Dialect::kS3), InvalidArgument("beyond", "InvalidRange", "5").error());
  EXPECT_EQ(range.status, 416);
  EXPECT_EQ(range.headers.Get("Content-Range"), "bytes */5");
  EXPECT_THAT(Body(range),
              HasSubstr("<RangeRequested>bytes=9-</RangeRequested><ActualObjectSize>5</ActualObjectSize>"));

  Error failed = FailedPrecondition("no", "PreconditionFailed", "If-Match").error();
  http::Response condition = RenderError(Context(Dialect::kS3), failed);
  EXPECT_EQ(condition.status, 412);
  EXPECT_THAT(Body(condition), HasSubstr("<Condition>If-Match</Condition>"));
}

TEST(Errors, OfSignaturesNameTheKey) {
  Error refused = PermissionDenied("does not match", "SignatureDoesNotMatch").error();
  http::Response response = RenderError(Context(Dialect::kS3), refused);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(Body(response), HasSubstr("<AWSAccessKeyId>AK</AWSAccessKeyId>"));
  refused.details = {{"StringToSign", "GET\n\x01<"}, {"SignatureProvided", "s"}};
  EXPECT_THAT(Body(RenderError(Context(Dialect::kS3), refused)),
              HasSubstr("<AWSAccessKeyId>AK</AWSAccessKeyId><StringToSign>GET\n\xEF\xBF\xBD&lt;</StringToSign>"
                        "<SignatureProvided>s</SignatureProvided><Resource>"));
  Error malformed = InvalidArgument("scope", "AuthorizationHeaderMalformed").error();
  EXPECT_THAT(Body(RenderError(Context(Dialect::kS3), malformed)), HasSubstr("<Region>region-1</Region>"));
}

TEST(Errors, InternalOnesKeepTheirText) {
  http::Response coded = RenderError(Context(Dialect::kS3), Internal("the bytes are damaged", "InternalError").error());
  EXPECT_THAT(std::get<std::string>(coded.body), HasSubstr("<Message>the bytes are damaged</Message>"));
  http::Response response = RenderError(Context(Dialect::kS3), Internal("open /secret/path: broken").error());
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(Body(response), Not(HasSubstr("/secret/path")));
  EXPECT_THAT(response.error, HasSubstr("/secret/path"));
}

TEST(Errors, EveryKindHasAStatus) {
  const std::vector<std::pair<ErrorKind, int>> expected = {
      {ErrorKind::kInvalidArgument, 400},  {ErrorKind::kUnauthenticated, 403},   {ErrorKind::kPermissionDenied, 403},
      {ErrorKind::kNotFound, 404},         {ErrorKind::kAlreadyExists, 409},     {ErrorKind::kFailedPrecondition, 412},
      {ErrorKind::kConflict, 409},         {ErrorKind::kResourceExhausted, 507}, {ErrorKind::kUnavailable, 503},
      {ErrorKind::kDeadlineExceeded, 400}, {ErrorKind::kCancelled, 400},         {ErrorKind::kUnimplemented, 501},
      {ErrorKind::kInternal, 500}};
  for (auto [kind, status] : expected) {
    Error error{kind, "text", "", ""};
    EXPECT_EQ(StatusOf(error, WireCode(error, Dialect::kS3, true)), status) << ToString(kind);
  }
  EXPECT_EQ(RenderError(Context(Dialect::kS3), Unavailable("busy").error()).headers.Get("Retry-After"), "1");
  // The kind decides for a code that is not in the table.
  EXPECT_EQ(StatusOf({ErrorKind::kConflict, "", "SomethingNew", ""}, "SomethingNew"), 409);
}

// Every code that this room and those below it give out (obs-s3-api section 5.3). An internal error would be a 500, so
// a code without a row is found.
TEST(Errors, EveryCodeHasItsOwnStatus) {
  const std::vector<std::pair<int, std::vector<std::string_view>>> expected = {
      {400,
       {"AccessControlListNotSupported",
        "AuthorizationHeaderMalformed",
        "AuthorizationQueryParametersError",
        "BadDigest",
        "BadRequest",
        "EntityTooLarge",
        "EntityTooSmall",
        "IllegalVersioningConfigurationException",
        "IncompleteBody",
        "IncorrectNumberOfFilesInPostRequest",
        "InvalidArgument",
        "InvalidBucketAclWithObjectOwnership",
        "InvalidBucketName",
        "InvalidDigest",
        "InvalidEncodingAlgorithmError",
        "InvalidLocationConstraint",
        "InvalidPart",
        "InvalidPartOrder",
        "InvalidPolicyDocument",
        "InvalidRequest",
        "InvalidStorageClass",
        "InvalidTag",
        "InvalidToken",
        "InvalidURI",
        "KeyTooLong",
        "KeyTooLongError",
        "MalformedACLError",
        "MalformedPOSTRequest",
        "MalformedPolicy",
        "MalformedTrailerError",
        "MalformedXML",
        "MaxPostPreDataLengthExceeded",
        "MetadataTooLarge",
        "MissingSecurityHeader",
        "RequestIsNotMultiPartContent",
        "UnexpectedContent",
        "UnresolvableGrantByEmailAddress",
        "UserKeyMustBeSpecified",
        "XAmzContentSHA256Mismatch"}},
      {403,
       {"AccessDenied", "AccessForbidden", "InvalidAccessKeyId", "InvalidObjectState", "RequestTimeTooSkewed",
        "SignatureDoesNotMatch"}},
      {404,
       {"NoSuchBucket", "NoSuchBucketPolicy", "NoSuchCORSConfiguration", "NoSuchKey", "NoSuchLifecycleConfiguration",
        "NoSuchObjectLockConfiguration", "NoSuchPublicAccessBlockConfiguration", "NoSuchTagSet", "NoSuchUpload",
        "NoSuchVersion", "NoSuchWebsiteConfiguration", "ObjectLockConfigurationNotFoundError",
        "OwnershipControlsNotFoundError", "ReplicationConfigurationNotFoundError",
        "ServerSideEncryptionConfigurationNotFoundError"}},
      {405, {"MethodNotAllowed"}},
      {409,
       {"BucketAlreadyExists", "BucketAlreadyOwnedByYou", "BucketNotEmpty", "ConditionalRequestConflict",
        "InvalidBucketState", "ObjectNotAppendable", "OperationAborted", "PositionNotEqualToLength"}},
      {411, {"MissingContentLength"}},
      {412, {"PreconditionFailed"}},
      {416, {"InvalidPartNumber", "InvalidRange"}},
      {501, {"NotImplemented"}},
      {503, {"ServiceUnavailable", "SlowDown"}},
      {507, {"InsufficientStorageSpace"}},
  };
  const Error error = Internal("text").error();
  for (const auto& [status, codes] : expected)
    for (std::string_view code : codes) EXPECT_EQ(StatusOf(error, code), status) << code;
}

TEST(Errors, AreSpeltByDialect) {
  Error error = InvalidArgument("long", "KeyTooLongError").error();
  EXPECT_EQ(WireCode(error, Dialect::kS3, true), "KeyTooLongError");
  EXPECT_EQ(WireCode(error, Dialect::kObs, true), "KeyTooLong");
  EXPECT_EQ(StatusOf(error, "KeyTooLong"), 400);
}

}  // namespace
}  // namespace atelier::api::s3
