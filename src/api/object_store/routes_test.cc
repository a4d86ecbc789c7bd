#include "api/object_store/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/files.h"

namespace atelier::api::s3 {
namespace {

Result<const Route*> Find(std::string_view method, Scope scope, std::string_view raw_query, bool copy_source = false) {
  http::Query query = http::Query::Parse(raw_query);
  RouteKey key{.method = method, .scope = scope, .query = query, .has_header = [&](std::string_view suffix) {
                 return copy_source && suffix == "copy-source";
               }};
  return FindRoute(key);
}

struct Case {
  std::string_view method;
  Scope scope;
  std::string_view query;
  bool copy_source;
  std::string_view action;  // empty: MethodNotAllowed
};

class RouteTable : public testing::TestWithParam<Case> {};

TEST_P(RouteTable, FindsTheOperation) {
  const Case& expected = GetParam();
  auto route = Find(expected.method, expected.scope, expected.query, expected.copy_source);
  if (expected.action.empty()) {
    ASSERT_FALSE(route) << (*route)->action;
    EXPECT_EQ(route.error().code, "MethodNotAllowed");
    return;
  }
  ASSERT_TRUE(route) << route.error().message;
  EXPECT_EQ((*route)->action, expected.action);
}

constexpr Scope kService = Scope::kService;
constexpr Scope kBucket = Scope::kBucket;
constexpr Scope kObject = Scope::kObject;

INSTANTIATE_TEST_SUITE_P(
    All, RouteTable,
    testing::Values(
        Case{"GET", kService, "", false, "ListBuckets"},
        Case{"GET", kService, "x-id=ListBuckets", false, "ListBuckets"}, Case{"PUT", kService, "", false, ""},
        Case{"PUT", kBucket, "", false, "CreateBucket"}, Case{"HEAD", kBucket, "", false, "HeadBucket"},
        Case{"DELETE", kBucket, "", false, "DeleteBucket"}, Case{"GET", kBucket, "", false, "ListObjects"},
        Case{"GET", kBucket, "prefix=a&delimiter=/&max-keys=5", false, "ListObjects"},
        Case{"GET", kBucket, "unheard-of", false, "ListObjects"},
        Case{"GET", kBucket, "list-type=2&prefix=", false, "ListObjectsV2"},
        Case{"GET", kBucket, "versions", false, "ListObjectVersions"},
        Case{"GET", kBucket, "uploads=", false, "ListMultipartUploads"},
        Case{"POST", kBucket, "delete", false, "DeleteObjects"}, Case{"POST", kBucket, "", false, "PostObject"},
        Case{"GET", kBucket, "location", false, "GetBucketLocation"},
        Case{"GET", kBucket, "storageinfo", false, "GetBucketStorageInfo"},
        Case{"PUT", kBucket, "acl", false, "PutBucketAcl"}, Case{"DELETE", kBucket, "acl", false, ""},
        Case{"DELETE", kBucket, "policy", false, "DeleteBucketPolicy"}, Case{"PUT", kBucket, "location", false, ""},
        Case{"DELETE", kBucket, "unheard-of", false, ""}, Case{"PUT", kBucket, "unheard-of=", false, ""},
        Case{"GET", kObject, "", false, "GetObject"}, Case{"GET", kObject, "versionId=null", false, "GetObject"},
        Case{"GET", kObject, "partNumber=2", false, "GetObject"}, Case{"HEAD", kObject, "", false, "HeadObject"},
        Case{"GET", kObject, "response-content-type=text%2Fplain", false, "GetObject"},
        Case{"PUT", kObject, "", false, "PutObject"}, Case{"PUT", kObject, "x-id=PutObject", false, "PutObject"},
        Case{"PUT", kObject, "", true, "CopyObject"},
        Case{"PUT", kObject, "partNumber=1&uploadId=u", false, "UploadPart"},
        Case{"PUT", kObject, "uploadId=u&partNumber=1", true, "UploadPartCopy"},
        Case{"PUT", kObject, "partNumber=1", false, ""}, Case{"PUT", kObject, "acl", true, "PutObjectAcl"},
        Case{"GET", kObject, "uploadId=u&max-parts=2", false, "ListParts"},
        Case{"POST", kObject, "uploads", false, "CreateMultipartUpload"},
        Case{"POST", kObject, "uploads=", false, "CreateMultipartUpload"},
        Case{"POST", kObject, "uploadId=u", false, "CompleteMultipartUpload"},
        Case{"DELETE", kObject, "uploadId=u", false, "AbortMultipartUpload"},
        Case{"DELETE", kObject, "", false, "DeleteObject"},
        Case{"DELETE", kObject, "versionId=", false, "DeleteObject"}, Case{"DELETE", kObject, "retention", false, ""},
        Case{"DELETE", kObject, "acl", false, ""}, Case{"DELETE", kObject, "unheard-of", false, ""},
        Case{"POST", kObject, "", false, ""}, Case{"POST", kObject, "append&position=0", false, "AppendObject"},
        Case{"POST", kObject, "append=&position=0", false, "AppendObject"},
        Case{"PUT", kObject, "metadata", false, "SetObjectMetadata"}, Case{"PATCH", kObject, "", false, ""},
        Case{"OPTIONS", kObject, "", false, "PreflightCors"},
        Case{"OPTIONS", kObject, "partNumber=1&uploadId=u", false, "PreflightCors"},
        Case{"OPTIONS", kBucket, "list-type=2&prefix=", false, "PreflightCors"},
        Case{"OPTIONS", kBucket, "delete", false, "PreflightCors"}));

TEST(Routes, NamesTheAllowedMethodsWhenTheMethodIsWrong) {
  auto route = Find("DELETE", Scope::kBucket, "versioning");
  ASSERT_FALSE(route);
  EXPECT_EQ(route.error().subject, "GET, PUT");
}

// By name, so that a row with an unusual method cannot slip through.
TEST(Routes, ReadOrWriteIsWhatTheNameSays) {
  for (const Route& route : Routes()) {
    bool reads = false;
    for (std::string_view word : {"Get", "Head", "List", "Preflight", "Select", "Process"})
      reads = reads || route.action.starts_with(word);
    EXPECT_EQ(NeedOf(route).operation, reads ? iam::Operation::kRead : iam::Operation::kWrite) << route.action;
  }
}

// No two rows may claim the same request.
TEST(Routes, HasNoRowTwice) {
  std::set<std::tuple<std::string_view, Scope, std::vector<std::string_view>, std::string_view>> seen;
  for (const Route& route : Routes()) {
    EXPECT_TRUE(seen.emplace(route.method, route.scope, route.queries, route.header).second) << route.action;
  }
}

}  // namespace
}  // namespace atelier::api::s3
