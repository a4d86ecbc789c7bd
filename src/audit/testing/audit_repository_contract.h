// What every AuditRepository must do. A test program instantiates it once for each implementation.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "audit/audit_repository.h"
#include "audit/testing/entries.h"

namespace atelier::audit {

// Owns a repository and what it stands on.
struct AuditFixture {
  virtual ~AuditFixture() = default;
  virtual AuditRepository& repository() = 0;
};
using AuditFactory = std::function<std::unique_ptr<AuditFixture>()>;

class AuditRepositoryContract : public testing::TestWithParam<AuditFactory> {
 protected:
  void SetUp() override {
    fixture_ = GetParam()();
    repository_ = &fixture_->repository();
  }
  void Append(const std::vector<Entry>& entries) { ASSERT_TRUE(repository_->Append(entries)); }
  std::vector<Entry> Find(const Query& query) {
    auto found = repository_->Find(query);
    if (!found) ADD_FAILURE() << found.error().message;
    return found.value_or(std::vector<Entry>());
  }
  // The actions that are found, as "c b a".
  std::string Actions(Query query) {
    if (query.projects.empty()) query.projects = {"p1"};
    std::string actions;
    for (const auto& entry : Find(query)) actions += (actions.empty() ? "" : " ") + entry.action;
    return actions;
  }

  std::unique_ptr<AuditFixture> fixture_;
  AuditRepository* repository_ = nullptr;
};

TEST_P(AuditRepositoryContract, WhatWasWrittenIsReadAsItWas) {
  Append({MakeEntry("a", 1'767'323'045'678, 403)});
  auto found = Find({.projects = {"p1"}});
  ASSERT_EQ(found.size(), 1U);
  const auto& entry = found.front();
  EXPECT_GT(entry.id, 0);
  EXPECT_EQ(ToUnixMillis(entry.time), 1'767'323'045'678);
  EXPECT_EQ(entry.project_id + entry.user_id + entry.user_name + entry.access_key, "p1u1o'brienAK1");
  EXPECT_EQ(entry.signed_in_by, SignedInBy::kAccessKey);
  EXPECT_EQ(entry.action + entry.method + entry.resource + entry.remote_address + entry.request_id,
            "aPOSTjob_id=1127.0.0.1r-a");
  EXPECT_EQ(entry.status, 403);
}

TEST_P(AuditRepositoryContract, NewestFirstAndPageByPage) {
  Append({MakeEntry("a", 1), MakeEntry("b", 2)});
  Append({MakeEntry("c", 3)});
  EXPECT_EQ(Actions({}), "c b a");
  EXPECT_EQ(Actions({.limit = 2}), "c b");
  auto last = Find({.projects = {"p1"}, .limit = 2}).back().id;
  EXPECT_EQ(Actions({.older_than = last, .limit = 2}), "a");
}

TEST_P(AuditRepositoryContract, FiltersChoose) {
  Append({MakeEntry("a", 10), MakeEntry("b", 20, 409), MakeEntry("c", 30)});
  auto other = MakeEntry("d", 40);
  other.user_id = "u2";
  other.user_name = "eve";
  Append({other});
  EXPECT_EQ(Actions({.user = "o'brien"}), "c b a");
  EXPECT_EQ(Actions({.user = "u2"}), "d");
  EXPECT_EQ(Actions({.action = "b"}), "b");
  EXPECT_EQ(Actions({.status = 409}), "b");
  EXPECT_EQ(Actions({.from = FromUnixMillis(20), .before = FromUnixMillis(30)}), "b");
  EXPECT_EQ(Actions({.user = "nobody"}), "");
}

TEST_P(AuditRepositoryContract, ProjectsAreApartUnlessAskedForTogether) {
  auto foreign = MakeEntry("f", 2);
  foreign.project_id = "p2";
  auto nobody = MakeEntry("n", 3, 401);
  nobody.project_id = "";
  Append({MakeEntry("a", 1), foreign, nobody, MakeEntry("b", 4)});
  EXPECT_EQ(Actions({}), "b a");
  EXPECT_EQ(Actions({.projects = {"p2"}}), "f");
  EXPECT_EQ(Actions({.projects = {"p1", ""}}), "b n a");
  EXPECT_EQ(Actions({.projects = {"p1", ""}, .limit = 2}), "b n");
}

TEST_P(AuditRepositoryContract, TrimRemovesWhatIsTooOldAndTheOldestOfTooMany) {
  Append({MakeEntry("a", 10), MakeEntry("b", 20), MakeEntry("c", 30), MakeEntry("d", 40)});
  EXPECT_EQ(repository_->Trim(FromUnixMillis(20), 100, 100).value(), 1U);
  EXPECT_EQ(Actions({}), "d c b");
  EXPECT_EQ(repository_->Trim(FromUnixMillis(0), 2, 100).value(), 1U);
  EXPECT_EQ(Actions({}), "d c");
  EXPECT_EQ(repository_->Trim(FromUnixMillis(0), 2, 100).value(), 0U);
}

TEST_P(AuditRepositoryContract, FailedRequestsDoNotPushOutChanges) {
  Append({MakeEntry("a", 10), MakeEntry("x", 20, 401), MakeEntry("y", 30, 401), MakeEntry("z", 40, 403)});
  EXPECT_EQ(repository_->Trim(FromUnixMillis(0), 1, 100).value(), 2U);
  EXPECT_EQ(Actions({}), "z a");
}

TEST_P(AuditRepositoryContract, TrimGoesPieceByPiece) {
  Append({MakeEntry("a", 10), MakeEntry("b", 20), MakeEntry("c", 30)});
  EXPECT_EQ(repository_->Trim(FromUnixMillis(100), 100, 2).value(), 2U);
  EXPECT_EQ(Actions({}), "c");
  EXPECT_EQ(repository_->Trim(FromUnixMillis(100), 100, 2).value(), 1U);
  EXPECT_EQ(repository_->Trim(FromUnixMillis(100), 100, 2).value(), 0U);
}

}  // namespace atelier::audit
