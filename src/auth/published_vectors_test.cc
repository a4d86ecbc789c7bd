// The worked examples that were published with V4: key, requests and signatures are those of the text, nothing is made
// here.
#include <gtest/gtest.h>

#include "auth/object_store_authenticator.h"
#include "auth/signer.h"
#include "auth/testing/demo_identity.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

const KeyPair kKeys{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
constexpr const char* kDate = "20130524T000000Z";
constexpr const char* kEmpty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string Authorization(const std::string& names, const std::string& signature) {
  return "AWS4-HMAC-SHA256 Credential=" + kKeys.access_key +
         "/20130524/us-east-1/s3/aws4_request,SignedHeaders=" + names + ",Signature=" + signature;
}

class PublishedVectorsTest : public testing::Test {
 protected:
  PublishedVectorsTest() {
    iam::Domain domain{"d", "domain"};
    iam::Project project{"p", "project", "d", true};
    iam::User user{"u", "user", "d", "", "", true};
    iam::AccessKey key{kKeys.access_key, kKeys.secret_key, "u", "p", true, clock_.Now()};
    if (auto made = repository_.CreateFirst(domain, project, user, key); !made) ADD_FAILURE() << made.error().message;
  }
  Result<ObjectStoreIdentity> Authenticate(const http::Request& request) {
    ATELIER_TRY(Address address, AddressOf(request, {"s3.amazonaws.com"}));
    return authenticator_.Authenticate(request, address);
  }
  // Accepted as it stands, refused when the last digit of its signature is another.
  void Check(const std::string& method, const std::string& target, const Pairs& headers, const std::string& names,
             std::string signature) {
    auto request = MakeRequest(method, target, headers);
    request.headers.Add("Authorization", Authorization(names, signature));
    auto identity = Authenticate(request);
    EXPECT_TRUE(identity) << target << ": " << identity.error().message;
    signature.back() = signature.back() == '0' ? '1' : '0';
    request.headers.Set("Authorization", Authorization(names, signature));
    auto refused = Authenticate(request);
    EXPECT_EQ(refused ? "accepted" : refused.error().code, "SignatureDoesNotMatch") << target;
  }

  ManualClock clock_{*ParseIsoBasic(kDate)};
  iam::MemoryIdentityRepository repository_;
  iam::IdentityService identities_{repository_, clock_, "us-east-1"};
  ObjectStoreAuthenticator authenticator_{identities_, clock_};
  const std::string host_ = "examplebucket.s3.amazonaws.com";
};

TEST_F(PublishedVectorsTest, GetObject) {
  Check("GET", "/test.txt",
        {{"Host", host_}, {"Range", "bytes=0-9"}, {"x-amz-content-sha256", kEmpty}, {"x-amz-date", kDate}},
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

// The dollar sign stands bare in the request line and escaped in what was signed.
TEST_F(PublishedVectorsTest, PutObject) {
  Check("PUT", "/test$file.text",
        {{"Host", host_},
         {"Date", "Fri, 24 May 2013 00:00:00 GMT"},
         {"x-amz-date", kDate},
         {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
         {"x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"}},
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST_F(PublishedVectorsTest, BucketRequests) {
  const Pairs headers = {{"Host", host_}, {"x-amz-content-sha256", kEmpty}, {"x-amz-date", kDate}};
  Check("GET", "/?lifecycle", headers, "host;x-amz-content-sha256;x-amz-date",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  Check("GET", "/?max-keys=2&prefix=J", headers, "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_F(PublishedVectorsTest, SignedUrl) {
  auto query = PresignV4("GET", host_, "/test.txt", kKeys, "us-east-1", clock_.Now(), 86'400);
  EXPECT_TRUE(query.ends_with("X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"))
      << query;
  auto identity = Authenticate(MakeRequest("GET", "/test.txt?" + query, {{"Host", host_}}));
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->scheme, Scheme::kQueryV4);
}

// The signature that the chunks' signatures begin with; the chunks themselves are in aws_chunked_test.cc.
TEST_F(PublishedVectorsTest, TheSeedOfAChunkedBodyWithATrailer) {
  const std::string seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
  const std::string names =
      "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;"
      "x-amz-trailer";
  auto request = MakeRequest("PUT", "/examplebucket/chunkObject.txt",
                             {{"Host", "s3.amazonaws.com"},
                              {"Content-Encoding", "aws-chunked"},
                              {"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"},
                              {"x-amz-date", kDate},
                              {"x-amz-decoded-content-length", "66560"},
                              {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
                              {"x-amz-trailer", "x-amz-checksum-crc32c"},
                              {"Authorization", Authorization(names, seed)}});
  auto identity = Authenticate(request);
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->payload.kind, PayloadRule::Kind::kChunkedSignedTrailer);
  EXPECT_EQ(identity->payload.seed_signature, seed);
  EXPECT_EQ(identity->payload.decoded_length, 66'560U);
}

// The form's policy was signed with the line ends that a browser sends.
TEST_F(PublishedVectorsTest, FormUpload) {
  std::string document;
  for (std::string_view line : Split(R"({ "expiration": "2015-12-30T12:00:00.000Z",
  "conditions": [
    {"bucket": "sigv4examplebucket"},
    ["starts-with", "$key", "user/user1/"],
    {"acl": "public-read"},
    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},
    ["starts-with", "$Content-Type", "image/"],
    {"x-amz-meta-uuid": "14365123651274"},
    {"x-amz-server-side-encryption": "AES256"},
    ["starts-with", "$x-amz-meta-tag", ""],

    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},
    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},
    {"x-amz-date": "20151229T000000Z" }
  ]
})",
                                     '\n')) {
    document += (document.empty() ? "" : "\r\n") + std::string(line);
  }
  FormFields fields{{"key", "user/user1/${filename}"},
                    {"acl", "public-read"},
                    {"success_action_redirect", "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},
                    {"content-type", "image/jpeg"},
                    {"x-amz-meta-uuid", "14365123651274"},
                    {"x-amz-server-side-encryption", "AES256"},
                    {"x-amz-meta-tag", ""},
                    {"x-amz-credential", kKeys.access_key + "/20151229/us-east-1/s3/aws4_request"},
                    {"x-amz-algorithm", "AWS4-HMAC-SHA256"},
                    {"x-amz-date", "20151229T000000Z"},
                    {"policy", Base64Encode(document)},
                    {"x-amz-signature", "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"}};
  auto form = authenticator_.AuthenticateForm(fields, "sigv4examplebucket");
  ASSERT_TRUE(form) << form.error().message;
  EXPECT_EQ(form->identity.scheme, Scheme::kFormV4);
  fields["x-amz-signature"].back() = '0';
  auto refused = authenticator_.AuthenticateForm(fields, "sigv4examplebucket");
  EXPECT_EQ(refused ? "accepted" : refused.error().code, "SignatureDoesNotMatch");
}

}  // namespace
}  // namespace atelier::auth
