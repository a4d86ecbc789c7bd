#include <gtest/gtest.h>

#include "base/files.h"
#include "registry/testing/model_repository_contract.h"
#include "serving/testing/service_repository_contract.h"
#include "storage/model_repository.h"
#include "storage/service_repository.h"

namespace atelier::storage {
namespace {

TEST(SqlModelRepository, KeepsTheContract) {
  TemporaryDirectory directory;
  auto database = Database::Open(directory.path() / "control.db", "control");
  ASSERT_TRUE(database) << database.error().message;
  SqlModelRepository repository(**database);
  registry::CheckModelRepositoryContract(repository);
}

TEST(SqlServiceRepository, KeepsTheContract) {
  TemporaryDirectory directory;
  auto database = Database::Open(directory.path() / "control.db", "control");
  ASSERT_TRUE(database) << database.error().message;
  SqlServiceRepository repository(**database);
  serving::CheckServiceRepositoryContract(repository);
}

}  // namespace
}  // namespace atelier::storage
