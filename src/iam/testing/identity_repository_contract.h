// What every IdentityRepository must do. A test program instantiates it once for each implementation:
//   INSTANTIATE_TEST_SUITE_P(Memory, IdentityRepositoryContract, testing::Values(MakeMemoryIdentities));
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "iam/identity_repository.h"

namespace atelier::iam {

// Owns a repository and what it stands on.
struct IdentityFixture {
  virtual ~IdentityFixture() = default;
  virtual IdentityRepository& repository() = 0;
};
using IdentityFactory = std::function<std::unique_ptr<IdentityFixture>()>;

class IdentityRepositoryContract : public testing::TestWithParam<IdentityFactory> {
 protected:
  void SetUp() override {
    fixture_ = GetParam()();
    repository_ = &fixture_->repository();
  }
  Result<void> CreateFirst() { return repository_->CreateFirst(domain_, project_, user_, key_); }

  std::unique_ptr<IdentityFixture> fixture_;
  IdentityRepository* repository_ = nullptr;
  Domain domain_{std::string(32, 'd'), "домен"};
  Project project_{std::string(32, 'p'), "local-1", domain_.id, true};
  User user_{std::string(32, 'u'), "o'brien", domain_.id, std::string("\0s\xff", 3), std::string("h\0\xfe", 3), false};
  AccessKey key_{"AK/1", "s'k+/=", user_.id, project_.id, false, FromUnixMillis(1'767'323'045'678)};
};

TEST_P(IdentityRepositoryContract, AbsentThingsAreNoErrors) {
  EXPECT_TRUE(repository_->Domains().value().empty());
  EXPECT_TRUE(repository_->Projects(domain_.id).value().empty());
  EXPECT_TRUE(repository_->Users(domain_.id).value().empty());
  EXPECT_TRUE(repository_->AccessKeys(user_.id).value().empty());
  EXPECT_FALSE(repository_->FindProject(project_.id).value());
  EXPECT_FALSE(repository_->FindUser(user_.id).value());
  EXPECT_FALSE(repository_->FindAccessKey(key_.access_key).value());
}

TEST_P(IdentityRepositoryContract, WhatWasMadeIsFoundAsItWas) {
  ASSERT_TRUE(CreateFirst());
  auto domains = repository_->Domains();
  ASSERT_TRUE(domains);
  ASSERT_EQ(domains->size(), 1U);
  EXPECT_EQ(domains->front().id, domain_.id);
  EXPECT_EQ(domains->front().name, domain_.name);
  auto project = repository_->FindProject(project_.id).value();
  ASSERT_TRUE(project);
  EXPECT_EQ(project->name, project_.name);
  EXPECT_EQ(project->domain_id, domain_.id);
  EXPECT_TRUE(project->enabled);
  auto user = repository_->FindUser(user_.id).value();
  ASSERT_TRUE(user);
  EXPECT_EQ(user->name, user_.name);
  EXPECT_EQ(user->domain_id, domain_.id);
  EXPECT_EQ(user->password_salt, user_.password_salt);
  EXPECT_EQ(user->password_hash, user_.password_hash);
  EXPECT_FALSE(user->enabled);
  auto key = repository_->FindAccessKey(key_.access_key).value();
  ASSERT_TRUE(key);
  EXPECT_EQ(key->secret_key, key_.secret_key);
  EXPECT_EQ(key->user_id, user_.id);
  EXPECT_EQ(key->project_id, project_.id);
  EXPECT_FALSE(key->enabled);
  EXPECT_EQ(key->created, key_.created);
}

TEST_P(IdentityRepositoryContract, ListsAreOfTheirOwnerOnly) {
  ASSERT_TRUE(CreateFirst());
  ASSERT_EQ(repository_->Projects(domain_.id).value().size(), 1U);
  ASSERT_EQ(repository_->Users(domain_.id).value().size(), 1U);
  ASSERT_EQ(repository_->AccessKeys(user_.id).value().size(), 1U);
  EXPECT_EQ(repository_->AccessKeys(user_.id)->front().access_key, key_.access_key);
  EXPECT_TRUE(repository_->Projects("other").value().empty());
  EXPECT_TRUE(repository_->Users("other").value().empty());
  EXPECT_TRUE(repository_->AccessKeys("other").value().empty());
}

TEST_P(IdentityRepositoryContract, NamesAreComparedExactly) {
  ASSERT_TRUE(CreateFirst());
  EXPECT_FALSE(repository_->FindAccessKey("ak/1").value());
  EXPECT_FALSE(repository_->FindAccessKey("AK/1 ").value());
  EXPECT_FALSE(repository_->FindAccessKey("AK/%").value());
  EXPECT_FALSE(repository_->FindUser("' OR 1=1 --").value());
}

TEST_P(IdentityRepositoryContract, TheFirstIdentitiesAreMadeOnce) {
  std::vector<std::thread> threads;
  std::vector<int> made(4, 0);
  for (std::size_t i = 0; i < made.size(); ++i)
    threads.emplace_back([&, i] {
      auto created = CreateFirst();
      made[i] = created ? 1 : created.error().kind == ErrorKind::kAlreadyExists ? 0 : 100;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(made[0] + made[1] + made[2] + made[3], 1);
  EXPECT_EQ(repository_->Domains().value().size(), 1U);
}

TEST_P(IdentityRepositoryContract, TheFirstDomainIsHomeAndItsUserAdministersIt) {
  ASSERT_TRUE(CreateFirst());
  EXPECT_TRUE(repository_->Domains()->front().home);
  auto roles = repository_->Roles(user_.id).value();
  ASSERT_EQ(roles.size(), 1U);
  EXPECT_EQ(roles[0].user_id, user_.id);
  EXPECT_EQ(roles[0].scope_id, domain_.id);
  EXPECT_EQ(roles[0].role, Role::kAdmin);
}

TEST_P(IdentityRepositoryContract, FurtherDomainsAreMadeWholeOrNotAtAll) {
  ASSERT_TRUE(CreateFirst());
  const Domain other{"d2", "another"};
  const Project project{"p2", project_.name, "d2", true};
  const User user{"u2", user_.name, "d2", "s", "h", true};
  ASSERT_TRUE(repository_->CreateDomain(other, project, user, {"AK2", "SK2", "u2", "p2", true, key_.created}));
  auto domains = repository_->Domains().value();
  ASSERT_EQ(domains.size(), 2U);
  EXPECT_EQ(domains[0].name, "another") << "by name";
  EXPECT_FALSE(domains[0].home);
  EXPECT_TRUE(domains[1].home);
  EXPECT_EQ(repository_->Roles("u2")->at(0).scope_id, "d2");
  EXPECT_EQ(repository_->Projects("d2")->size(), 1U);
  EXPECT_EQ(repository_->Projects(domain_.id)->size(), 1U);

  auto taken = repository_->CreateDomain({"d3", "another"}, {"p3", "x", "d3", true}, {"u3", "x", "d3", "", "", true},
                                         {"AK3", "SK3", "u3", "p3", true, key_.created});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, ErrorKind::kAlreadyExists);
  EXPECT_FALSE(repository_->FindUser("u3").value());
}

TEST_P(IdentityRepositoryContract, UsersAreMadeAndChangedAndListedByName) {
  ASSERT_TRUE(CreateFirst());
  User second{"u2", "anna", domain_.id, "salt", "hash", true, "second"};
  ASSERT_TRUE(repository_->CreateUser(second));
  EXPECT_EQ(repository_->Users(domain_.id)->front().name, "anna");
  EXPECT_EQ(repository_->FindUser("u2").value()->description, "second");

  auto taken = repository_->CreateUser({"u3", "anna", domain_.id, "", "", true});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, ErrorKind::kAlreadyExists);
  EXPECT_NE(taken.error().message.find("'anna'"), std::string::npos) << taken.error().message;

  UserChanges changes;
  changes.enabled = false;
  changes.name = "zoë";
  auto changed = repository_->UpdateUser("u2", changes);
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(changed->name, "zoë");
  changes = {};
  changes.password = {std::string("\0a", 2), std::string("b\0", 2)};
  ASSERT_TRUE(repository_->UpdateUser("u2", changes));
  auto found = repository_->FindUser("u2").value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "zoë");
  EXPECT_FALSE(found->enabled) << "what a change does not name stays";
  EXPECT_EQ(found->description, "second");
  EXPECT_EQ(found->password_salt, std::string("\0a", 2));
  EXPECT_EQ(found->password_hash, std::string("b\0", 2));

  changes = {};
  changes.name = user_.name;
  EXPECT_EQ(repository_->UpdateUser("u2", changes).error().kind, ErrorKind::kAlreadyExists);
  changes.name = "zoë";
  EXPECT_TRUE(repository_->UpdateUser("u2", changes)) << "its own name is not taken";
  EXPECT_EQ(repository_->UpdateUser("absent", changes).error().kind, ErrorKind::kNotFound);
}

TEST_P(IdentityRepositoryContract, ADeletedUserTakesKeysAndRolesAlong) {
  ASSERT_TRUE(CreateFirst());
  ASSERT_TRUE(repository_->CreateUser({"u2", "anna", domain_.id, "", "", true}));
  ASSERT_TRUE(repository_->CreateAccessKey({"AK2", "SK2", "u2", project_.id, true, key_.created}));
  ASSERT_TRUE(repository_->SetRole({"u2", project_.id, Role::kUser}));
  ASSERT_TRUE(repository_->DeleteUser("u2"));
  EXPECT_FALSE(repository_->FindUser("u2").value());
  EXPECT_FALSE(repository_->FindAccessKey("AK2").value());
  EXPECT_TRUE(repository_->Roles("u2")->empty());
  EXPECT_TRUE(repository_->FindAccessKey(key_.access_key).value()) << "others keep theirs";
  EXPECT_EQ(repository_->DeleteUser("u2").error().kind, ErrorKind::kNotFound);
}

TEST_P(IdentityRepositoryContract, ProjectsAreMadeChangedAndDeletedWithWhatIsTheirs) {
  ASSERT_TRUE(CreateFirst());
  ASSERT_TRUE(repository_->CreateProject({"p2", "a", domain_.id, true, "text"}));
  EXPECT_EQ(repository_->CreateProject({"p3", "a", domain_.id, true}).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(repository_->Projects(domain_.id)->front().description, "text");
  ProjectChanges changes;
  changes.enabled = false;
  auto changed = repository_->UpdateProject("p2", changes);
  ASSERT_TRUE(changed);
  EXPECT_FALSE(changed->enabled);
  EXPECT_EQ(changed->name, "a");
  changes.name = project_.name;
  EXPECT_EQ(repository_->UpdateProject("p2", changes).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(repository_->UpdateProject("absent", changes).error().kind, ErrorKind::kNotFound);

  ASSERT_TRUE(repository_->CreateAccessKey({"AK2", "SK2", user_.id, "p2", true, key_.created}));
  ASSERT_TRUE(repository_->SetRole({user_.id, "p2", Role::kReadOnly}));
  ASSERT_TRUE(repository_->DeleteProject("p2"));
  EXPECT_FALSE(repository_->FindProject("p2").value());
  EXPECT_FALSE(repository_->FindAccessKey("AK2").value());
  EXPECT_EQ(repository_->Roles(user_.id)->size(), 1U) << "the role in the domain is left";
  EXPECT_EQ(repository_->DeleteProject("p2").error().kind, ErrorKind::kNotFound);
}

TEST_P(IdentityRepositoryContract, AccessKeysAreMadeChangedAndDeleted) {
  ASSERT_TRUE(CreateFirst());
  const TimePoint later = key_.created + Milliseconds(1);
  ASSERT_TRUE(repository_->CreateAccessKey({"A", "S", user_.id, project_.id, true, later, "for the laptop"}));
  auto keys = repository_->AccessKeys(user_.id).value();
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[1].access_key, "A") << "oldest first";
  EXPECT_EQ(keys[1].description, "for the laptop");
  EXPECT_EQ(repository_->CreateAccessKey(keys[1]).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(repository_->CreateAccessKey({"B", "S", "absent", project_.id, true, later}).error().kind,
            ErrorKind::kNotFound);
  EXPECT_EQ(repository_->CreateAccessKey({"B", "S", user_.id, "absent", true, later}).error().kind,
            ErrorKind::kNotFound);

  AccessKeyChanges changes;
  changes.enabled = false;
  auto changed = repository_->UpdateAccessKey("A", changes);
  ASSERT_TRUE(changed);
  EXPECT_FALSE(changed->enabled);
  EXPECT_FALSE(repository_->FindAccessKey("A").value()->enabled);
  EXPECT_EQ(repository_->FindAccessKey("A").value()->description, "for the laptop");
  EXPECT_EQ(repository_->UpdateAccessKey("absent", changes).error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(repository_->DeleteAccessKey("A"));
  EXPECT_FALSE(repository_->FindAccessKey("A").value());
  EXPECT_EQ(repository_->DeleteAccessKey("A").error().kind, ErrorKind::kNotFound);
}

TEST_P(IdentityRepositoryContract, AUserHasOneRoleInAScope) {
  ASSERT_TRUE(CreateFirst());
  for (Role role : {Role::kReadOnly, Role::kAdmin, Role::kUser}) {
    ASSERT_TRUE(repository_->SetRole({user_.id, project_.id, role}));
    auto roles = repository_->Roles(user_.id).value();
    ASSERT_EQ(roles.size(), 2U);
    EXPECT_EQ(roles[0].scope_id, domain_.id) << "by scope";
    EXPECT_EQ(roles[1].role, role);
  }
  EXPECT_EQ(repository_->SetRole({"absent", project_.id, Role::kUser}).error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(repository_->RemoveRole(user_.id, project_.id));
  EXPECT_EQ(repository_->Roles(user_.id)->size(), 1U);
  EXPECT_EQ(repository_->RemoveRole(user_.id, project_.id).error().kind, ErrorKind::kNotFound);
}

TEST_P(IdentityRepositoryContract, TheServerSecretIsMadeOnceAndIsLong) {
  std::vector<std::string> secrets(4);
  std::vector<std::thread> threads;
  for (auto& secret : secrets) threads.emplace_back([&] { secret = repository_->ServerSecret().value(); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(secrets.begin(), secrets.end()).size(), 1U);
  EXPECT_GE(secrets.front().size(), 32U);
  EXPECT_EQ(repository_->ServerSecret().value(), secrets.front());
}

}  // namespace atelier::iam
