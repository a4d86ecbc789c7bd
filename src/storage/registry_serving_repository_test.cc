#include <gtest/gtest.h>
#include <soci/soci.h>

#include "base/files.h"
#include "iam/testing/app_repository_contract.h"
#include "registry/testing/model_repository_contract.h"
#include "serving/testing/service_repository_contract.h"
#include "storage/app_repository.h"
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

TEST(SqlAppRepository, KeepsTheContract) {
  TemporaryDirectory directory;
  auto database = Database::Open(directory.path() / "control.db", "control");
  ASSERT_TRUE(database) << database.error().message;
  SqlAppRepository repository(**database);
  iam::CheckAppRepositoryContract(repository);
}

TEST(SqlAppRepository, AnApiGoesWithItsService) {
  TemporaryDirectory directory;
  auto database = Database::Open(directory.path() / "control.db", "control").value();
  SqlAppRepository apps(*database);
  SqlServiceRepository services(*database);
  ASSERT_TRUE(services.Insert(serving::SampleService("s1", "digits", 1)));
  ASSERT_TRUE(apps.Insert(iam::SampleApp("1", "one")));
  ASSERT_TRUE(apps.InsertApi({"a1", "p1", "s1", {}}));
  ASSERT_TRUE(apps.InsertGrant({"g1", "a1", "1", {}}));
  ASSERT_TRUE(services.Remove("s1"));
  EXPECT_TRUE(apps.Apis()->empty());
  EXPECT_TRUE(apps.Grants()->empty());
}

// The rows of the time before updates, schedules and calls by model.
TEST(SqlServiceRepository, ReadsRowsOfTheFirstRelease) {
  TemporaryDirectory directory;
  auto database = Database::Open(directory.path() / "control.db", "control").value();
  SqlServiceRepository repository(*database);
  const std::string document = R"({"id":"s","project_id":"p","owner":"o","name":"n","description":"","workspace_id":"0",
    "deployments":[{"model_id":"m1","model_name":"a","model_version":"1.0.0","weight":70,"specification":"x",
    "instance_count":1,"environment":{},"attempts":[2]},{"model_id":"m2","model_name":"a","model_version":"1.0.1",
    "weight":30,"specification":"x","instance_count":1,"environment":{},"attempts":[0]}],"desired":"running",
    "status":"running","reason":"","created":1,"updated":2,"transition":3,"deploy_timeout_seconds":1200,"events":[],
    "invocations":4,"failures":0})";
  ASSERT_TRUE(database->Write([&](soci::session& sql) -> Result<void> {
    sql << "INSERT INTO service (id, project_id, name, status, created, transition, document) VALUES ('s', 'p', 'n', "
           "'running', 1, 3, :d)",
        soci::use(document);
    return {};
  }));
  auto service = repository.Find("s");
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ((*service)->deployments.at(1).slot, 1);
  EXPECT_EQ((*service)->deployments[1].generation, 0);
  EXPECT_FALSE((*service)->update);
  EXPECT_EQ((*service)->additional_properties, "{}");
}

// How the database goes about a query, one line a step.
std::string PlanOf(Database& database, const std::string& query) {
  std::string plan;
  auto read = database.Read([&](soci::session& sql) -> Result<void> {
    soci::rowset<soci::row> rows = (sql.prepare << "EXPLAIN QUERY PLAN " + query);
    for (const auto& row : rows) plan += row.get<std::string>(3) + "\n";
    return {};
  });
  EXPECT_TRUE(read) << read.error().message;
  return plan;
}

// "c0" and the like stand for values.
std::string WithValues(std::string query) {
  for (auto colon = query.find(":c"); colon != std::string::npos; colon = query.find(":c"))
    query.replace(colon, query.find_first_of(" )", colon) - colon, "'x'");
  return query;
}

// A page takes its rows from an index in their order, however many there are: nothing is sorted, nothing else is read.
TEST(ListQueries, TakeAnIndexAndSortNothing) {
  TemporaryDirectory directory;
  auto database = Database::Open(directory.path() / "control.db", "control").value();
  for (bool ascending : {false, true}) {
    for (const char* order : {"publish_at", "service_name", "transition_at"}) {
      serving::ServiceFilter filter;
      filter.sort_by = order;
      filter.ascending = ascending;
      auto plan = PlanOf(*database, WithValues(ServiceListQuery(filter)));
      EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << order << ": " << plan;
      EXPECT_NE(plan.find("USING INDEX"), std::string::npos) << order << ": " << plan;
    }
    for (const char* order : {"create_at", "model_version", "model_size"}) {
      registry::ModelFilter filter;
      filter.sort_by = order;
      filter.ascending = ascending;
      auto plan = PlanOf(*database, WithValues(ModelListQuery(filter)));
      EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << order << ": " << plan;
      EXPECT_NE(plan.find("USING INDEX"), std::string::npos) << order << ": " << plan;
    }
  }
  registry::ModelFilter exact;
  exact.exact = true;
  exact.name = "mnist";
  EXPECT_NE(PlanOf(*database, WithValues(ModelListQuery(exact))).find("name=?"), std::string::npos);
}

}  // namespace
}  // namespace atelier::storage
