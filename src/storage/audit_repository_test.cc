#include "storage/audit_repository.h"

#include <gtest/gtest.h>

#include "audit/testing/audit_repository_contract.h"
#include "base/files.h"

namespace atelier::storage {
namespace {

struct SqlFixture final : audit::AuditFixture {
  audit::AuditRepository& repository() override { return entries; }
  TemporaryDirectory folder;
  std::unique_ptr<Database> database = Database::Open(folder.path() / "control.db", "control").value();
  SqlAuditRepository entries{*database};
};

std::unique_ptr<audit::AuditFixture> MakeSqlAudit() { return std::make_unique<SqlFixture>(); }

TEST(SqlAuditRepository, EntriesOutliveTheDatabasesClosing) {
  TemporaryDirectory folder;
  const auto file = folder.path() / "control.db";
  {
    auto database = Database::Open(file, "control").value();
    SqlAuditRepository entries(*database);
    ASSERT_TRUE(entries.Append(std::vector{audit::MakeEntry("a", 1)}));
  }
  auto database = Database::Open(file, "control").value();
  SqlAuditRepository entries(*database);
  EXPECT_EQ(entries.Find({.projects = {"p1"}}).value().size(), 1U);
}

}  // namespace
}  // namespace atelier::storage

namespace atelier::audit {
INSTANTIATE_TEST_SUITE_P(Sql, AuditRepositoryContract, testing::Values(storage::MakeSqlAudit));
}  // namespace atelier::audit
