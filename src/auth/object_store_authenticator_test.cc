#include "auth/object_store_authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "auth/canonical.h"
#include "auth/signature_v4.h"
#include "auth/testing/demo_identity.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kUnsigned = "UNSIGNED-PAYLOAD";
constexpr std::string_view kHost = "127.0.0.1:9000";

std::map<std::string, std::string> DetailsOf(const Error& error) {
  return {error.details.begin(), error.details.end()};
}

class ObjectStoreAuthenticatorTest : public testing::Test {
 protected:
  Result<ObjectStoreIdentity> Authenticate(const http::Request& request) {
    ATELIER_TRY(Address address, AddressOf(request, {}));
    return authenticator_.Authenticate(request, address);
  }
  std::string Code(const http::Request& request) {
    auto identity = Authenticate(request);
    return identity ? "accepted" : identity.error().code;
  }
  http::Request Signed(const std::string& method, const std::string& target, Pairs headers = {},
                       std::string_view hash = kUnsigned) {
    headers.emplace_back("Host", kHost);
    auto request = MakeRequest(method, target, headers);
    SignV4(request.headers, method, target, hash, DemoKeys(), "any-region", demo_.clock.Now());
    return request;
  }
  http::Request Presigned(const std::string& method, const std::string& path, int seconds) {
    auto query = PresignV4(method, kHost, path, DemoKeys(), "r", demo_.clock.Now(), seconds);
    return MakeRequest(method, path + "?" + query, {{"Host", std::string(kHost)}});
  }
  std::string Now() const { return FormatHttpDate(demo_.clock.Now()); }
  static std::string SignedV2(const std::string& text) { return Base64Encode(HmacSha1(DemoKeys().secret_key, text)); }

  DemoIdentity demo_;
  ObjectStoreAuthenticator authenticator_{demo_.identities, demo_.clock};
};

TEST_F(ObjectStoreAuthenticatorTest, TakesWhatTheSignerSigns) {
  auto key = "/b/" + PercentEncode("a b/ü+é~*.txt", true);
  for (const std::string& target :
       {std::string("/"), std::string("/b"), std::string("/b?prefix=&delimiter=%2F&max-keys=7"),
        std::string("/b?uploads"), std::string("/b?b=2&a=1&a=0&%C3%BC=+"), key, key + "?partNumber=1&uploadId=u%2F%2B",
        std::string("/b/a//b/../c"), std::string("/b/not(encoded)!'*")}) {
    for (const std::string& method : {std::string("GET"), std::string("PUT")}) {
      auto request =
          Signed(method, target,
                 {{"Content-Type", "text/plain"}, {"x-amz-meta-a", "  two   spaces "}, {"x-amz-meta-A", "again"}});
      auto identity = Authenticate(request);
      ASSERT_TRUE(identity) << target << ": " << identity.error().message;
      EXPECT_EQ(identity->scheme, Scheme::kHeaderV4);
      EXPECT_EQ(identity->principal->project_id, demo_.project.id);
    }
  }
  for (const std::string& path : {key, std::string("/b/x"), std::string("/b")}) {
    auto identity = Authenticate(Presigned("GET", path, 60));
    ASSERT_TRUE(identity) << path << ": " << identity.error().message;
    EXPECT_EQ(identity->scheme, Scheme::kQueryV4);
  }
}

// The second request meets the kept signing key.
TEST_F(ObjectStoreAuthenticatorTest, TheSameAnswerEveryTime) {
  auto good = Signed("GET", "/b/k");
  auto forged = good;
  forged.method = "DELETE";
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(Code(good), "accepted");
    EXPECT_EQ(Code(forged), "SignatureDoesNotMatch");
  }
}

TEST_F(ObjectStoreAuthenticatorTest, NobodyIsAnonymous) {
  auto s3 = Authenticate(MakeRequest("GET", "/b/k", {{"Host", "h"}}));
  ASSERT_TRUE(s3);
  EXPECT_EQ(s3->scheme, Scheme::kAnonymous);
  EXPECT_EQ(s3->dialect, Dialect::kS3);
  EXPECT_FALSE(s3->principal);
  EXPECT_EQ(Authenticate(MakeRequest("GET", "/b/k", {{"x-obs-acl", "private"}}))->dialect, Dialect::kObs);
}

TEST_F(ObjectStoreAuthenticatorTest, ClocksMayDifferByAQuarterOfAnHour) {
  auto request = Signed("GET", "/b/k");
  demo_.clock.Advance(std::chrono::minutes(15));
  EXPECT_EQ(Code(request), "accepted");
  demo_.clock.Advance(std::chrono::minutes(-30));
  EXPECT_EQ(Code(request), "accepted");
  demo_.clock.Advance(std::chrono::minutes(-1));
  EXPECT_EQ(Code(request), "RequestTimeTooSkewed");
  demo_.clock.Advance(std::chrono::minutes(32));
  EXPECT_EQ(Code(request), "RequestTimeTooSkewed");
}

TEST_F(ObjectStoreAuthenticatorTest, SignedUrlsEnd) {
  auto request = Presigned("GET", "/b/k", 60);
  demo_.clock.Advance(std::chrono::seconds(60));
  EXPECT_EQ(Code(request), "accepted");
  demo_.clock.Advance(std::chrono::seconds(1));
  auto expired = Authenticate(request);
  EXPECT_EQ(expired.error().code, "AccessDenied");
  EXPECT_EQ(expired.error().message, "Request has expired");
  demo_.clock.Advance(std::chrono::minutes(-17));
  EXPECT_EQ(Code(request), "AccessDenied");
}

TEST_F(ObjectStoreAuthenticatorTest, OneMechanismAtATime) {
  auto request = Presigned("GET", "/b/k", 60);
  SignV4(request.headers, "GET", request.target, kUnsigned, DemoKeys(), "r", demo_.clock.Now());
  EXPECT_EQ(Code(request), "InvalidArgument");
}

TEST_F(ObjectStoreAuthenticatorTest, WhatMustBeSignedIs) {
  auto request = Signed("PUT", "/b/k");
  request.headers.Add("x-amz-acl", "public-read");
  EXPECT_THAT(Authenticate(request).error().message, HasSubstr("not signed: x-amz-acl"));
  EXPECT_EQ(Code(request), "AccessDenied");
  auto without_host = Signed("PUT", "/b/k");
  std::string authorization(*without_host.headers.Get("Authorization"));
  authorization.replace(authorization.find("host;"), 5, "");
  without_host.headers.Set("Authorization", authorization);
  EXPECT_EQ(Code(without_host), "AccessDenied");
  auto in_query = Presigned("PUT", "/b/k", 60);
  in_query.headers.Add("x-amz-acl", "public-read");
  EXPECT_EQ(Code(in_query), "AccessDenied");
}

TEST_F(ObjectStoreAuthenticatorTest, TheMismatchTellsWhatWasSignedAndNoSecret) {
  auto request = Signed("GET", "/b/k");
  request.method = "HEAD";
  auto error = Authenticate(request).error();
  EXPECT_EQ(error.code, "SignatureDoesNotMatch");
  EXPECT_EQ(error.subject, DemoKeys().access_key);
  auto details = DetailsOf(error);
  EXPECT_THAT(details["StringToSign"], StartsWith("AWS4-HMAC-SHA256\n20260102T030405Z\n20260102/any-region/s3/"));
  EXPECT_THAT(details["StringToSign"],
              EndsWith(HexEncode(ComputeDigest(DigestKind::kSha256, details["CanonicalRequest"]))));
  EXPECT_THAT(details["StringToSignBytes"], StartsWith("41 57 53 34 2d 48"));
  EXPECT_THAT(details["CanonicalRequest"], StartsWith("HEAD\n/b/k\n\nhost:127.0.0.1:9000\n"));
  EXPECT_THAT(details["CanonicalRequestBytes"], StartsWith("48 45 41 44 0a 2f 62"));
  EXPECT_THAT(std::string(*request.headers.Get("Authorization")),
              EndsWith("Signature=" + details["SignatureProvided"]));

  auto right = HexEncode(
      HmacSha256(SigningKeyV4(DemoKeys().secret_key, "20260102", "any-region", "s3"), details["StringToSign"]));
  for (const auto& [name, value] : details) {
    EXPECT_THAT(value, Not(HasSubstr(DemoKeys().secret_key))) << name;
    EXPECT_THAT(value, Not(HasSubstr(right))) << name;
  }
}

TEST_F(ObjectStoreAuthenticatorTest, TheMismatchOfTheOlderSchemesHasNoCanonicalRequest) {
  auto error = Authenticate(MakeRequest("GET", "/b/k?acl",
                                        {{"Host", std::string(kHost)},
                                         {"Date", Now()},
                                         {"Authorization", "AWS " + DemoKeys().access_key + ":c2ln"}}))
                   .error();
  auto details = DetailsOf(error);
  EXPECT_EQ(details["StringToSign"], "GET\n\n\n" + Now() + "\n/b/k?acl");
  EXPECT_EQ(details["SignatureProvided"], "c2ln");
  EXPECT_THAT(details["StringToSignBytes"], StartsWith("47 45 54 0a"));
  EXPECT_EQ(details.size(), 3U);
}

TEST_F(ObjectStoreAuthenticatorTest, AMismatchForWantOfASignedHeaderSaysSo) {
  auto request = Signed("GET", "/b/k", {{"Content-Type", "text/plain"}});
  request.headers.Remove("Content-Type");
  auto error = Authenticate(request).error();
  EXPECT_EQ(error.code, "SignatureDoesNotMatch");
  EXPECT_THAT(error.message, HasSubstr("A header that the signature names is not in the request"));
  EXPECT_EQ(DetailsOf(error).count("StringToSign"), 0U);
}

// A space is sent as %20 or as a plus, and signed as %20 either way; a plus is sent as %2B.
TEST_F(ObjectStoreAuthenticatorTest, APlusInAQueryIsASpace) {
  auto signed_as = Signed("GET", "/b?prefix=a%20b%2Bc");
  for (std::string sent : {"a%20b%2Bc", "a+b%2Bc", "a+b%2bc"}) {
    auto request = MakeRequest("GET", "/b?prefix=" + sent);
    request.headers = signed_as.headers;
    EXPECT_EQ(Code(request), "accepted") << sent;
    EXPECT_EQ(request.query.Get("prefix"), "a b+c") << sent;
  }
  auto text = "GET\n\n\n" + Now() + "\n/b/k?response-content-type=a b+c";
  for (std::string sent : {"a%20b%2Bc", "a+b%2Bc"}) {
    auto request = MakeRequest("GET", "/b/k?response-content-type=" + sent,
                               {{"Host", std::string(kHost)},
                                {"Date", Now()},
                                {"Authorization", "AWS " + DemoKeys().access_key + ":" + SignedV2(text)}});
    EXPECT_EQ(Code(request), "accepted") << sent;
  }
}

// The Go SDK of OBS signs its query as it sends it.
TEST_F(ObjectStoreAuthenticatorTest, APlusMayHaveBeenSignedAsItIs) {
  auto request = Signed("GET", "/b?marker=a+b%2Bc");
  SignatureV4 signature{.scheme = Scheme::kHeaderV4,
                        .access_key = DemoKeys().access_key,
                        .date = "20260102",
                        .region = "any-region",
                        .service = "s3",
                        .timestamp = "20260102T030405Z",
                        .signed_headers = {"host", "x-amz-content-sha256", "x-amz-date"},
                        .signature = {},
                        .payload_hash = std::string(kUnsigned)};
  auto texts = SignedTextsV4(request, signature);
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_THAT(texts[0].canonical_request, HasSubstr("\nmarker=a%20b%2Bc\n"));
  EXPECT_THAT(texts[1].canonical_request, HasSubstr("\nmarker=a+b%2Bc\n"));
  auto key = SigningKeyV4(DemoKeys().secret_key, signature.date, signature.region, signature.service);
  std::string authorization(*request.headers.Get("Authorization"));
  authorization.resize(authorization.size() - 64);
  for (const auto& text : texts) {
    request.headers.Set("Authorization", authorization + HexEncode(HmacSha256(key, text.string_to_sign)));
    EXPECT_EQ(Code(request), "accepted") << text.canonical_request;
  }
  auto other = MakeRequest("GET", "/b?marker=a%2Bb%2Bc");
  other.headers = request.headers;
  EXPECT_EQ(Code(other), "SignatureDoesNotMatch") << "a plus is not a space";
}

// Base64 has no spaces: what looks like one in a signed URL is a plus that was not encoded.
TEST_F(ObjectStoreAuthenticatorTest, ASignatureMayHaveABarePlus) {
  std::int64_t expires = ToUnixMillis(demo_.clock.Now()) / 1000;
  std::string signature;
  while (signature.find('+') == std::string::npos) {
    ++expires;
    signature = SignedV2("GET\n\n\n" + std::to_string(expires) + "\n/b/k");
  }
  auto target = "/b/k?AWSAccessKeyId=" + DemoKeys().access_key + "&Expires=" + std::to_string(expires) + "&Signature=";
  EXPECT_EQ(Code(MakeRequest("GET", target + signature, {{"Host", std::string(kHost)}})), "accepted");
  EXPECT_EQ(Code(MakeRequest("GET", target + PercentEncode(signature), {{"Host", std::string(kHost)}})), "accepted");
}

TEST_F(ObjectStoreAuthenticatorTest, MalformedHeaders) {
  const std::string credential = "Credential=" + DemoKeys().access_key + "/20260102/r/s3/aws4_request";
  const std::string names = "SignedHeaders=host;x-amz-content-sha256;x-amz-date";
  const std::string signature = "Signature=" + std::string(64, '0');
  struct Row {
    std::string authorization, code;
  };
  const Row rows[] = {
      {"Basic YTpi", "InvalidArgument"},
      {"", "InvalidArgument"},
      {"AWS4-HMAC-SHA256", "AuthorizationHeaderMalformed"},
      {"AWS4-HMAC-SHA256 " + names + ", " + signature, "AuthorizationHeaderMalformed"},
      {"AWS4-HMAC-SHA256 " + credential + ", " + signature, "AuthorizationHeaderMalformed"},
      {"AWS4-HMAC-SHA256 " + credential + ", " + names, "AuthorizationHeaderMalformed"},
      {"AWS4-HMAC-SHA256 Credential=AK/r/s3/aws4_request, " + names + ", " + signature, "AuthorizationHeaderMalformed"},
      {"AWS4-HMAC-SHA256 Credential=AK/20260102/r/s3/aws4, " + names + ", " + signature,
       "AuthorizationHeaderMalformed"},
      {"AWS4-HMAC-SHA256 Credential=AK/2026-1-2/r/s3/aws4_request, " + names + ", " + signature,
       "AuthorizationHeaderMalformed"},
      {"AWS4-HMAC-SHA256 Credential=AK/20260102/r/ec2/aws4_request, " + names + ", " + signature,
       "AuthorizationHeaderMalformed"},
      {"AWS4-HMAC-SHA256 Credential=AK/20260103/r/s3/aws4_request, " + names + ", " + signature,
       "AuthorizationHeaderMalformed"},
      {"AWS4-HMAC-SHA256 Credential=AK/20260102/r/s3/aws4_request, " + names + ", " + signature, "InvalidAccessKeyId"},
      {"AWS4-HMAC-SHA256 " + signature + "," + names + "," + credential, "SignatureDoesNotMatch"},
      {"AWS4-HMAC-SHA256 " + credential + ", " + names + ";x-missing, " + signature, "SignatureDoesNotMatch"},
      {"AWS AK", "InvalidArgument"},
      {"AWS :c2ln", "InvalidArgument"},
      {"AWS AK:", "InvalidArgument"},
      {"AWS AK:c2ln", "InvalidAccessKeyId"},
      {"OBS " + DemoKeys().access_key + ":c2ln", "SignatureDoesNotMatch"},
  };
  for (const auto& row : rows) {
    auto request = MakeRequest("GET", "/b/k",
                               {{"Host", "h"},
                                {"x-amz-date", "20260102T030405Z"},
                                {"Date", Now()},
                                {"x-amz-content-sha256", std::string(kUnsigned)},
                                {"Authorization", row.authorization}});
    EXPECT_EQ(Code(request), row.code) << row.authorization;
  }
  EXPECT_EQ(Authenticate(MakeRequest("GET", "/", {{"Authorization", "Basic YTpi"}})).error().message,
            "Unsupported Authorization Type");
}

TEST_F(ObjectStoreAuthenticatorTest, MalformedQueries) {
  const auto good = Presigned("GET", "/b/k", 60);
  auto code_with = [&](std::string_view name, const std::optional<std::string>& value) {
    std::string query;
    for (auto piece : Split(good.raw_query, '&')) {
      bool is_it = piece.substr(0, piece.find('=')) == name;
      if (is_it && !value) continue;
      query += (query.empty() ? "" : "&") + (is_it ? std::string(name) + "=" + *value : std::string(piece));
    }
    return Code(MakeRequest("GET", "/b/k?" + query, {{"Host", std::string(kHost)}}));
  };
  for (std::string_view name :
       {"X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"})
    EXPECT_EQ(code_with(name, std::nullopt), "AuthorizationQueryParametersError") << name;
  for (std::string value : {"0", "-1", "604801", "soon", "", "99999999999999999999"})
    EXPECT_EQ(code_with("X-Amz-Expires", value), "AuthorizationQueryParametersError") << value;
  EXPECT_EQ(code_with("X-Amz-Expires", "61"), "SignatureDoesNotMatch");
  EXPECT_EQ(code_with("X-Amz-Algorithm", "AWS4-HMAC-SHA1"), "AuthorizationQueryParametersError");
  EXPECT_EQ(code_with("X-Amz-Algorithm", std::nullopt), "accepted")
      << "without the word it is no signed URL: anonymous";
  EXPECT_EQ(code_with("X-Amz-Date", "2026-01-02"), "AuthorizationQueryParametersError");
  EXPECT_EQ(code_with("X-Amz-Credential", "AK"), "AuthorizationQueryParametersError");
  EXPECT_EQ(code_with("X-Amz-Credential", "AK%2F20260101%2Fr%2Fs3%2Faws4_request"),
            "AuthorizationQueryParametersError");
  EXPECT_EQ(code_with("X-Amz-SignedHeaders", "date"), "AccessDenied");
  for (std::string target :
       {"/b/k?AWSAccessKeyId=AK&Signature=x", "/b/k?AWSAccessKeyId=AK&Signature=x&Expires=soon",
        "/b/k?AccessKeyId=AK&Signature=x&Expires=1", "/b/k?AWSAccessKeyId=AK&Signature=x&Expires=1767323044"})
    EXPECT_EQ(Code(MakeRequest("GET", target)), "AccessDenied") << target;
}

TEST_F(ObjectStoreAuthenticatorTest, DatesOfHeaders) {
  auto unreadable = Signed("GET", "/b/k");
  unreadable.headers.Set("x-amz-date", "yesterday");
  EXPECT_EQ(Code(unreadable), "AccessDenied");
  auto missing = Signed("GET", "/b/k");
  missing.headers.Remove("x-amz-date");
  EXPECT_EQ(Code(missing), "AccessDenied");
  for (std::string_view scheme : {"AWS ", "OBS "}) {
    auto authorization = std::string(scheme) + DemoKeys().access_key + ":";
    auto text = "GET\n\n\n" + Now() + "\n/b/k";
    EXPECT_EQ(Code(MakeRequest("GET", "/b/k", {{"Date", Now()}, {"Authorization", authorization + SignedV2(text)}})),
              "accepted");
    EXPECT_EQ(Code(MakeRequest("GET", "/b/k", {{"Authorization", authorization + SignedV2(text)}})), "AccessDenied");
    EXPECT_EQ(Code(MakeRequest("GET", "/b/k", {{"Date", "today"}, {"Authorization", authorization + SignedV2(text)}})),
              "AccessDenied");
    auto old = FormatHttpDate(demo_.clock.Now() - std::chrono::minutes(16));
    EXPECT_EQ(Code(MakeRequest("GET", "/b/k", {{"Date", old}, {"Authorization", authorization + SignedV2(text)}})),
              "RequestTimeTooSkewed");
    // The dialect's own date header takes the Date line's place.
    std::string own = scheme == "OBS " ? "x-obs-date" : "x-amz-date";
    auto with_own = "GET\n\n\n\n" + own + ":" + Now() + "\n/b/k";
    EXPECT_EQ(
        Code(MakeRequest("GET", "/b/k",
                         {{"Date", "today"}, {own, Now()}, {"Authorization", authorization + SignedV2(with_own)}})),
        "accepted");
  }
}

TEST_F(ObjectStoreAuthenticatorTest, PayloadWords) {
  struct Row {
    std::string word;
    std::optional<PayloadRule::Kind> kind;
    std::string code;
  };
  using Kind = PayloadRule::Kind;
  const Row rows[] = {{"UNSIGNED-PAYLOAD", Kind::kUnsigned, ""},
                      {std::string(64, 'a'), Kind::kSha256, ""},
                      {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD", Kind::kChunkedSigned, ""},
                      {"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", Kind::kChunkedSignedTrailer, ""},
                      {"STREAMING-UNSIGNED-PAYLOAD-TRAILER", Kind::kChunkedUnsignedTrailer, ""},
                      {"STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", std::nullopt, "NotImplemented"},
                      {"nonsense", std::nullopt, "InvalidArgument"},
                      {std::string(62, 'a'), std::nullopt, "InvalidArgument"}};
  for (const auto& row : rows) {
    auto request = Signed("PUT", "/b/k", {{"x-amz-decoded-content-length", "12"}}, row.word);
    auto identity = Authenticate(request);
    if (!row.kind) {
      ASSERT_FALSE(identity) << row.word;
      EXPECT_EQ(identity.error().code, row.code);
      continue;
    }
    ASSERT_TRUE(identity) << row.word << identity.error().message;
    EXPECT_EQ(identity->payload.kind, *row.kind);
    EXPECT_EQ(identity->payload.decoded_length, 12U);
  }
  EXPECT_EQ(Code(Signed("PUT", "/b/k", {{"x-amz-decoded-content-length", "many"}})), "InvalidArgument");
  auto without = Signed("PUT", "/b/k");
  without.headers.Remove("x-amz-content-sha256");
  EXPECT_EQ(Code(without), "InvalidRequest");
}

TEST_F(ObjectStoreAuthenticatorTest, LastingKeysHaveNoSessionToken) {
  EXPECT_EQ(Code(Signed("GET", "/b/k", {{"x-amz-security-token", "t"}})), "InvalidToken");
  auto ak = DemoKeys().access_key;
  for (const auto& target : {"/b/k?AWSAccessKeyId=" + ak + "&Expires=1767326645&Signature=x&x-amz-security-token=t",
                             "/b/k?AccessKeyId=" + ak + "&Expires=1767326645&Signature=x&x-obs-security-token=t"})
    EXPECT_EQ(Code(MakeRequest("GET", target)), "InvalidToken") << target;
  auto presigned = Presigned("GET", "/b/k", 60);
  EXPECT_EQ(Code(MakeRequest("GET", presigned.target + "&X-Amz-Security-Token=t", {{"Host", std::string(kHost)}})),
            "InvalidToken");
}

TEST_F(ObjectStoreAuthenticatorTest, UrlsWithAPolicyAreHeldToIt) {
  auto code_of = [&](const std::string& policy, const std::string& target) {
    auto encoded = Base64Encode(policy);
    auto signature = SignedV2("GET\n\n\n" + encoded + "\n" + target.substr(target.find('/', 1)));
    return Code(MakeRequest("GET", target + "?AccessKeyId=" + DemoKeys().access_key +
                                       "&Policy=" + PercentEncode(encoded) + "&Signature=" + PercentEncode(signature)));
  };
  const std::string until = R"({"expiration":"2026-01-02T03:05:00.000Z","conditions":)";
  EXPECT_EQ(code_of(until + R"([{"bucket":"b"},["starts-with","$key","a/"]]})", "/b/a/k"), "accepted");
  EXPECT_EQ(code_of(until + R"([["eq","$bucket","b"],{"key":"a/k"}]})", "/b/a/k"), "accepted");
  EXPECT_EQ(code_of(until + R"([{"bucket":"b"},["starts-with","$key","a/"]]})", "/b/c"), "AccessDenied");
  EXPECT_EQ(code_of(until + R"([{"bucket":"b"}]})", "/other/k"), "AccessDenied");
  EXPECT_EQ(code_of(until + R"([["content-length-range",1,2]]})", "/b/k"), "AccessDenied");
  EXPECT_EQ(code_of(until + "7}", "/b/k"), "AccessDenied");
  EXPECT_EQ(code_of(R"({"conditions":[]})", "/b/k"), "AccessDenied");
  EXPECT_EQ(code_of(R"({"expiration":"2026-01-02T03:04:00.000Z","conditions":[]})", "/b/k"), "AccessDenied");
  EXPECT_EQ(code_of("nonsense", "/b/k"), "AccessDenied");
}

}  // namespace
}  // namespace atelier::auth
