#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iam/authorization.h"
#include "iam/testing/administration_fixture.h"

namespace atelier::iam {
namespace {

class GroupAdministrationTest : public AdministrationFixture {
 protected:
  Group MakeGroup(const std::string& name, const std::string& scope_id = "", Role role = Role::kNone) {
    Group group = administration_.CreateGroup(admin_, {name, ""}).value();
    if (!scope_id.empty()) EXPECT_TRUE(administration_.SetGroupRole(admin_, {group.id, scope_id, role}));
    return group;
  }
};

TEST_F(GroupAdministrationTest, AGroupsLife) {
  Group made = administration_.CreateGroup(admin_, {"readers", "who look"}).value();
  EXPECT_EQ(made.id.size(), 32U);
  EXPECT_EQ(made.domain_id, admin_.domain_id);
  EXPECT_EQ(made.created, clock_.Now());
  EXPECT_EQ(administration_.FindGroup(admin_, made.id)->description, "who look");
  GroupChanges changes;
  changes.name = "lookers";
  EXPECT_EQ(administration_.UpdateGroup(admin_, made.id, changes)->name, "lookers");
  EXPECT_EQ(administration_.Groups(admin_)->size(), 1U);
  EXPECT_EQ(KindOf(administration_.CreateGroup(admin_, {"lookers", ""})), ErrorKind::kAlreadyExists);
  EXPECT_EQ(KindOf(administration_.CreateGroup(admin_, {" ", ""})), ErrorKind::kInvalidArgument);
  EXPECT_EQ(KindOf(administration_.CreateGroup(admin_, {"x", "a\nb"})), ErrorKind::kInvalidArgument);
  changes.name = "";
  EXPECT_EQ(KindOf(administration_.UpdateGroup(admin_, made.id, changes)), ErrorKind::kInvalidArgument);
  ASSERT_TRUE(administration_.DeleteGroup(admin_, made.id));
  EXPECT_EQ(KindOf(administration_.FindGroup(admin_, made.id)), ErrorKind::kNotFound);
  EXPECT_EQ(KindOf(administration_.DeleteGroup(admin_, made.id)), ErrorKind::kNotFound);
}

// No time passes in this test: what is cached must be forgotten at the change.
TEST_F(GroupAdministrationTest, MembersHaveTheRolesOfTheirGroupsAtOnce) {
  Project shop = administration_.CreateProject(admin_, {"shop", ""}).value();
  AccessKey key = MakeUser("anna", admin_.project_id, Role::kReadOnly);
  Group writers = MakeGroup("writers", admin_.project_id, Role::kUser);
  EXPECT_EQ(OfKey(key.access_key).role, Role::kReadOnly);
  ASSERT_TRUE(administration_.AddMember(admin_, writers.id, key.user_id));
  EXPECT_EQ(OfKey(key.access_key).role, Role::kUser) << "the stronger one";
  ASSERT_TRUE(administration_.SetGroupRole(admin_, {writers.id, shop.id, Role::kAdmin}));
  EXPECT_EQ(SignInAs("anna", "open sesame", "shop")->principal.role, Role::kAdmin);
  EXPECT_TRUE(administration_.CreateAccessKey(admin_, {key.user_id, shop.id, ""}));
  EXPECT_EQ(identities_.Projects(OfKey(key.access_key))->size(), 2U);
  ASSERT_TRUE(administration_.SetGroupRole(admin_, {writers.id, admin_.domain_id, Role::kAdmin}));
  EXPECT_EQ(OfKey(key.access_key).domain_role, Role::kAdmin);
  ASSERT_TRUE(administration_.RemoveGroupRole(admin_, {writers.id, admin_.domain_id, Role::kAdmin}));
  EXPECT_EQ(OfKey(key.access_key).domain_role, Role::kNone);
  ASSERT_TRUE(administration_.RemoveMember(admin_, writers.id, key.user_id));
  EXPECT_EQ(OfKey(key.access_key).role, Role::kReadOnly);
  ASSERT_TRUE(administration_.AddMember(admin_, writers.id, key.user_id));
  ASSERT_TRUE(administration_.DeleteGroup(admin_, writers.id));
  EXPECT_EQ(OfKey(key.access_key).role, Role::kReadOnly);
}

TEST_F(GroupAdministrationTest, AUserWhoseOnlyRoleIsAGroupsSignsIn) {
  User anna = administration_.CreateUser(admin_, {"anna", "open sesame", ""}).value();
  Group readers = MakeGroup("readers", admin_.project_id, Role::kReadOnly);
  EXPECT_EQ(SignInAs("anna", "open sesame").error().code, "no_project");
  ASSERT_TRUE(administration_.AddMember(admin_, readers.id, anna.id));
  auto token = SignInAs("anna", "open sesame");
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->principal.role, Role::kReadOnly);
  auto effective = administration_.EffectiveRoles(admin_).value();
  ASSERT_EQ(effective.size(), 2U) << "with the administrator's own";
  EXPECT_EQ(administration_.Roles(admin_)->size(), 1U);
  ASSERT_EQ(administration_.GroupRoles(admin_)->size(), 1U);
  EXPECT_TRUE(administration_.FindGroupRole(admin_, {readers.id, admin_.project_id, Role::kReadOnly}));
  EXPECT_EQ(KindOf(administration_.FindGroupRole(admin_, {readers.id, admin_.project_id, Role::kUser})),
            ErrorKind::kNotFound);
  EXPECT_EQ(KindOf(administration_.RemoveGroupRole(admin_, {readers.id, admin_.project_id, Role::kUser})),
            ErrorKind::kNotFound);
  EXPECT_EQ(KindOf(administration_.SetGroupRole(admin_, {readers.id, admin_.project_id, Role::kNone})),
            ErrorKind::kInvalidArgument);
}

TEST_F(GroupAdministrationTest, MembersSeeThatTheyAreOne) {
  Principal anna = OfKey(MakeUser("anna", admin_.project_id, Role::kUser).access_key);
  Group readers = MakeGroup("readers");
  EXPECT_EQ(KindOf(administration_.FindMember(anna, readers.id, anna.user_id)), ErrorKind::kNotFound);
  ASSERT_TRUE(administration_.AddMember(admin_, readers.id, anna.user_id));
  EXPECT_TRUE(administration_.FindMember(anna, readers.id, anna.user_id));
  EXPECT_EQ(administration_.GroupsOf(anna, anna.user_id)->size(), 1U);
  EXPECT_EQ(administration_.Members(admin_, readers.id)->size(), 1U);
  EXPECT_EQ(KindOf(administration_.GroupsOf(anna, admin_.user_id)), ErrorKind::kPermissionDenied);
}

TEST_F(GroupAdministrationTest, WhoAdministersAProjectGivesGroupsRolesInIt) {
  Project shop = administration_.CreateProject(admin_, {"shop", ""}).value();
  Principal head = OfKey(MakeUser("head", shop.id, Role::kAdmin).access_key);
  Group readers = MakeGroup("readers");
  EXPECT_EQ(administration_.Groups(head)->size(), 1U);
  EXPECT_TRUE(administration_.SetGroupRole(head, {readers.id, shop.id, Role::kReadOnly}));
  EXPECT_TRUE(administration_.RemoveGroupRole(head, {readers.id, shop.id, Role::kReadOnly}));
}

// Bert administers by way of a group only. It is others who can take that from him.
TEST_F(GroupAdministrationTest, NobodyTakesARoleFromThemselves) {
  AccessKey key = MakeUser("bert", admin_.project_id, Role::kReadOnly);
  Group heads = MakeGroup("heads", admin_.domain_id, Role::kAdmin);
  ASSERT_TRUE(administration_.AddMember(admin_, heads.id, key.user_id));
  Principal bert = OfKey(key.access_key);
  ASSERT_EQ(bert.domain_role, Role::kAdmin);
  auto refused = ErrorKind::kFailedPrecondition;
  EXPECT_EQ(KindOf(administration_.RemoveMember(bert, heads.id, bert.user_id)), refused);
  EXPECT_EQ(KindOf(administration_.DeleteGroup(bert, heads.id)), refused);
  EXPECT_EQ(KindOf(administration_.SetGroupRole(bert, {heads.id, bert.domain_id, Role::kUser})), refused);
  EXPECT_EQ(KindOf(administration_.RemoveGroupRole(bert, {heads.id, bert.domain_id, Role::kAdmin})), refused);
  EXPECT_EQ(OfKey(key.access_key).domain_role, Role::kAdmin);

  // A second group that gives as much makes the first one dispensable, and so does a role of one's own.
  Group more = MakeGroup("more heads", admin_.domain_id, Role::kAdmin);
  ASSERT_TRUE(administration_.AddMember(bert, more.id, bert.user_id));
  EXPECT_TRUE(administration_.RemoveMember(bert, heads.id, bert.user_id));
  EXPECT_EQ(KindOf(administration_.DeleteGroup(bert, more.id)), refused);
  EXPECT_TRUE(administration_.AddMember(admin_, more.id, admin_.user_id));
  EXPECT_TRUE(administration_.DeleteGroup(admin_, more.id)) << "the administrator's own role is left";
  EXPECT_EQ(OfKey(key.access_key).domain_role, Role::kNone);
}

TEST_F(GroupAdministrationTest, AnotherDomainsGroupsAreNotThere) {
  auto guest_keys = administration_.CreateDomain(admin_, "guest", "admin")->credentials;
  Principal guest = OfKey(guest_keys.access_key);
  Group ours = MakeGroup("ours");
  Group theirs = administration_.CreateGroup(guest, {"ours", ""}).value();
  auto absent = ErrorKind::kNotFound;
  EXPECT_EQ(KindOf(administration_.FindGroup(guest, ours.id)), absent);
  EXPECT_EQ(KindOf(administration_.UpdateGroup(guest, ours.id, {})), absent);
  EXPECT_EQ(KindOf(administration_.DeleteGroup(guest, ours.id)), absent);
  EXPECT_EQ(KindOf(administration_.Members(guest, ours.id)), absent);
  EXPECT_EQ(KindOf(administration_.AddMember(guest, ours.id, guest.user_id)), absent);
  EXPECT_EQ(KindOf(administration_.AddMember(guest, theirs.id, admin_.user_id)), absent);
  EXPECT_EQ(KindOf(administration_.SetGroupRole(guest, {ours.id, guest.project_id, Role::kUser})), absent);
  EXPECT_EQ(KindOf(administration_.SetGroupRole(guest, {theirs.id, admin_.project_id, Role::kUser})), absent);
  EXPECT_EQ(KindOf(administration_.CreateGroup(guest, {"x", "", admin_.domain_id})), ErrorKind::kPermissionDenied);
  EXPECT_EQ(administration_.Groups(guest)->size(), 1U);
}

TEST_F(GroupAdministrationTest, ADomainHasSoManyGroupsAtMost) {
  for (std::size_t i = 0; i < Administration::kMostGroups; ++i)
    ASSERT_TRUE(repository_.CreateGroup({"g" + std::to_string(i), std::to_string(i), admin_.domain_id}));
  EXPECT_EQ(KindOf(administration_.CreateGroup(admin_, {"one more", ""})), ErrorKind::kResourceExhausted);
  ASSERT_TRUE(administration_.DeleteGroup(admin_, "g7"));
  EXPECT_TRUE(administration_.CreateGroup(admin_, {"one more", ""}));
}

}  // namespace
}  // namespace atelier::iam
