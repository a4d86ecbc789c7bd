#include "storage/parameter_set_repository.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "training/testing/parameter_set_contract.h"

namespace atelier::storage {
namespace {

class SqlParameterSetRepositoryTest : public testing::Test {
 protected:
  TemporaryDirectory folder_;
  std::unique_ptr<Database> database_ = *Database::Open(folder_.path() / "control.db", "control");
  SqlParameterSetRepository repository_{*database_};
};

TEST_F(SqlParameterSetRepositoryTest, Changes) { training::CheckParameterSetChanges(repository_); }
TEST_F(SqlParameterSetRepositoryTest, List) { training::CheckParameterSetList(repository_); }

}  // namespace
}  // namespace atelier::storage
