#include "iam/identity_service.h"

#include <gtest/gtest.h>

#include "iam/testing/memory_identity_repository.h"

namespace atelier::iam {
namespace {

class IdentityServiceTest : public testing::Test {
 protected:
  MemoryIdentityRepository repository_;
  ManualClock clock_{FromUnixMillis(1'767'323'045'000)};
  IdentityService service_{repository_, clock_, "local-1"};
  Credentials credentials_ = **service_.Bootstrap("atelier", "admin");

  SignIn ByPassword(const std::string& password) const {
    return {SignIn::Password{"", "admin", "", "atelier", password}, "", "local-1", "", ""};
  }
};

TEST_F(IdentityServiceTest, BootstrapHappensOnce) {
  EXPECT_EQ(credentials_.project_id.size(), 32U);
  EXPECT_EQ(credentials_.access_key.size(), 20U);
  EXPECT_EQ(credentials_.secret_key.size(), 40U);
  auto again = service_.Bootstrap("atelier", "admin");
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->has_value());
}

TEST_F(IdentityServiceTest, PasswordGivesATokenThatLivesADayAndSurvivesARestart) {
  auto token = service_.Authenticate(ByPassword(credentials_.password));
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->principal.project_id, credentials_.project_id);
  IdentityService restarted(repository_, clock_, "local-1");
  auto verified = restarted.VerifyToken(token->text);
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->principal.user_name, "admin");
  clock_.Advance(std::chrono::hours(24));
  EXPECT_EQ(restarted.VerifyToken(token->text).error().code, "expired");
  EXPECT_EQ(service_.VerifyToken(token->text).error().code, "expired");
}

TEST_F(IdentityServiceTest, WrongSignInsAreAllAlike) {
  auto wrong_password = service_.Authenticate(ByPassword("nonsense"));
  SignIn unknown = ByPassword(credentials_.password);
  std::get<SignIn::Password>(unknown.method).user_name = "nobody";
  auto wrong_user = service_.Authenticate(unknown);
  SignIn foreign = ByPassword(credentials_.password);
  std::get<SignIn::Password>(foreign.method).domain_name = "elsewhere";
  auto wrong_domain = service_.Authenticate(foreign);
  auto wrong_key = service_.Authenticate({SignIn::AccessKeyPair{credentials_.access_key, "no"}, "", "", "", ""});
  for (const auto* result : {&wrong_password, &wrong_user, &wrong_domain, &wrong_key}) {
    ASSERT_FALSE(*result);
    EXPECT_EQ(result->error().kind, ErrorKind::kUnauthenticated);
    EXPECT_EQ(result->error().message, wrong_password.error().message);
  }
}

TEST_F(IdentityServiceTest, AlteredTokensAreInvalid) {
  auto token = service_.Authenticate(ByPassword(credentials_.password));
  ASSERT_TRUE(token);
  for (std::size_t at = 0; at < token->text.size(); at += 7) {
    auto altered = token->text;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(service_.VerifyToken(altered)) << at;
  }
  for (std::string_view text : {"", ".", "at1.", "at1..", "at1.e30.x", "nonsense"})
    EXPECT_FALSE(service_.VerifyToken(text));
}

TEST_F(IdentityServiceTest, ScopesAreChecked) {
  auto other = ByPassword(credentials_.password);
  other.project_name = "elsewhere";
  EXPECT_EQ(service_.Authenticate(other).error().code, "no_project");
  auto by_id = ByPassword(credentials_.password);
  by_id.project_name.clear();
  by_id.project_id = credentials_.project_id;
  EXPECT_TRUE(service_.Authenticate(by_id));
  auto by_key =
      service_.Authenticate({SignIn::AccessKeyPair{credentials_.access_key, credentials_.secret_key}, "", "", "", ""});
  ASSERT_TRUE(by_key);
  auto rescoped = service_.Authenticate({SignIn::Rescope{by_key->text}, credentials_.project_id, "", "", ""});
  ASSERT_TRUE(rescoped);
  EXPECT_EQ(rescoped->expires, by_key->expires);
}

TEST_F(IdentityServiceTest, KeysAreFound) {
  auto owner = service_.FindKey(credentials_.access_key);
  ASSERT_TRUE(owner);
  EXPECT_EQ((*owner)->principal.project_id, credentials_.project_id);
  EXPECT_EQ(service_.FindKey("NOPE").error().code, "InvalidAccessKeyId");
}

}  // namespace
}  // namespace atelier::iam
