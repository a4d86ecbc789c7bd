#include "storage/health_record.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "object_store/testing/health_record_contract.h"

namespace atelier::object_store {
namespace {

struct SqlHealthFixture final : HealthFixture {
  SqlHealthFixture() {
    auto opened = storage::Database::Open(folder.path() / "objects.db", "objects");
    if (!opened) ADD_FAILURE() << opened.error().message;
    database = *std::move(opened);
    sql = std::make_unique<storage::SqlHealthRecord>(*database);
  }
  HealthRecord& record() override { return *sql; }

  TemporaryDirectory folder;
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<storage::SqlHealthRecord> sql;
};

INSTANTIATE_TEST_SUITE_P(Sql, HealthRecordContract, testing::Values([]() -> std::unique_ptr<HealthFixture> {
                           return std::make_unique<SqlHealthFixture>();
                         }));

}  // namespace
}  // namespace atelier::object_store
