#include "storage/identity_repository.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "storage/testing/older_database.h"

namespace atelier::storage {
namespace {

class IdentityRepositoryTest : public testing::Test {
 protected:
  void Open() {
    repository_.reset();
    database_.reset();
    auto opened = Database::Open(folder_.path() / "control.db", "control");
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = *std::move(opened);
    repository_ = std::make_unique<SqlIdentityRepository>(*database_);
  }
  void SetUp() override { Open(); }
  Result<void> CreateFirst() { return repository_->CreateFirst(domain_, project_, user_, key_); }

  TemporaryDirectory folder_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqlIdentityRepository> repository_;
  iam::Domain domain_{"d1", "domain"};
  iam::Project project_{"p1", "cn-north-4", "d1", true};
  iam::User user_{"u1", "admin", "d1", std::string("\0salt", 5), std::string("ha\0sh", 5), false};
  iam::AccessKey key_{"AK", "SK", "u1", "p1", true, FromUnixMillis(1234)};
};

TEST_F(IdentityRepositoryTest, EverythingComesBackAfterReopening) {
  ASSERT_TRUE(CreateFirst());
  Open();
  auto domains = repository_->Domains();
  ASSERT_TRUE(domains);
  ASSERT_EQ(domains->size(), 1U);
  EXPECT_EQ(domains->front().name, "domain");
  ASSERT_EQ(repository_->Projects("d1")->size(), 1U);
  auto project = repository_->FindProject("p1");
  ASSERT_TRUE(project && *project);
  EXPECT_EQ((*project)->name, "cn-north-4");
  EXPECT_TRUE((*project)->enabled);
  ASSERT_EQ(repository_->Users("d1")->size(), 1U);
  auto user = repository_->FindUser("u1");
  ASSERT_TRUE(user && *user);
  EXPECT_EQ((*user)->password_salt, user_.password_salt);
  EXPECT_EQ((*user)->password_hash, user_.password_hash);
  EXPECT_FALSE((*user)->enabled);
  auto key = repository_->FindAccessKey("AK");
  ASSERT_TRUE(key && *key);
  EXPECT_EQ((*key)->secret_key, "SK");
  EXPECT_EQ((*key)->project_id, "p1");
  EXPECT_EQ((*key)->created, FromUnixMillis(1234));
  EXPECT_EQ(repository_->AccessKeys("u1")->size(), 1U);
}

TEST_F(IdentityRepositoryTest, AbsentThingsAreNoErrors) {
  EXPECT_TRUE(repository_->Domains()->empty());
  EXPECT_FALSE(*repository_->FindProject("absent"));
  EXPECT_FALSE(*repository_->FindUser("absent"));
  EXPECT_FALSE(*repository_->FindAccessKey("absent"));
  EXPECT_TRUE(repository_->AccessKeys("absent")->empty());
}

TEST_F(IdentityRepositoryTest, TheFirstIdentitiesAreMadeOnce) {
  ASSERT_TRUE(CreateFirst());
  auto again = CreateFirst();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kAlreadyExists);
}

TEST_F(IdentityRepositoryTest, AFailedFirstStartLeavesNothing) {
  key_.project_id = "absent";
  EXPECT_FALSE(CreateFirst());
  EXPECT_TRUE(repository_->Domains()->empty());
}

// A control.db of before there were several tenants: its users administered everything, and go on doing so.
TEST(IdentityMigrationTest, UsersOfAnOlderVersionAdministerTheirDomain) {
  TemporaryDirectory folder;
  auto file = folder.path() / "control.db";
  MakeOlderControl(file, "0001_identity",
                   {"INSERT INTO domain(id, name) VALUES('d1', 'domain')",
                    "INSERT INTO project(id, name, domain_id, enabled) VALUES('p1', 'local-1', 'd1', 1)",
                    "INSERT INTO user VALUES('u1', 'admin', 'd1', '00', '00', 1)",
                    "INSERT INTO access_key VALUES('AK', 'SK', 'u1', 'p1', 1, 1234)"});
  auto database = Database::Open(file, "control");
  ASSERT_TRUE(database) << database.error().message;
  SqlIdentityRepository repository(**database);
  EXPECT_TRUE(repository.Domains()->at(0).home);
  auto roles = repository.Roles("u1").value();
  ASSERT_EQ(roles.size(), 1U);
  EXPECT_EQ(roles[0].scope_id, "d1");
  EXPECT_EQ(roles[0].role, iam::Role::kAdmin);
  EXPECT_EQ(repository.FindAccessKey("AK").value()->secret_key, "SK");
  EXPECT_EQ(repository.FindUser("u1").value()->description, "");
}

TEST_F(IdentityRepositoryTest, TheServerSecretOutlivesRestarts) {
  auto secret = repository_->ServerSecret();
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->size(), 32U);
  Open();
  EXPECT_EQ(*repository_->ServerSecret(), *secret);
}

}  // namespace
}  // namespace atelier::storage
