#include "iam/authorization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atelier::iam {
namespace {

TEST(AuthorizationTest, TheTable) {
  struct Row {
    Role role;
    bool read, write, administer;
  };
  const Row rows[] = {{Role::kNone, false, false, false},
                      {Role::kReadOnly, true, false, false},
                      {Role::kUser, true, true, false},
                      {Role::kAdmin, true, true, true}};
  for (const Row& row : rows) {
    EXPECT_EQ(Allows(row.role, Operation::kRead), row.read) << ToString(row.role);
    EXPECT_EQ(Allows(row.role, Operation::kWrite), row.write) << ToString(row.role);
    EXPECT_EQ(Allows(row.role, Operation::kAdminister), row.administer) << ToString(row.role);
  }
}

TEST(AuthorizationTest, ARoleCountsInItsScopeOnly) {
  Principal project_admin;
  project_admin.role = Role::kAdmin;
  EXPECT_TRUE(Authorize(project_admin, {Operation::kAdminister, Scope::kProject}));
  EXPECT_FALSE(Authorize(project_admin, {Operation::kAdminister, Scope::kDomain}));
  EXPECT_FALSE(Authorize(project_admin, {Operation::kRead, Scope::kDomain}));
  EXPECT_FALSE(Authorize(Principal{}, {Operation::kRead, Scope::kProject})) << "nobody has a role by default";
}

TEST(AuthorizationTest, ARefusalSaysWhatIsThereAndWhatIsWanted) {
  Principal reader;
  reader.user_name = "anna";
  reader.project_name = "shop";
  reader.role = Role::kReadOnly;
  auto refused = Authorize(reader, {Operation::kWrite, Scope::kProject});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kPermissionDenied);
  EXPECT_EQ(refused.error().code, "") << "each surface has its own";
  EXPECT_EQ(refused.error().message,
            "This needs the role user in the project 'shop', where the role of user 'anna' is read-only.");
}

TEST(AuthorizationTest, TheStrongerOfTwoRolesCounts) {
  const std::vector<RoleAssignment> roles = {
      {"u", "d", Role::kUser}, {"u", "p1", Role::kReadOnly}, {"u", "p2", Role::kAdmin}};
  EXPECT_EQ(RoleIn(roles, "p1", "d"), Role::kUser);
  EXPECT_EQ(RoleIn(roles, "p2", "d"), Role::kAdmin);
  EXPECT_EQ(RoleIn(roles, "p3", "d"), Role::kUser);
  EXPECT_EQ(RoleIn(roles, "p3", "e"), Role::kNone);
  EXPECT_EQ(RoleIn(roles, "p1"), Role::kReadOnly);
}

TEST(AuthorizationTest, TheStrongestOfTheRolesOfAUserAndTheirGroupsCounts) {
  const std::vector<RoleAssignment> roles = {
      {"u", "p1", Role::kUser}, {"u", "p1", Role::kAdmin, "g1"}, {"u", "p1", Role::kReadOnly, "g2"}};
  EXPECT_EQ(RoleIn(roles, "p1"), Role::kAdmin);
  EXPECT_EQ(RoleIn(roles, "p2"), Role::kNone);
}

TEST(AuthorizationTest, ATemporaryKeyChangesNoIdentities) {
  Principal admin;
  admin.role = admin.domain_role = Role::kAdmin;
  EXPECT_TRUE(AuthorizeIdentityChange(admin));
  admin.temporary_until = TimePoint{};
  auto refused = AuthorizeIdentityChange(admin);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kPermissionDenied);
  EXPECT_TRUE(Authorize(admin, {Operation::kAdminister, Scope::kDomain})) << "in all else it is its user's";
}

TEST(AuthorizationTest, WordsComeBack) {
  for (Role role : {Role::kNone, Role::kReadOnly, Role::kUser, Role::kAdmin}) EXPECT_EQ(RoleOf(ToString(role)), role);
  EXPECT_EQ(RoleOf("ADMIN"), Role::kNone);
  EXPECT_EQ(RoleOf(""), Role::kNone);
}

}  // namespace
}  // namespace atelier::iam
