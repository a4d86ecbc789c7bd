#include "base/files.h"
#include "iam/testing/group_repository_contract.h"
#include "iam/testing/identity_repository_contract.h"
#include "storage/identity_repository.h"

namespace atelier::storage {
namespace {

struct SqlFixture final : iam::IdentityFixture {
  iam::IdentityRepository& repository() override { return identities; }
  TemporaryDirectory folder;
  std::unique_ptr<Database> database = Database::Open(folder.path() / "control.db", "control").value();
  SqlIdentityRepository identities{*database};
};

std::unique_ptr<iam::IdentityFixture> MakeSqlIdentities() { return std::make_unique<SqlFixture>(); }

}  // namespace
}  // namespace atelier::storage

namespace atelier::iam {
INSTANTIATE_TEST_SUITE_P(Sql, IdentityRepositoryContract, testing::Values(storage::MakeSqlIdentities));
INSTANTIATE_TEST_SUITE_P(Sql, GroupRepositoryContract, testing::Values(storage::MakeSqlIdentities));
}  // namespace atelier::iam
