// What every IdentityRepository must do with groups; instantiated as identity_repository_contract.h says.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "iam/testing/identity_repository_contract.h"

namespace atelier::iam {

class GroupRepositoryContract : public testing::TestWithParam<IdentityFactory> {
 protected:
  void SetUp() override {
    fixture_ = GetParam()();
    repository_ = &fixture_->repository();
    ASSERT_TRUE(repository_->CreateFirst({"d", "home"}, {"p", "local-1", "d"}, {"u1", "anna", "d", "s", "h"},
                                         {"AK", "SK", "u1", "p", true, FromUnixMillis(1)}));
    ASSERT_TRUE(repository_->CreateProject({"p2", "shop", "d"}));
    ASSERT_TRUE(repository_->CreateUser({"u2", "bert", "d", "s", "h"}));
    ASSERT_TRUE(repository_->CreateGroup(group_));
  }
  // "scope:role" or "scope:role@group", in the repository's order.
  std::string RolesOf(const std::string& user_id) {
    std::string text;
    for (const auto& role : repository_->EffectiveRoles(user_id).value())
      text += (text.empty() ? "" : " ") + role.scope_id + ":" + std::to_string(static_cast<int>(role.role)) +
              (role.group_id.empty() ? "" : "@" + role.group_id);
    return text;
  }

  std::unique_ptr<IdentityFixture> fixture_;
  IdentityRepository* repository_ = nullptr;
  const Group group_{"g1", "o'readers", "d", "who look", FromUnixMillis(1'767'323'045'678)};
};

TEST_P(GroupRepositoryContract, WhatWasMadeIsFoundAsItWas) {
  auto found = repository_->FindGroup("g1").value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, group_.name);
  EXPECT_EQ(found->domain_id, "d");
  EXPECT_EQ(found->description, group_.description);
  EXPECT_EQ(found->created, group_.created);
  ASSERT_TRUE(repository_->CreateGroup({"g0", "alpha", "d"}));
  auto groups = repository_->Groups("d").value();
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].id, "g0") << "by name";
  EXPECT_TRUE(repository_->Groups("other").value().empty());
  EXPECT_FALSE(repository_->FindGroup("absent").value());
  EXPECT_EQ(repository_->CreateGroup({"g2", "alpha", "d"}).error().kind, ErrorKind::kAlreadyExists);
}

TEST_P(GroupRepositoryContract, GroupsAreChangedAndDeleted) {
  ASSERT_TRUE(repository_->CreateGroup({"g2", "writers", "d"}));
  GroupChanges changes;
  changes.name = "writers";
  EXPECT_EQ(repository_->UpdateGroup("g1", changes).error().kind, ErrorKind::kAlreadyExists);
  changes.name = "lookers";
  auto changed = repository_->UpdateGroup("g1", changes);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->name, "lookers");
  EXPECT_EQ(repository_->FindGroup("g1").value()->description, group_.description);
  EXPECT_EQ(repository_->UpdateGroup("absent", changes).error().kind, ErrorKind::kNotFound);

  ASSERT_TRUE(repository_->AddMember("g1", "u2"));
  ASSERT_TRUE(repository_->SetGroupRole({"g1", "p", Role::kUser}));
  ASSERT_TRUE(repository_->DeleteGroup("g1"));
  EXPECT_FALSE(repository_->FindGroup("g1").value());
  EXPECT_TRUE(repository_->GroupsOf("u2").value().empty());
  EXPECT_TRUE(repository_->GroupRoles("g1").value().empty());
  EXPECT_EQ(RolesOf("u2"), "");
  EXPECT_TRUE(repository_->FindUser("u2").value());
  EXPECT_EQ(repository_->DeleteGroup("g1").error().kind, ErrorKind::kNotFound);
}

TEST_P(GroupRepositoryContract, MembersComeAndGo) {
  for (int twice = 0; twice < 2; ++twice)
    for (std::string user : {"u2", "u1"}) ASSERT_TRUE(repository_->AddMember("g1", user));
  auto members = repository_->Members("g1").value();
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].name, "anna") << "by name";
  ASSERT_EQ(repository_->GroupsOf("u2").value().size(), 1U);
  EXPECT_EQ(repository_->GroupsOf("u2").value()[0].name, group_.name);
  EXPECT_EQ(repository_->AddMember("absent", "u1").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(repository_->AddMember("g1", "absent").error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(repository_->RemoveMember("g1", "u1"));
  EXPECT_EQ(repository_->RemoveMember("g1", "u1").error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(repository_->DeleteUser("u2"));
  EXPECT_TRUE(repository_->Members("g1").value().empty());
}

TEST_P(GroupRepositoryContract, MembersHaveTheRolesOfTheirGroups) {
  ASSERT_TRUE(repository_->CreateGroup({"g2", "writers", "d"}));
  ASSERT_TRUE(repository_->SetRole({"u2", "p", Role::kReadOnly}));
  ASSERT_TRUE(repository_->SetGroupRole({"g1", "p", Role::kReadOnly}));
  ASSERT_TRUE(repository_->SetGroupRole({"g1", "p", Role::kUser}));
  ASSERT_TRUE(repository_->SetGroupRole({"g2", "p2", Role::kAdmin}));
  EXPECT_EQ(repository_->GroupRoles("g1").value().size(), 1U) << "one in each scope";
  EXPECT_EQ(RolesOf("u2"), "p:1") << "no member yet";
  ASSERT_TRUE(repository_->AddMember("g1", "u2"));
  ASSERT_TRUE(repository_->AddMember("g2", "u2"));
  EXPECT_EQ(RolesOf("u2"), "p:1 p:2@g1 p2:3@g2");
  EXPECT_EQ(RolesOf("u1"), "d:3");
  EXPECT_EQ(repository_->Roles("u2").value().size(), 1U) << "only one is the user's own";
  EXPECT_EQ(repository_->SetGroupRole({"absent", "p", Role::kUser}).error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(repository_->RemoveGroupRole("g1", "p"));
  EXPECT_EQ(repository_->RemoveGroupRole("g1", "p").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(RolesOf("u2"), "p:1 p2:3@g2");
  ASSERT_TRUE(repository_->DeleteProject("p2"));
  EXPECT_EQ(RolesOf("u2"), "p:1");
  EXPECT_TRUE(repository_->GroupRoles("g2").value().empty());
}

}  // namespace atelier::iam
