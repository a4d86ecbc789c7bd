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
