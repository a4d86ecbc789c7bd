// Requests as real SDKs sent them (testdata/*.http, made by tests/clients/record_signatures.py): all are let in, and
// none is once anything that was signed has changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "auth/object_store_authenticator.h"
#include "auth/testing/demo_identity.h"
#include "base/files.h"
#include "base/strings.h"
#include "http/internal/head_parser.h"

namespace atelier::auth {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(ATELIER_SOURCE_DIR) / "src/auth/testdata";

std::string Read(const std::filesystem::path& path) {
  auto text = ReadFile(path);
  if (!text) ADD_FAILURE() << text.error().message;
  return text.value_or("");
}

std::vector<std::string> RecordedNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder))
    if (entry.path().extension() == ".http") names.push_back(entry.path().stem());
  std::ranges::sort(names);
  return names;
}

TimePoint RecordedAt() { return ParseIsoBasic(Trim(Read(kFolder / "recorded_at.txt"))).value_or(TimePoint{}); }

class RecordedRequestTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto text = Read(kFolder / (GetParam() + ".http"));
    auto head = http::ParseRequestHead(std::string_view(text).substr(0, text.find("\r\n\r\n") + 4));
    ASSERT_TRUE(head) << head.error().message;
    request_ = std::move(head->request);
  }

  bool Contains(std::string_view word) const { return GetParam().find(word) != std::string::npos; }
  bool in_query() const { return Contains("presigned"); }
  bool v4() const { return Contains("_v4_"); }

  Scheme ExpectedScheme() const {
    if (v4()) return in_query() ? Scheme::kQueryV4 : Scheme::kHeaderV4;
    if (Contains("_obs_")) return in_query() ? Scheme::kQueryObs : Scheme::kHeaderObs;
    return in_query() ? Scheme::kQueryV2 : Scheme::kHeaderV2;
  }

  Result<ObjectStoreIdentity> Authenticate(const http::Request& request) {
    ATELIER_TRY(Address address, AddressOf(request, {"obs.local"}));
    return ObjectStoreAuthenticator(demo_.identities, demo_.clock).Authenticate(request, address);
  }

  std::string Code(const http::Request& request) {
    auto identity = Authenticate(request);
    return identity ? "accepted" : identity.error().code;
  }

  // The recorded request with another target.
  http::Request WithTarget(std::string target) const {
    http::Request request = MakeRequest(request_.method, std::move(target));
    request.headers = request_.headers;
    return request;
  }

  http::Request request_;
  DemoIdentity demo_{RecordedAt()};
};

TEST_P(RecordedRequestTest, IsLetIn) {
  auto identity = Authenticate(request_);
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->scheme, ExpectedScheme());
  EXPECT_EQ(identity->dialect, Contains("_obs_") ? Dialect::kObs : Dialect::kS3);
  ASSERT_TRUE(identity->principal);
  EXPECT_EQ(identity->principal->user_name, "admin");
  EXPECT_EQ(identity->principal->access_key, DemoKeys().access_key);
  auto address = AddressOf(request_, {"obs.local"});
  ASSERT_TRUE(address);
  EXPECT_EQ(address->bucket, Contains("list_buckets") ? "" : "demo-bucket");
  if (Contains("_put") || Contains("_get")) EXPECT_EQ(address->key, "a b/ü+é~*.txt");
  if (Contains("_copy")) EXPECT_EQ(address->key, "copy//of");
  bool hashed = Contains("boto3_v4") && !in_query() && !Contains("unsigned");
  EXPECT_EQ(identity->payload.kind, hashed ? PayloadRule::Kind::kSha256 : PayloadRule::Kind::kUnsigned);
}

TEST_P(RecordedRequestTest, IsRefusedWithAnotherMethod) {
  request_.method = request_.method == "PUT" ? "GET" : "PUT";
  EXPECT_EQ(Code(request_), "SignatureDoesNotMatch");
}

TEST_P(RecordedRequestTest, IsRefusedWithAnotherPath) {
  auto query = request_.raw_query.empty() ? "" : "?" + request_.raw_query;
  EXPECT_EQ(Code(WithTarget(request_.path + (request_.path.ends_with("/") ? "x" : "/x") + query)),
            "SignatureDoesNotMatch");
}

TEST_P(RecordedRequestTest, IsRefusedWithOneMoreSubResource) {
  EXPECT_EQ(Code(WithTarget(request_.target + (request_.raw_query.empty() ? "?" : "&") + "acl")),
            "SignatureDoesNotMatch");
}

// V4 signs every value; the others those of the sub-resources.
TEST_P(RecordedRequestTest, IsRefusedWithAnotherQueryValue) {
  auto pieces = Split(request_.raw_query, '&');
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    bool sub_resource = pieces[i].starts_with("response-") || pieces[i].starts_with("uploadId=") ||
                        pieces[i].starts_with("partNumber=");
    bool scheme_word = StartsWithIgnoreCase(pieces[i], "X-Amz-");
    if (pieces[i].find('=') == std::string_view::npos || scheme_word || (!v4() && !sub_resource)) continue;
    std::vector<std::string> changed(pieces.begin(), pieces.end());
    changed[i] += "1";
    EXPECT_EQ(Code(WithTarget(request_.path + "?" + Join(changed, "&"))), "SignatureDoesNotMatch") << changed[i];
  }
}

TEST_P(RecordedRequestTest, IsRefusedWithAnotherSignedHeader) {
  std::vector<std::string> names = {"Content-Type", "Content-MD5"};
  auto own_prefix = Contains("_obs_") ? "x-obs-" : "x-amz-";
  for (const auto& [name, value] : request_.headers)
    if (StartsWithIgnoreCase(name, own_prefix) && !EqualsIgnoreCase(name, "x-amz-date")) names.push_back(name);
  if (v4()) names.push_back("Host");
  auto signed_names = std::string(request_.headers.Get("Authorization").value_or("")) + request_.raw_query;
  for (const auto& name : names) {
    auto value = request_.headers.Get(name);
    if (!value || (v4() && signed_names.find(ToLower(name)) == std::string::npos)) continue;
    auto changed = request_;
    changed.headers.Set(name, std::string(*value) + "1");
    EXPECT_EQ(Code(changed), "SignatureDoesNotMatch") << name;
  }
}

TEST_P(RecordedRequestTest, IsRefusedWithoutASignedHeader) {
  if (!v4() || !request_.headers.Has("Content-Type")) return;
  request_.headers.Remove("Content-Type");
  EXPECT_EQ(Code(request_), "SignatureDoesNotMatch");
}

TEST_P(RecordedRequestTest, IsRefusedWithAnotherDate) {
  if (in_query()) return;
  std::string_view name = request_.headers.Has("x-amz-date") ? "x-amz-date" : "Date";
  auto later = RecordedAt() + std::chrono::minutes(1);
  request_.headers.Set(name, name == "Date" ? FormatHttpDate(later) : FormatIsoBasic(later));
  EXPECT_EQ(Code(request_), "SignatureDoesNotMatch");
}

TEST_P(RecordedRequestTest, IsRefusedWithAnotherSignature) {
  if (in_query()) {
    auto at = request_.target.find("Signature=") + std::string_view("Signature=").size();
    auto target = request_.target;
    target[at] = target[at] == 'a' ? 'b' : 'a';
    EXPECT_EQ(Code(WithTarget(target)), "SignatureDoesNotMatch");
    return;
  }
  auto value = std::string(*request_.headers.Get("Authorization"));
  auto at = value.size() - 10;
  value[at] = value[at] == 'a' ? 'b' : 'a';
  request_.headers.Set("Authorization", value);
  EXPECT_EQ(Code(request_), "SignatureDoesNotMatch");
}

TEST_P(RecordedRequestTest, GrowsOld) {
  // A header's date stands for a quarter of an hour, a signed URL for the hour it was made for. The recording took some
  // seconds.
  demo_.clock.Advance(in_query() ? std::chrono::minutes(59) : std::chrono::minutes(14));
  EXPECT_EQ(Code(request_), "accepted");
  demo_.clock.Advance(std::chrono::minutes(2));
  EXPECT_EQ(Code(request_), in_query() ? "AccessDenied" : "RequestTimeTooSkewed");
}

TEST_P(RecordedRequestTest, IsRefusedByAServerWithoutTheKey) {
  iam::MemoryIdentityRepository empty;
  iam::IdentityService identities(empty, demo_.clock, "local-1");
  auto address = AddressOf(request_, {"obs.local"});
  ASSERT_TRUE(address);
  auto refused = ObjectStoreAuthenticator(identities, demo_.clock).Authenticate(request_, *address);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "InvalidAccessKeyId");
  EXPECT_EQ(refused.error().kind, ErrorKind::kPermissionDenied);
}

TEST(RecordedRequestsTest, AreThere) { EXPECT_GE(RecordedNames().size(), 60U); }

INSTANTIATE_TEST_SUITE_P(Sdk, RecordedRequestTest, testing::ValuesIn(RecordedNames()),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace atelier::auth
