#include <gtest/gtest.h>

#include "auth/object_store_authenticator.h"
#include "auth/testing/demo_identity.h"

namespace atelier::auth {
namespace {

TEST(AddressTest, BucketAndKeyFromHostAndPath) {
  struct Row {
    std::string host, target, bucket, key, resource;
    bool virtual_host = false;
  };
  const Row rows[] = {
      {"127.0.0.1:9000", "/", "", "", "/"},
      {"127.0.0.1:9000", "/b", "b", "", "/b"},
      {"127.0.0.1:9000", "/b/", "b", "", "/b/"},
      {"127.0.0.1:9000", "/b//a/../%C3%BC+?acl", "b", "/a/../ü+", "/b//a/../%C3%BC+"},
      {"[::1]:9000", "/b/k", "b", "k", "/b/k"},
      {"localhost", "/b/k", "b", "k", "/b/k"},
      {"box", "/b/k", "b", "k", "/b/k"},
      {"obs.local", "/b/k", "b", "k", "/b/k"},
      {"store.example.org", "/b/k", "b", "k", "/b/k"},
      {"my.bucket.store.example.org:80", "/k/x", "my.bucket", "k/x", "/my.bucket/k/x", true},
      {"BUCKET.Store.Example.Org", "/", "bucket", "", "/bucket/", true},
      {"bucket.localhost:9000", "/a%20b", "bucket", "a b", "/bucket/a%20b", true},
      {"dotted.name.localhost:9000", "/k", "dotted.name", "k", "/dotted.name/k", true},
      {"un_fit.localhost", "/b/k", "b", "k", "/b/k"},
      {"notlocalhost", "/b/k", "b", "k", "/b/k"},
      {".localhost", "/b/k", "b", "k", "/b/k"},
      {"bucket.obs.local", "/k", "bucket", "k", "/bucket/k", true},
      {"dotted.name.obs.local", "/k", "dotted", "k", "/dotted/k", true},
      {"un_fit.store.example.org", "/b/k", "b", "k", "/b/k"},
      {"", "/b/k", "b", "k", "/b/k"},
  };
  for (const auto& row : rows) {
    auto address = AddressOf(MakeRequest("GET", row.target, {{"Host", row.host}}), {"store.example.org"});
    ASSERT_TRUE(address) << row.host << row.target;
    EXPECT_EQ(address->bucket, row.bucket) << row.host << row.target;
    EXPECT_EQ(address->key, row.key) << row.host << row.target;
    EXPECT_EQ(address->raw_resource, row.resource) << row.host << row.target;
    EXPECT_EQ(address->virtual_host, row.virtual_host) << row.host << row.target;
  }
}

TEST(AddressTest, BrokenEscapes) {
  for (std::string target : {"/b%", "/b%zz/k", "/b/%2"}) {
    auto address = AddressOf(MakeRequest("GET", target, {{"Host", "127.0.0.1"}}), {});
    ASSERT_FALSE(address) << target;
    EXPECT_EQ(address.error().code, "InvalidURI");
  }
}

TEST(DialectTest, FirstMatchWins) {
  struct Row {
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;
    Dialect dialect;
  };
  const Row rows[] = {
      {"/", {{"Authorization", "OBS a:b"}}, Dialect::kObs},
      {"/", {{"Authorization", "AWS a:b"}, {"x-obs-acl", "private"}}, Dialect::kS3},
      {"/", {{"Authorization", "AWS4-HMAC-SHA256 x"}}, Dialect::kS3},
      {"/?AccessKeyId=a&Signature=b&Expires=1", {}, Dialect::kObs},
      {"/?AWSAccessKeyId=a&Signature=b&Expires=1", {{"x-obs-acl", "private"}}, Dialect::kS3},
      {"/?X-Amz-Algorithm=AWS4-HMAC-SHA256", {}, Dialect::kS3},
      {"/", {{"X-OBS-acl", "private"}}, Dialect::kObs},
      {"/", {}, Dialect::kS3},
  };
  for (const auto& row : rows)
    EXPECT_EQ(DialectOf(MakeRequest("GET", row.target, row.headers)), row.dialect) << row.target;
  EXPECT_TRUE(IsHuaweiSdk(MakeRequest("GET", "/", {{"User-Agent", "OBS-sdk-go/3"}})));
  EXPECT_FALSE(IsHuaweiSdk(MakeRequest("GET", "/", {{"User-Agent", "Boto3"}})));
}

}  // namespace
}  // namespace atelier::auth
