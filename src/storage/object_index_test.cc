#include "storage/object_index.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "object_store/testing/metadata_index_contract.h"
#include "object_store/testing/version_contract.h"

namespace atelier::object_store {
namespace {

struct SqlFixture final : IndexFixture {
  SqlFixture() {
    auto opened = storage::Database::Open(folder.path() / "objects.db", "objects");
    if (!opened) ADD_FAILURE() << opened.error().message;
    database = *std::move(opened);
    sql = std::make_unique<storage::SqlObjectIndex>(*database);
  }
  MetadataIndex& index() override { return *sql; }

  TemporaryDirectory folder;
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<storage::SqlObjectIndex> sql;
};

const IndexFactory kMake = []() -> std::unique_ptr<IndexFixture> { return std::make_unique<SqlFixture>(); };

INSTANTIATE_TEST_SUITE_P(Sql, MetadataIndexContract, testing::Values(kMake));
INSTANTIATE_TEST_SUITE_P(Sql, VersionContract, testing::Values(kMake));

}  // namespace
}  // namespace atelier::object_store
