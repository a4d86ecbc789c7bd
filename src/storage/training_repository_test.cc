#include "storage/training_repository.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>

#include "base/files.h"
#include "storage/testing/older_database.h"
#include "training/testing/job_repository_contract.h"

namespace atelier::training {

template <>
class RepositoryFixture<storage::SqlTrainingRepository> {
 public:
  RepositoryFixture() : database_(*storage::Database::Open(folder_.path() / "control.db", "control")) {}
  JobRepository& repository() { return repository_; }

 private:
  TemporaryDirectory folder_;
  std::unique_ptr<storage::Database> database_;
  storage::SqlTrainingRepository repository_{*database_};
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sql, JobRepositoryContract, storage::SqlTrainingRepository);

// A control.db of before API v2: its jobs get a UUID each and run on as they did.
TEST(TrainingMigrationTest, JobsOfAnOlderVersionGetTheirUuid) {
  TemporaryDirectory folder;
  auto file = folder.path() / "control.db";
  std::vector<std::string> statements;
  for (int id = 1; id <= 50; ++id)
    statements.push_back(
        fmt::format("INSERT INTO training_job VALUES({}, 'p1', 'job-{}', '', {}, 1, 0)", id, id, 1'000 + id));
  statements.emplace_back(
      "INSERT INTO training_version VALUES(7, 3, 1, 5, 3, 1, 'TensorFlow', 'TF-1.8.0-python2.7', '/b/code/', "
      "'/b/code/train.py', '', '/b/out/', '', '[]', 7, 'modelarts.vm.cpu.2u', 2, 8, 1, 0, 0, 8, '', '', '', '', 6, 0, "
      "1, '', '', 0, 0, 0)");
  storage::MakeOlderControl(file, "0005_tenants", statements);
  auto database = storage::Database::Open(file, "control");
  ASSERT_TRUE(database) << database.error().message;
  storage::SqlTrainingRepository repository(**database);
  std::set<std::string> uuids;
  for (int id = 1; id <= 50; ++id) uuids.insert(repository.FindJob(id)->value().uuid);
  EXPECT_EQ(uuids.size(), 50U);
  for (const auto& uuid : uuids)
    EXPECT_THAT(uuid, testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  auto page = repository.Search("p1", {}, FromUnixMillis(10));
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->total, 1U) << "one of them has a version";
  EXPECT_EQ(page->jobs.at(0).newest->id, 7);
  EXPECT_FALSE(page->jobs.at(0).newest->spec.container.has_value());
  EXPECT_TRUE(page->jobs.at(0).newest->run.history.events.empty());
}

}  // namespace atelier::training
