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

TEST_F(IdentityServiceTest, ANamedDomainMustBeTheUsers) {
  for (bool with_project : {false, true})
    for (bool own : {false, true}) {
      auto sign_in = ByPassword(credentials_.password);
      if (!with_project) sign_in.project_name.clear();
      sign_in.scope_domain_name = own ? "atelier" : "elsewhere";
      auto token = service_.Authenticate(sign_in);
      EXPECT_EQ(token ? "" : token.error().code, own ? "" : "no_domain") << with_project;
    }
}

// Whatever is disabled, neither signing in nor what was given out before is of use for longer than the caches live.
TEST_F(IdentityServiceTest, TheDisabledAreRefused) {
  auto user_id = repository_.FindAccessKey(credentials_.access_key).value()->user_id;
  auto token = service_.Authenticate(ByPassword(credentials_.password));
  ASSERT_TRUE(token);
  const SignIn by_key{SignIn::AccessKeyPair{credentials_.access_key, credentials_.secret_key}, "", "", "", ""};
  struct Row {
    std::string disabled;
    std::string token_code, password_code, pair_code;
  };
  const Row rows[] = {{user_id, "invalid", "wrong_credentials", "wrong_credentials"},
                      {credentials_.project_id, "no_project", "no_project", "wrong_credentials"},
                      {credentials_.access_key, "", "", "wrong_credentials"}};
  auto code = [](const auto& result) { return result ? "" : result.error().code; };
  for (const auto& row : rows) {
    ASSERT_TRUE(service_.VerifyToken(token->text)) << "fills the cache";
    ASSERT_TRUE(service_.FindKey(credentials_.access_key));
    repository_.SetEnabled(row.disabled, false);
    clock_.Advance(std::chrono::seconds(30));
    EXPECT_EQ(code(service_.VerifyToken(token->text)), row.token_code) << row.disabled;
    EXPECT_EQ(code(service_.FindKey(credentials_.access_key)), "InvalidAccessKeyId") << row.disabled;
    EXPECT_EQ(code(service_.Authenticate(ByPassword(credentials_.password))), row.password_code) << row.disabled;
    EXPECT_EQ(code(service_.Authenticate(by_key)), row.pair_code) << row.disabled;
    repository_.SetEnabled(row.disabled, true);
  }
  EXPECT_TRUE(service_.VerifyToken(token->text));
}

// By which of its names a user is meant does not matter, and nothing that is answered tells whether there is one.
TEST_F(IdentityServiceTest, TooManyFailuresRefuseThePasswordForAWhile) {
  auto domain = repository_.Domains().value().at(0);
  auto user_id = repository_.FindAccessKey(credentials_.access_key).value()->user_id;
  using Password = SignIn::Password;
  auto codes = [&](const std::vector<Password>& attempts) {
    std::vector<std::string> answers;
    for (const auto& attempt : attempts) {
      auto token = service_.Authenticate({attempt, "", "", "", "", "192.0.2.1"});
      answers.push_back(token ? "in" : token.error().code);
    }
    return answers;
  };
  for (const std::string& name : {"admin", "nobody"}) {
    EXPECT_EQ(codes({Password{"", name, "", "atelier", "no"}, Password{"", name, domain.id, "", "no"},
                     Password{"", name, "", "", "no"}, Password{"", name, "", "atelier", "no"},
                     Password{"", name, domain.id, "", "no"}, Password{"", name, "", "", "no"},
                     Password{"", name, "", "atelier", credentials_.password}}),
              (std::vector<std::string>{"wrong_credentials", "wrong_credentials", "wrong_credentials",
                                        "wrong_credentials", "wrong_credentials", "locked", "locked"}))
        << name;
  }
  EXPECT_EQ(codes({Password{user_id, "", "", "", credentials_.password}}), std::vector<std::string>{"locked"});
  auto elsewhere = ByPassword(credentials_.password);
  elsewhere.remote_address = "192.0.2.2";
  EXPECT_TRUE(service_.Authenticate(elsewhere));
  auto token = service_.Authenticate(
      {SignIn::AccessKeyPair{credentials_.access_key, credentials_.secret_key}, "", "", "", "", "192.0.2.1"});
  ASSERT_TRUE(token) << "an access key goes on working";
  EXPECT_TRUE(service_.Authenticate({SignIn::Rescope{token->text}, "", "", "", "", "192.0.2.1"}));
  clock_.Advance(std::chrono::minutes(15));
  EXPECT_EQ(codes({Password{user_id, "", "", "", credentials_.password}}), std::vector<std::string>{"in"});
}

TEST_F(IdentityServiceTest, AccountsAreProjectsAndDomains) {
  auto of_project = service_.AccountName(credentials_.project_id);
  ASSERT_TRUE(of_project);
  EXPECT_EQ(*of_project, "atelier");
  auto domains = repository_.Domains();
  ASSERT_TRUE(domains && domains->size() == 1);
  EXPECT_EQ(*service_.AccountName(domains->front().id), "atelier");
  EXPECT_EQ(*service_.AccountName("nobody"), std::nullopt);
  EXPECT_EQ(*service_.AccountName(""), std::nullopt);
}

TEST_F(IdentityServiceTest, KeysAreFound) {
  auto owner = service_.FindKey(credentials_.access_key);
  ASSERT_TRUE(owner);
  EXPECT_EQ((*owner)->principal.project_id, credentials_.project_id);
  EXPECT_EQ(service_.FindKey("NOPE").error().code, "InvalidAccessKeyId");
}

}  // namespace
}  // namespace atelier::iam
