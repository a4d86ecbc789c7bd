#include "iam/administration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iam/authorization.h"
#include "iam/testing/administration_fixture.h"

namespace atelier::iam {
namespace {

using testing::HasSubstr;

using AdministrationTest = AdministrationFixture;

TEST_F(AdministrationTest, AUserInAProjectOfTheirOwn) {
  Project shop = administration_.CreateProject(admin_, {"shop", "the shop"}).value();
  AccessKey key = MakeUser("anna", shop.id, Role::kUser);
  EXPECT_EQ(key.access_key.size(), 20U);
  EXPECT_EQ(key.secret_key.size(), 40U);
  Principal anna = OfKey(key.access_key);
  EXPECT_EQ(anna.user_name, "anna");
  EXPECT_EQ(anna.project_id, shop.id);
  EXPECT_EQ(anna.domain_id, admin_.domain_id);
  EXPECT_EQ(anna.role, Role::kUser);
  EXPECT_EQ(anna.domain_role, Role::kNone);
  EXPECT_EQ(admin_.role, Role::kAdmin);
  EXPECT_EQ(admin_.domain_role, Role::kAdmin);
  auto token = SignInAs("anna", "open sesame");
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->principal.project_name, "shop") << "the project in which there is a role";
  EXPECT_EQ(SignInAs("anna", "open sesame", "local-1").error().code, "no_project");
  EXPECT_EQ(identities_.Projects(anna)->size(), 1U);
  EXPECT_EQ(identities_.Projects(admin_)->size(), 2U);
}

TEST_F(AdministrationTest, AUserWithoutARoleCannotSignIn) {
  ASSERT_TRUE(administration_.CreateUser(admin_, {"anna", "open sesame", ""}));
  EXPECT_EQ(SignInAs("anna", "open sesame").error().code, "no_project");
}

// No time passes in this test: what is cached must be forgotten at the change.
TEST_F(AdministrationTest, ChangesCountAtOnce) {
  AccessKey key = MakeUser("anna", admin_.project_id, Role::kUser);
  std::string token = SignInAs("anna", "open sesame").value().text;
  auto key_code = [&] {
    auto found = identities_.FindKey(key.access_key);
    return found ? "" : found.error().code;
  };
  auto token_code = [&] {
    auto found = identities_.VerifyToken(token);
    return found ? "" : found.error().code;
  };
  auto both = [&] { return key_code() + "," + token_code(); };
  ASSERT_EQ(both(), ",") << "fills the caches";

  AccessKeyChanges disable_key;
  disable_key.enabled = false;
  ASSERT_TRUE(administration_.UpdateAccessKey(admin_, key.access_key, disable_key));
  EXPECT_EQ(both(), "InvalidAccessKeyId,");
  disable_key.enabled = true;
  ASSERT_TRUE(administration_.UpdateAccessKey(admin_, key.access_key, disable_key));
  EXPECT_EQ(both(), ",");

  UserChanges user;
  for (bool enabled : {false, true}) {
    user.enabled = enabled;
    ASSERT_TRUE(administration_.UpdateUser(admin_, key.user_id, user));
    EXPECT_EQ(both(), enabled ? "," : "InvalidAccessKeyId,invalid");
  }
  ASSERT_TRUE(administration_.SetRole(admin_, {key.user_id, admin_.project_id, Role::kReadOnly}));
  EXPECT_EQ(OfKey(key.access_key).role, Role::kReadOnly);
  EXPECT_EQ(identities_.VerifyToken(token)->principal.role, Role::kReadOnly);
  ASSERT_TRUE(administration_.RemoveRole(admin_, {key.user_id, admin_.project_id, Role::kReadOnly}));
  EXPECT_EQ(both(), "InvalidAccessKeyId,no_project");
  ASSERT_TRUE(administration_.SetRole(admin_, {key.user_id, admin_.project_id, Role::kUser}));
  EXPECT_EQ(both(), ",");
  ASSERT_TRUE(administration_.DeleteAccessKey(admin_, key.access_key));
  EXPECT_EQ(both(), "InvalidAccessKeyId,");
  ASSERT_TRUE(administration_.DeleteUser(admin_, key.user_id));
  EXPECT_EQ(token_code(), "invalid");
  EXPECT_EQ(SignInAs("anna", "open sesame").error().code, "wrong_credentials");
}

TEST_F(AdministrationTest, ADisabledProjectIsClosedToAll) {
  Project shop = administration_.CreateProject(admin_, {"shop", ""}).value();
  AccessKey key = MakeUser("anna", shop.id, Role::kUser);
  ProjectChanges changes;
  changes.enabled = false;
  ASSERT_TRUE(administration_.UpdateProject(admin_, shop.id, changes));
  EXPECT_FALSE(identities_.FindKey(key.access_key));
  EXPECT_EQ(SignInAs("anna", "open sesame").error().code, "no_project");
}

// Every operation, by who may not.
TEST_F(AdministrationTest, WhoDoesNotAdministerIsRefused) {
  Project shop = administration_.CreateProject(admin_, {"shop", ""}).value();
  const AccessKey victim = MakeUser("victim", shop.id, Role::kUser);
  const Group group = administration_.CreateGroup(admin_, {"everybody", ""}).value();
  ASSERT_TRUE(administration_.AddMember(admin_, group.id, victim.user_id));
  ASSERT_TRUE(administration_.SetGroupRole(admin_, {group.id, admin_.project_id, Role::kUser}));
  for (Role role : {Role::kReadOnly, Role::kUser, Role::kAdmin}) {
    Principal actor = OfKey(MakeUser("actor-" + std::string(ToString(role)), shop.id, role).access_key);
    ASSERT_EQ(actor.role, role);
    const auto& user = victim.user_id;
    auto denied = ErrorKind::kPermissionDenied;
    EXPECT_EQ(KindOf(administration_.CreateUser(actor, {"x", "open sesame", ""})), denied);
    EXPECT_EQ(KindOf(administration_.UpdateUser(actor, user, {})), denied);
    EXPECT_EQ(KindOf(administration_.UpdateUser(actor, actor.user_id, {}, "open sesame")), denied);
    EXPECT_EQ(KindOf(administration_.DeleteUser(actor, user)), denied);
    EXPECT_EQ(KindOf(administration_.ChangePassword(actor, user, "open sesame", "open barley", "")), denied);
    EXPECT_EQ(KindOf(administration_.CreateProject(actor, {"x", ""})), denied);
    EXPECT_EQ(KindOf(administration_.UpdateProject(actor, shop.id, {})), denied);
    EXPECT_EQ(KindOf(administration_.DeleteProject(actor, shop.id)), denied);
    EXPECT_EQ(KindOf(administration_.AccessKeys(actor, user)), denied);
    EXPECT_EQ(KindOf(administration_.CreateAccessKey(actor, {user, shop.id, ""})), denied);
    EXPECT_EQ(KindOf(administration_.FindAccessKey(actor, victim.access_key)), ErrorKind::kNotFound);
    EXPECT_EQ(KindOf(administration_.UpdateAccessKey(actor, victim.access_key, {})), ErrorKind::kNotFound);
    EXPECT_EQ(KindOf(administration_.DeleteAccessKey(actor, victim.access_key)), ErrorKind::kNotFound);
    EXPECT_EQ(KindOf(administration_.SetRole(actor, {user, admin_.project_id, Role::kAdmin})), denied);
    EXPECT_EQ(KindOf(administration_.SetRole(actor, {user, admin_.domain_id, Role::kAdmin})), denied);
    EXPECT_EQ(KindOf(administration_.CreateDomain(actor, "x", "x")), denied);
    EXPECT_EQ(KindOf(administration_.CreateGroup(actor, {"x", ""})), denied);
    EXPECT_EQ(KindOf(administration_.UpdateGroup(actor, group.id, {})), denied);
    EXPECT_EQ(KindOf(administration_.DeleteGroup(actor, group.id)), denied);
    EXPECT_EQ(KindOf(administration_.AddMember(actor, group.id, actor.user_id)), denied);
    EXPECT_EQ(KindOf(administration_.RemoveMember(actor, group.id, user)), denied);
    EXPECT_EQ(KindOf(administration_.SetGroupRole(actor, {group.id, admin_.project_id, Role::kAdmin})), denied);
    EXPECT_EQ(KindOf(administration_.SetGroupRole(actor, {group.id, admin_.domain_id, Role::kAdmin})), denied);
    EXPECT_EQ(KindOf(administration_.RemoveGroupRole(actor, {group.id, admin_.project_id, Role::kUser})), denied);
    if (role == Role::kAdmin) continue;  // may look at the users, and give roles in the own project
    EXPECT_EQ(KindOf(administration_.Users(actor)), denied);
    EXPECT_EQ(KindOf(administration_.FindUser(actor, user)), denied);
    EXPECT_EQ(KindOf(administration_.Roles(actor)), denied);
    EXPECT_EQ(KindOf(administration_.SetRole(actor, {user, shop.id, Role::kAdmin})), denied);
    EXPECT_EQ(KindOf(administration_.RemoveRole(actor, {user, shop.id, Role::kUser})), denied);
    EXPECT_EQ(KindOf(administration_.SetGroupRole(actor, {group.id, shop.id, Role::kAdmin})), denied);
    EXPECT_EQ(KindOf(administration_.Groups(actor)), denied);
    EXPECT_EQ(KindOf(administration_.FindGroup(actor, group.id)), denied);
    EXPECT_EQ(KindOf(administration_.Members(actor, group.id)), denied);
    EXPECT_EQ(KindOf(administration_.GroupsOf(actor, user)), denied);
    EXPECT_EQ(KindOf(administration_.FindMember(actor, group.id, user)), denied);
    EXPECT_EQ(KindOf(administration_.GroupRoles(actor)), denied);
    EXPECT_EQ(KindOf(administration_.EffectiveRoles(actor)), denied);
  }
  EXPECT_TRUE(identities_.FindKey(victim.access_key));
}

TEST_F(AdministrationTest, WhoAdministersAProjectGivesRolesInIt) {
  Project shop = administration_.CreateProject(admin_, {"shop", ""}).value();
  Principal head = OfKey(MakeUser("head", shop.id, Role::kAdmin).access_key);
  User anna = administration_.CreateUser(admin_, {"anna", "open sesame", ""}).value();
  EXPECT_EQ(administration_.Users(head)->size(), 3U);
  ASSERT_TRUE(administration_.SetRole(head, {anna.id, shop.id, Role::kReadOnly}));
  EXPECT_TRUE(SignInAs("anna", "open sesame", "shop"));
  EXPECT_EQ(KindOf(administration_.RemoveRole(head, {anna.id, shop.id, Role::kUser})), ErrorKind::kNotFound);
  EXPECT_TRUE(administration_.RemoveRole(head, {anna.id, shop.id, Role::kReadOnly}));
  EXPECT_EQ(KindOf(administration_.SetRole(head, {anna.id, shop.id, Role::kNone})), ErrorKind::kInvalidArgument);
}

TEST_F(AdministrationTest, OnesOwnKeysAndPassword) {
  AccessKey key = MakeUser("anna", admin_.project_id, Role::kReadOnly);
  Principal anna = OfKey(key.access_key);
  AccessKey second = administration_.CreateAccessKey(anna, {"", "", "laptop"}).value();
  EXPECT_EQ(second.user_id, anna.user_id);
  EXPECT_EQ(second.project_id, anna.project_id);
  EXPECT_EQ(administration_.AccessKeys(anna, "")->size(), 2U);
  EXPECT_EQ(administration_.FindAccessKey(anna, second.access_key)->description, "laptop");
  EXPECT_TRUE(administration_.DeleteAccessKey(anna, second.access_key));
  EXPECT_EQ(administration_.FindUser(anna, anna.user_id)->name, "anna");

  const auto& id = anna.user_id;
  EXPECT_EQ(KindOf(administration_.ChangePassword(anna, id, "wrong", "open barley", "")), ErrorKind::kUnauthenticated);
  EXPECT_EQ(KindOf(administration_.ChangePassword(anna, id, "open sesame", "short", "")), ErrorKind::kInvalidArgument);
  ASSERT_TRUE(administration_.ChangePassword(anna, id, "open sesame", "open barley", ""));
  EXPECT_TRUE(SignInAs("anna", "open barley"));
  EXPECT_FALSE(SignInAs("anna", "open sesame"));
}

TEST_F(AdministrationTest, GuessesAtAnOldPasswordAreFailedSignIns) {
  Principal anna = OfKey(MakeUser("anna", admin_.project_id, Role::kUser).access_key);
  for (int i = 0; i < 5; ++i)
    EXPECT_FALSE(administration_.ChangePassword(anna, anna.user_id, "wrong", "open barley", "192.0.2.1"));
  auto locked = administration_.ChangePassword(anna, anna.user_id, "open sesame", "open barley", "192.0.2.1");
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().code, "locked");
}

TEST_F(AdministrationTest, AnAdministratorSetsPasswordsAndNames) {
  AccessKey key = MakeUser("anna", admin_.project_id, Role::kUser);
  UserChanges changes;
  changes.name = "anne";
  ASSERT_TRUE(administration_.UpdateUser(admin_, key.user_id, changes, "open barley"));
  EXPECT_TRUE(SignInAs("anne", "open barley"));
  EXPECT_FALSE(SignInAs("anna", "open sesame"));
  EXPECT_EQ(OfKey(key.access_key).user_name, "anne");
  EXPECT_EQ(KindOf(administration_.UpdateUser(admin_, key.user_id, {}, "")), ErrorKind::kInvalidArgument);
  changes.name = "admin";
  EXPECT_EQ(KindOf(administration_.UpdateUser(admin_, key.user_id, changes)), ErrorKind::kAlreadyExists);
}

TEST_F(AdministrationTest, SomebodyWhoAdministersIsAlwaysLeft) {
  UserChanges disable_user;
  disable_user.enabled = false;
  ProjectChanges disable_project;
  disable_project.enabled = false;
  auto refused = ErrorKind::kFailedPrecondition;
  EXPECT_EQ(KindOf(administration_.UpdateUser(admin_, admin_.user_id, disable_user)), refused);
  EXPECT_EQ(KindOf(administration_.DeleteUser(admin_, admin_.user_id)), refused);
  EXPECT_EQ(KindOf(administration_.SetRole(admin_, {admin_.user_id, admin_.domain_id, Role::kUser})), refused);
  EXPECT_EQ(KindOf(administration_.RemoveRole(admin_, {admin_.user_id, admin_.domain_id, Role::kAdmin})), refused);
  EXPECT_EQ(KindOf(administration_.UpdateProject(admin_, admin_.project_id, disable_project)), refused);
  EXPECT_EQ(KindOf(administration_.DeleteProject(admin_, admin_.project_id)), refused);
  EXPECT_TRUE(identities_.FindKey(first_.access_key));
}

TEST_F(AdministrationTest, AProjectThatOwnsSomethingStays) {
  Project shop = administration_.CreateProject(admin_, {"shop", ""}).value();
  AccessKey key = MakeUser("anna", shop.id, Role::kUser);
  usage_.owned[shop.id] = {"2 buckets", "1 model"};
  auto refused = administration_.DeleteProject(admin_, shop.id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kFailedPrecondition);
  EXPECT_EQ(refused.error().message, "The project 'shop' still has 2 buckets, 1 model: delete them first.");
  EXPECT_TRUE(identities_.FindKey(key.access_key));
  usage_.owned.clear();

  usage_.owns_from = usage_.asked + 2;  // a bucket is made between the two looks
  EXPECT_FALSE(administration_.DeleteProject(admin_, shop.id));
  EXPECT_TRUE(identities_.FindKey(key.access_key)) << "the project is open again";

  ASSERT_TRUE(administration_.DeleteProject(admin_, shop.id));
  EXPECT_FALSE(identities_.FindKey(key.access_key));
  EXPECT_EQ(KindOf(administration_.DeleteProject(admin_, shop.id)), ErrorKind::kNotFound);
}

TEST_F(AdministrationTest, KeysNeedARoleInTheirProject) {
  User anna = administration_.CreateUser(admin_, {"anna", "open sesame", ""}).value();
  EXPECT_EQ(KindOf(administration_.CreateAccessKey(admin_, {anna.id, admin_.project_id, ""})),
            ErrorKind::kFailedPrecondition);
  EXPECT_EQ(KindOf(administration_.CreateAccessKey(admin_, {"absent", "", ""})), ErrorKind::kNotFound);
  EXPECT_EQ(KindOf(administration_.CreateAccessKey(admin_, {"", "absent", ""})), ErrorKind::kNotFound);
}

TEST_F(AdministrationTest, ADomainIsAnAccountOfItsOwn) {
  auto made = administration_.CreateDomain(admin_, "guest", "admin");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->credentials.domain_name, "guest");
  EXPECT_EQ(made->credentials.project_name, "local-1");
  Principal guest = OfKey(made->credentials.access_key);
  EXPECT_EQ(guest.domain_id, made->domain.id);
  EXPECT_EQ(guest.domain_role, Role::kAdmin);
  auto token = identities_.Authenticate(
      {SignIn::Password{"", "admin", "", "guest", made->credentials.password}, "", "", "", ""});
  ASSERT_TRUE(token);
  EXPECT_EQ(token->principal.project_id, made->credentials.project_id);

  // Neither sees or touches the other.
  EXPECT_EQ(administration_.Users(guest)->size(), 1U);
  for (const auto& [actor, other] : {std::pair{admin_, guest}, {guest, admin_}}) {
    auto absent = ErrorKind::kNotFound;
    EXPECT_EQ(KindOf(administration_.FindUser(actor, other.user_id)), absent);
    EXPECT_EQ(KindOf(administration_.DeleteUser(actor, other.user_id)), absent);
    EXPECT_EQ(KindOf(administration_.UpdateProject(actor, other.project_id, {})), absent);
    EXPECT_EQ(KindOf(administration_.DeleteProject(actor, other.project_id)), absent);
    EXPECT_EQ(KindOf(administration_.AccessKeys(actor, other.user_id)), absent);
    EXPECT_EQ(KindOf(administration_.FindAccessKey(actor, other.access_key)), absent);
    EXPECT_EQ(KindOf(administration_.SetRole(actor, {other.user_id, actor.project_id, Role::kUser})), absent);
    EXPECT_EQ(KindOf(administration_.SetRole(actor, {other.user_id, other.project_id, Role::kUser})), absent);
    EXPECT_EQ(KindOf(administration_.CreateAccessKey(actor, {"", other.project_id, ""})), absent);
  }
  EXPECT_EQ(KindOf(administration_.CreateUser(admin_, {"x", "open sesame", "", true, guest.domain_id})),
            ErrorKind::kPermissionDenied);
  EXPECT_EQ(KindOf(administration_.CreateProject(guest, {"x", "", true, admin_.domain_id})),
            ErrorKind::kPermissionDenied);
  EXPECT_EQ(KindOf(administration_.CreateDomain(guest, "third", "admin")), ErrorKind::kPermissionDenied);
  EXPECT_EQ(KindOf(administration_.AuthorizeServer(guest)), ErrorKind::kPermissionDenied);
  EXPECT_TRUE(administration_.AuthorizeServer(admin_));
  EXPECT_EQ(KindOf(administration_.CreateDomain(admin_, "guest", "admin")), ErrorKind::kAlreadyExists);
}

TEST_F(AdministrationTest, NamesThatCannotBe) {
  auto bad = ErrorKind::kInvalidArgument;
  EXPECT_EQ(KindOf(administration_.CreateUser(admin_, {"", "open sesame", ""})), bad);
  EXPECT_EQ(KindOf(administration_.CreateUser(admin_, {"anna", "short", ""})), bad);
  EXPECT_EQ(KindOf(administration_.CreateUser(admin_, {"anna", "open sesame", "a\nb"})), bad);
  EXPECT_EQ(KindOf(administration_.CreateProject(admin_, {" ", ""})), bad);
  EXPECT_EQ(KindOf(administration_.CreateDomain(admin_, "", "admin")), bad);
  EXPECT_EQ(KindOf(administration_.CreateUser(admin_, {"admin", "open sesame", ""})), ErrorKind::kAlreadyExists);
  EXPECT_EQ(KindOf(administration_.CreateProject(admin_, {"local-1", ""})), ErrorKind::kAlreadyExists);
}

// A key or token speaks for its own project unless the scope names another.
TEST_F(AdministrationTest, ASignInByKeyIsScopedToTheKeysProject) {
  Project shop = administration_.CreateProject(admin_, {"zzz-shop", ""}).value();
  AccessKey key = administration_.CreateAccessKey(admin_, {"", shop.id, ""}).value();
  auto token = identities_.Authenticate({SignIn::AccessKeyPair{key.access_key, key.secret_key}, "", "", "", ""});
  ASSERT_TRUE(token);
  EXPECT_EQ(token->principal.project_id, shop.id);
  auto again = identities_.Authenticate({SignIn::Rescope{token->text}, "", "", "", ""});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->principal.project_id, shop.id);
  auto other = identities_.Authenticate({SignIn::Rescope{token->text}, "", "local-1", "", ""});
  ASSERT_TRUE(other);
  EXPECT_EQ(other->principal.project_id, admin_.project_id);
}

}  // namespace
}  // namespace atelier::iam
