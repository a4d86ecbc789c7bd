// Temporary keys in every scheme of the object store, with the right token, a wrong one, none, and too late.
#include "auth/security_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/canonical.h"
#include "auth/object_store_authenticator.h"
#include "auth/testing/demo_identity.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kHost = "127.0.0.1:9000";

// How a request says whose it is. `keys.security_token` is what is sent; empty sends none.
enum class Way {
  kHeaderV4,
  kQueryV4,
  kHeaderV2,
  kQueryV2AsHeader,    // as botocore signs links
  kQueryV2AsResource,  // as the OBS SDK signs V2 links
  kHeaderObs,
  kQueryObs,
};

std::string SignedOld(const KeyPair& keys, const std::string& text) {
  return Base64Encode(HmacSha1(keys.secret_key, text));
}

http::Request SignedInHeader(const std::string& scheme, const KeyPair& keys, TimePoint now) {
  const std::string name = scheme == "OBS" ? "x-obs-security-token" : "x-amz-security-token";
  auto date = FormatHttpDate(now);
  Pairs headers = {{"Host", std::string(kHost)}, {"Date", date}};
  std::string line;
  if (!keys.security_token.empty()) {
    headers.emplace_back(name, keys.security_token);
    line = name + ":" + keys.security_token + "\n";
  }
  headers.emplace_back("Authorization", scheme + " " + keys.access_key + ":" +
                                            SignedOld(keys, "GET\n\n\n" + date + "\n" + line + "/b/k"));
  return MakeRequest("GET", "/b/k", headers);
}

http::Request SignedInQuery(Way way, const KeyPair& keys, TimePoint now) {
  bool obs = way == Way::kQueryObs;
  const std::string name = obs ? "x-obs-security-token" : "x-amz-security-token";
  auto expires = std::to_string(ToUnixMillis(now) / 1000 + 7200);
  std::string query = (obs ? "AccessKeyId=" : "AWSAccessKeyId=") + keys.access_key + "&Expires=" + expires;
  std::string header, resource;
  if (!keys.security_token.empty()) {
    query += "&" + name + "=" + PercentEncode(keys.security_token);
    if (way == Way::kQueryV2AsHeader)
      header = name + ":" + keys.security_token + "\n";
    else
      resource = "?" + name + "=" + keys.security_token;
  }
  auto signature = SignedOld(keys, "GET\n\n\n" + expires + "\n" + header + "/b/k" + resource);
  return MakeRequest("GET", "/b/k?" + query + "&Signature=" + PercentEncode(signature), {{"Host", std::string(kHost)}});
}

http::Request SignedIn(Way way, const KeyPair& keys, TimePoint now) {
  switch (way) {
    case Way::kHeaderV4: {
      auto request = MakeRequest("GET", "/b/k", {{"Host", std::string(kHost)}});
      SignV4(request.headers, "GET", "/b/k", "UNSIGNED-PAYLOAD", keys, "r", now);
      return request;
    }
    case Way::kQueryV4:
      return MakeRequest("GET", "/b/k?" + PresignV4("GET", kHost, "/b/k", keys, "r", now, 7200),
                         {{"Host", std::string(kHost)}});
    case Way::kHeaderV2:
      return SignedInHeader("AWS", keys, now);
    case Way::kHeaderObs:
      return SignedInHeader("OBS", keys, now);
    default:
      return SignedInQuery(way, keys, now);
  }
}

class SecurityTokenTest : public testing::TestWithParam<Way> {
 protected:
  std::string Code(const http::Request& request) {
    auto address = AddressOf(request, {});
    auto identity = authenticator_.Authenticate(request, *address);
    if (!identity) return identity.error().code;
    return identity->principal ? "accepted" : "anonymous";
  }
  std::string Code(const KeyPair& keys) { return Code(SignedIn(GetParam(), keys, demo_.clock.Now())); }

  DemoIdentity demo_;
  ObjectStoreAuthenticator authenticator_{demo_.identities, demo_.clock};
};

TEST_P(SecurityTokenTest, ATemporaryKeyIsTakenWithItsToken) {
  auto keys = demo_.MakeTemporaryKeys();
  for (int round = 0; round < 2; ++round) {  // the second meets what is cached
    auto request = SignedIn(GetParam(), keys, demo_.clock.Now());
    auto identity = authenticator_.Authenticate(request, *AddressOf(request, {}));
    ASSERT_TRUE(identity) << identity.error().message;
    ASSERT_TRUE(identity->principal);
    EXPECT_EQ(identity->principal->project_id, demo_.project.id);
    EXPECT_EQ(identity->principal->access_key, keys.access_key);
  }
}

TEST_P(SecurityTokenTest, OtherTokensAreRefused) {
  auto keys = demo_.MakeTemporaryKeys();
  auto with = [&](const KeyPair& signs, const std::string& token) {
    return Code(KeyPair{signs.access_key, signs.secret_key, token});
  };
  EXPECT_EQ(with(keys, ""), "InvalidAccessKeyId") << "half of a key is none";
  EXPECT_EQ(with(keys, "nonsense"), "InvalidToken");
  EXPECT_EQ(with(keys, demo_.MakeTemporaryKeys().security_token), "InvalidToken");
  EXPECT_EQ(with(DemoKeys(), keys.security_token), "InvalidToken");
  EXPECT_EQ(with(DemoKeys(), "nonsense"), "InvalidToken");
  EXPECT_EQ(with({keys.access_key, DemoKeys().secret_key}, keys.security_token), "SignatureDoesNotMatch");
  EXPECT_EQ(with(DemoKeys(), ""), "accepted");
  DemoIdentity another_server;
  EXPECT_EQ(Code(another_server.MakeTemporaryKeys()), "InvalidToken");
}

TEST_P(SecurityTokenTest, ATamperedTokenIsNone) {
  auto keys = demo_.MakeTemporaryKeys();
  for (std::size_t at = 0; at < keys.security_token.size(); at += 11) {
    auto tampered = keys;
    tampered.security_token[at] = tampered.security_token[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(Code(tampered), "InvalidToken") << at;
  }
}

TEST_P(SecurityTokenTest, TheKeyEndsBeforeTheLinkThatItSigned) {
  auto keys = demo_.MakeTemporaryKeys();
  auto request = SignedIn(GetParam(), keys, demo_.clock.Now() + std::chrono::minutes(5));
  demo_.clock.Advance(iam::kShortestTemporaryKey - std::chrono::seconds(1));
  EXPECT_EQ(Code(request), "accepted");
  demo_.clock.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Code(request), "ExpiredToken");
}

TEST_P(SecurityTokenTest, TheDisabledAreRefused) {
  auto keys = demo_.MakeTemporaryKeys();
  demo_.repository.SetEnabled(demo_.project.id, false);
  demo_.identities.ForgetCached();
  EXPECT_EQ(Code(keys), "InvalidAccessKeyId");
}

TEST_P(SecurityTokenTest, OnlyOneTokenCanBeMeant) {
  auto keys = demo_.MakeTemporaryKeys();
  auto request = SignedIn(GetParam(), keys, demo_.clock.Now());
  request.headers.Add("X-Obs-Security-Token", keys.security_token);
  bool obs_header_is_signed = GetParam() == Way::kQueryObs || GetParam() == Way::kHeaderObs;
  EXPECT_EQ(Code(request), obs_header_is_signed ? "SignatureDoesNotMatch" : "accepted") << "the same again";
  request.headers.Add("X-Obs-Security-Token", "another");
  EXPECT_EQ(Code(request), "InvalidToken");
}

std::string WordFor(const testing::TestParamInfo<Way>& way) {
  static constexpr const char* kWords[] = {"HeaderV4",          "QueryV4",   "HeaderV2", "QueryV2AsHeader",
                                           "QueryV2AsResource", "HeaderObs", "QueryObs"};
  return kWords[static_cast<std::size_t>(way.param)];
}

INSTANTIATE_TEST_SUITE_P(Schemes, SecurityTokenTest,
                         testing::Values(Way::kHeaderV4, Way::kQueryV4, Way::kHeaderV2, Way::kQueryV2AsHeader,
                                         Way::kQueryV2AsResource, Way::kHeaderObs, Way::kQueryObs),
                         WordFor);

}  // namespace
}  // namespace atelier::auth
