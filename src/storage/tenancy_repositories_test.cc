#include "storage/tenancy_repositories.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include "base/files.h"
#include "storage/algorithm_repository.h"
#include "storage/database.h"
#include "storage/model_repository.h"
#include "storage/service_repository.h"
#include "storage/training_repository.h"
#include "storage/usage_counter.h"
#include "tenancy/testing/tenancy_contracts.h"
#include "training/testing/algorithm_repository_contract.h"

namespace atelier::storage {
namespace {

using tenancy::Resource;
using testing::IsEmpty;

class TenancyRepositoriesTest : public testing::Test {
 protected:
  TenancyRepositoriesTest() : database_(Database::Open(directory_.path() / "control.db", "control").value()) {}

  void Run(const std::string& sql) {
    auto run = [&](soci::session& session) -> Result<void> {
      session << sql;
      return {};
    };
    auto done = database_->Write(run);
    ASSERT_TRUE(done) << done.error().message;
  }
  std::size_t Count(Resource resource, const std::string& owner = "p1") {
    return SqlUsageCounter(*database_).Count(resource, owner).value();
  }
  // A job with a version; its id.
  std::int64_t AddJob(const std::string& name) {
    training::Job job;
    job.project_id = "p1";
    job.name = name;
    return SqlTrainingRepository(*database_).CreateJobWithVersion(job, {})->job_id;
  }
  void AddService(const std::string& id, std::vector<int> counts) {
    serving::Service service;
    service.id = service.name = id;
    service.project_id = "p1";
    for (int count : counts) {
      service.deployments.emplace_back();
      service.deployments.back().instance_count = count;
    }
    ASSERT_TRUE(SqlServiceRepository(*database_).Insert(service));
  }

  TemporaryDirectory directory_;
  std::unique_ptr<Database> database_;
};

TEST_F(TenancyRepositoriesTest, KeepTheContracts) {
  SqlQuotaRepository quotas(*database_);
  tenancy::CheckQuotaRepositoryContract(quotas);
  SqlWorkspaceRepository workspaces(*database_);
  tenancy::CheckWorkspaceRepositoryContract(workspaces);
  SqlTagRepository tags(*database_);
  tenancy::CheckTagRepositoryContract(tags);
}

TEST_F(TenancyRepositoriesTest, AlgorithmsKeepTheContract) {
  SqlAlgorithmRepository algorithms(*database_);
  training::CheckAlgorithmChanges(algorithms);
  Run("DELETE FROM algorithm");
  training::CheckAlgorithmLists(algorithms);
}

TEST_F(TenancyRepositoriesTest, CountWhatQuotasLimit) {
  for (const auto& described : tenancy::Resources()) EXPECT_EQ(Count(described.resource), 0U) << described.name;
  auto first = AddJob("first");
  AddJob("second");
  EXPECT_EQ(Count(Resource::kJobs), 2U);
  EXPECT_EQ(Count(Resource::kRunningVersions), 2U);
  Run("UPDATE training_version SET status = 10 WHERE job_id = " + std::to_string(first));
  EXPECT_EQ(Count(Resource::kRunningVersions), 1U);
  ASSERT_TRUE(SqlTrainingRepository(*database_).MarkJobDeleting(first));
  EXPECT_EQ(Count(Resource::kJobs), 1U);

  AddService("one", {2, 3});
  AddService("two", {1});
  EXPECT_EQ(Count(Resource::kServices), 2U);
  EXPECT_EQ(Count(Resource::kReplicas), 6U);
  Run("UPDATE service SET status = 'deleting' WHERE id = 'two'");
  EXPECT_EQ(Count(Resource::kServices), 1U);
  EXPECT_EQ(Count(Resource::kReplicas), 5U);

  registry::Model model;
  model.id = model.name = "m";
  model.project_id = "p1";
  ASSERT_TRUE(SqlModelRepository(*database_).Insert(model));
  EXPECT_EQ(Count(Resource::kModels), 1U);
  ASSERT_TRUE(SqlAlgorithmRepository(*database_).Insert(training::SampleAlgorithm("a", "a", 1)));
  EXPECT_EQ(Count(Resource::kAlgorithms), 1U);
  for (const auto& described : tenancy::Resources()) EXPECT_EQ(Count(described.resource, "p2"), 0U) << described.name;
}

TEST_F(TenancyRepositoriesTest, TagsGoWithWhatTheyHangOn) {
  SqlTagRepository tags(*database_);
  auto job = std::to_string(AddJob("job"));
  AddService("service", {1});
  tenancy::TaggedId of_job{"p1", tenancy::TaggedKind::kTrainingJob, job};
  tenancy::TaggedId of_service{"p1", tenancy::TaggedKind::kService, "service"};
  ASSERT_TRUE(tags.Put(of_job, {{"team", "vision"}}, 20));
  ASSERT_TRUE(tags.Put(of_service, {{"team", "vision"}}, 20));
  ASSERT_TRUE(SqlServiceRepository(*database_).Remove("service"));
  EXPECT_THAT(tags.Of(of_service).value(), IsEmpty());
  EXPECT_EQ(tags.Of(of_job)->size(), 1U);
  SqlTrainingRepository jobs(*database_);
  ASSERT_TRUE(jobs.RemoveVersion(1));
  ASSERT_TRUE(jobs.RemoveJob(1));
  EXPECT_THAT(tags.Of(of_job).value(), IsEmpty());
}

TEST_F(TenancyRepositoriesTest, LimitsAndWorkspacesGoWithTheProject) {
  SqlQuotaRepository quotas(*database_);
  SqlWorkspaceRepository workspaces(*database_);
  Run("INSERT INTO domain (id, name) VALUES ('d', 'd')");
  Run("INSERT INTO project (id, name, domain_id, enabled) VALUES ('p1', 'p', 'd', 1)");
  ASSERT_TRUE(quotas.Set("p1", {{Resource::kJobs, 1}}));
  ASSERT_TRUE(workspaces.Insert(tenancy::SampleWorkspace("w", "vision"), 9));
  Run("DELETE FROM project WHERE id = 'p1'");
  EXPECT_TRUE(quotas.Find("p1")->empty());
  EXPECT_THAT(workspaces.List("p1").value(), IsEmpty());
}

}  // namespace
}  // namespace atelier::storage
