// Temporary keys as the identity service gives and finds them, and what they may not change.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iam/testing/administration_fixture.h"

namespace atelier::iam {
namespace {

using std::chrono::seconds;

class TemporaryAccessTest : public AdministrationFixture {
 protected:
  std::string AdminToken() { return identities_.Authenticate(AsAdmin()).value().text; }
  SignIn AsAdmin() const { return {SignIn::Password{"", "admin", "", "home", first_.password}, "", "local-1", "", ""}; }
  TemporaryKey Make(const std::string& token, seconds life = kShortestTemporaryKey) {
    auto key = identities_.CreateTemporaryKey(token, life);
    EXPECT_TRUE(key) << key.error().message;
    return key.value_or(TemporaryKey{});
  }
  std::string CodeOf(const std::string& access_key, const std::string& security_token) {
    auto owner = identities_.FindKey(access_key, security_token);
    return owner ? "" : owner.error().code;
  }
  std::string CodeOf(const TemporaryKey& key) { return CodeOf(key.access_key, key.security_token); }
};

TEST_F(TemporaryAccessTest, SpeaksForTheUserAndProjectOfTheToken) {
  TemporaryKey key = Make(AdminToken());
  auto owner = identities_.FindKey(key.access_key, key.security_token);
  ASSERT_TRUE(owner) << owner.error().message;
  EXPECT_EQ((*owner)->key.secret_key, key.secret_key);
  const Principal& who = (*owner)->principal;
  EXPECT_EQ(who.user_id, admin_.user_id);
  EXPECT_EQ(who.project_id, admin_.project_id);
  EXPECT_EQ(who.access_key, key.access_key);
  EXPECT_EQ(who.role, Role::kAdmin);
  EXPECT_EQ(who.temporary_until, key.expires);
  IdentityService restarted(repository_, clock_, "local-1");
  EXPECT_TRUE(restarted.FindKey(key.access_key, key.security_token));
}

TEST_F(TemporaryAccessTest, EndsWhenItSays) {
  for (seconds life : {kShortestTemporaryKey, seconds(3600)}) {
    TemporaryKey key = Make(AdminToken(), life);
    EXPECT_EQ(key.expires, clock_.Now() + life);
    EXPECT_EQ(CodeOf(key), "");
    clock_.Advance(life - Milliseconds(1));
    EXPECT_EQ(CodeOf(key), "") << "read anew";
    clock_.Advance(Milliseconds(1));
    EXPECT_EQ(CodeOf(key), "ExpiredToken") << "although it is cached";
    clock_.Advance(std::chrono::hours(1));
    EXPECT_EQ(CodeOf(key), "ExpiredToken");
  }
}

TEST_F(TemporaryAccessTest, EndsWithItsTokenAtTheLatest) {
  std::string token = AdminToken();
  EXPECT_EQ(Make(token, kLongestTemporaryKey).expires, clock_.Now() + kLongestTemporaryKey);
  clock_.Advance(std::chrono::hours(23) + std::chrono::minutes(50));
  EXPECT_EQ(Make(token).expires, clock_.Now() + std::chrono::minutes(10));
  clock_.Advance(std::chrono::minutes(10));
  EXPECT_EQ(identities_.CreateTemporaryKey(token).error().code, "expired");
  EXPECT_EQ(identities_.CreateTemporaryKey("nonsense").error().code, "invalid");
}

TEST_F(TemporaryAccessTest, TheDurationHasLimits) {
  std::string token = AdminToken();
  for (int life : {-1, 0, 899, 86'401}) {
    auto refused = identities_.CreateTemporaryKey(token, seconds(life));
    ASSERT_FALSE(refused) << life;
    EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidArgument);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("900 to 86400"));
  }
}

TEST_F(TemporaryAccessTest, KeyAndTokenBelongTogether) {
  std::string token = AdminToken();
  TemporaryKey one = Make(token);
  TemporaryKey other = Make(token);
  EXPECT_EQ(CodeOf(one.access_key, ""), "InvalidAccessKeyId") << "it is only half of the key";
  EXPECT_EQ(CodeOf(one.access_key, other.security_token), "InvalidToken");
  EXPECT_EQ(CodeOf(one), "");
  EXPECT_EQ(CodeOf(other.access_key, one.security_token), "InvalidToken") << "although the token is cached";
  EXPECT_EQ(CodeOf(first_.access_key, one.security_token), "InvalidToken") << "a permanent key has none";
  EXPECT_EQ(CodeOf(one.access_key, "nonsense"), "InvalidToken");
  EXPECT_EQ(CodeOf(one.access_key, token), "InvalidToken") << "a sign-in token is no security token";
  EXPECT_FALSE(identities_.VerifyToken(one.security_token)) << "nor the other way round";
}

// No time passes in this test: what is cached must be forgotten at the change.
TEST_F(TemporaryAccessTest, RolesAndUsersCountAtEachUse) {
  AccessKey anna = MakeUser("anna", admin_.project_id, Role::kUser);
  TemporaryKey key = Make(SignInAs("anna", "open sesame").value().text);
  ASSERT_EQ(CodeOf(key), "");
  ASSERT_TRUE(administration_.SetRole(admin_, {anna.user_id, admin_.project_id, Role::kReadOnly}));
  EXPECT_EQ((*identities_.FindKey(key.access_key, key.security_token))->principal.role, Role::kReadOnly);
  UserChanges changes;
  for (bool enabled : {false, true}) {
    changes.enabled = enabled;
    ASSERT_TRUE(administration_.UpdateUser(admin_, anna.user_id, changes));
    EXPECT_EQ(CodeOf(key), enabled ? "" : "InvalidAccessKeyId");
  }
  ASSERT_TRUE(administration_.RemoveRole(admin_, {anna.user_id, admin_.project_id, Role::kReadOnly}));
  EXPECT_EQ(CodeOf(key), "InvalidAccessKeyId");
}

TEST_F(TemporaryAccessTest, IsNoWayToSignIn) {
  TemporaryKey key = Make(AdminToken());
  auto by_key = identities_.Authenticate({SignIn::AccessKeyPair{key.access_key, key.secret_key}, "", "", "", ""});
  ASSERT_FALSE(by_key);
  EXPECT_EQ(by_key.error().code, "wrong_credentials");
  EXPECT_FALSE(identities_.Authenticate({SignIn::Rescope{key.security_token}, "", "", "", ""}));
  EXPECT_FALSE(identities_.CreateTemporaryKey(key.security_token));
}

// Every change, by an administrator's temporary key.
TEST_F(TemporaryAccessTest, ChangesNoIdentities) {
  TemporaryKey key = Make(AdminToken());
  Principal actor = (*identities_.FindKey(key.access_key, key.security_token))->principal;
  AccessKey anna = MakeUser("anna", admin_.project_id, Role::kUser);
  Group group = administration_.CreateGroup(admin_, {"everybody", ""}).value();
  const auto& user = anna.user_id;
  auto denied = ErrorKind::kPermissionDenied;
  EXPECT_EQ(KindOf(administration_.CreateUser(actor, {"x", "open sesame", ""})), denied);
  EXPECT_EQ(KindOf(administration_.UpdateUser(actor, user, {}, "open barley")), denied);
  EXPECT_EQ(KindOf(administration_.DeleteUser(actor, user)), denied);
  EXPECT_EQ(KindOf(administration_.ChangePassword(actor, actor.user_id, first_.password, "open barley", "")), denied);
  EXPECT_EQ(KindOf(administration_.CreateProject(actor, {"x", ""})), denied);
  EXPECT_EQ(KindOf(administration_.UpdateProject(actor, admin_.project_id, {})), denied);
  EXPECT_EQ(KindOf(administration_.DeleteProject(actor, admin_.project_id)), denied);
  EXPECT_EQ(KindOf(administration_.SetRole(actor, {user, admin_.project_id, Role::kAdmin})), denied);
  EXPECT_EQ(KindOf(administration_.RemoveRole(actor, {user, admin_.project_id, Role::kUser})), denied);
  EXPECT_EQ(KindOf(administration_.CreateAccessKey(actor, {"", "", ""})), denied);
  EXPECT_EQ(KindOf(administration_.UpdateAccessKey(actor, first_.access_key, {})), denied);
  EXPECT_EQ(KindOf(administration_.DeleteAccessKey(actor, anna.access_key)), denied);
  EXPECT_EQ(KindOf(administration_.CreateDomain(actor, "x", "x")), denied);
  EXPECT_EQ(KindOf(administration_.CreateGroup(actor, {"x", ""})), denied);
  EXPECT_EQ(KindOf(administration_.UpdateGroup(actor, group.id, {})), denied);
  EXPECT_EQ(KindOf(administration_.DeleteGroup(actor, group.id)), denied);
  EXPECT_EQ(KindOf(administration_.AddMember(actor, group.id, user)), denied);
  EXPECT_EQ(KindOf(administration_.RemoveMember(actor, group.id, user)), denied);
  EXPECT_EQ(KindOf(administration_.SetGroupRole(actor, {group.id, admin_.project_id, Role::kAdmin})), denied);
  EXPECT_EQ(KindOf(administration_.RemoveGroupRole(actor, {group.id, admin_.project_id, Role::kAdmin})), denied);
  EXPECT_EQ(administration_.Users(actor)->size(), 2U) << "it may look";
  EXPECT_EQ(administration_.AccessKeys(actor, "")->size(), 1U);
  EXPECT_TRUE(administration_.AuthorizeServer(actor));
}

}  // namespace
}  // namespace atelier::iam
