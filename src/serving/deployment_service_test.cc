#include "serving/deployment_service.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "object_store/testing/service_fixture.h"
#include "registry/testing/memory_model_repository.h"
#include "serving/testing/fake_replica_runner.h"
#include "serving/testing/memory_service_repository.h"

namespace atelier::serving {
namespace {

class NoChecker final : public registry::ModelChecker {
 public:
  Result<void> Start(const registry::Model&, const std::filesystem::path&) override { return {}; }
  Result<std::optional<Outcome>> Poll(const std::string&) override { return std::nullopt; }
  Result<void> Forget(const std::string&) override { return {}; }
};

class DeploymentServiceTest : public object_store::ServiceFixture {
 protected:
  // Waits for what the reconcile thread does; false after the deadline.
  template <class Condition>
  static bool Until(Condition condition) {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }

  ServiceStatus Status() { return (*rows_.Find(kId))->status; }

  static constexpr const char* kId = "11111111-2222-3333-4444-555555555555";
  MemoryServiceRepository rows_;
  // The model m1 and a service of it with one replica.
  void InsertModelAndService(ServiceStatus status = ServiceStatus::kDeploying) {
    registry::Model model;
    model.id = "m1";
    model.project_id = "p";
    model.name = "mnist";
    model.version = "1.0.0";
    model.status = registry::ModelStatus::kPublished;
    ASSERT_TRUE(model_rows_.Insert(model));
    Service service;
    service.id = kId;
    service.project_id = "p";
    service.name = "digits";
    service.deployments.push_back({"m1", "mnist", "1.0.0", 100, "cpu.2u", 1, {}, {0}});
    service.created = service.updated = service.transition = real_clock_.Now();
    service.status = status;
    if (status == ServiceStatus::kStopped) service.desired = DesiredState::kStopped;
    ASSERT_TRUE(rows_.Insert(service));
  }

  registry::MemoryModelRepository model_rows_;
  NoChecker checker_;
  FakeReplicaRunner runner_;
  SystemClock real_clock_;
};

// A launcher may still be ending when its replica has ended: the replica is forgotten later, although the row has gone
// on to another attempt.
TEST_F(DeploymentServiceTest, AReplicaThatCannotBeForgottenAtOnceIsForgottenLater) {
  registry::ModelService models(model_rows_, *service_, checker_, real_clock_, {folder_.path() / "models", true});
  InsertModelAndService();
  runner_.AtOnceReady();
  runner_.RefuseForgets(3);
  DeploymentService services(rows_, models, runner_, real_clock_, {});
  services.Start();
  ASSERT_TRUE(Until([this] { return Status() == ServiceStatus::kRunning; }));
  ASSERT_TRUE(services.SetRunning({"p", "admin"}, kId, false));
  EXPECT_TRUE(Until([this] { return Status() == ServiceStatus::kStopped; }));
  EXPECT_TRUE(Until([this] { return runner_.alive() == 0; })) << "nothing of a stopped service is left";
}

TEST_F(DeploymentServiceTest, MoreReplicasAreAskedFor) {
  registry::ModelService models(model_rows_, *service_, checker_, real_clock_, {folder_.path() / "models", true});
  InsertModelAndService(ServiceStatus::kStopped);
  std::vector<std::size_t> asked;
  DeploymentService::Hooks hooks;
  hooks.check_replicas = [&](const Caller&, std::size_t more) -> Result<void> {
    asked.push_back(more);
    if (more > 1) return ResourceExhausted("full", "ModelArts.3521");
    return {};
  };
  DeploymentService services(rows_, models, runner_, real_clock_, hooks);
  auto change = [&](int instances) {
    ServiceChanges changes;
    DeployRequest::Item item;
    item.model_id = "m1";
    item.specification = "cpu.2u";
    item.instance_count = instances;
    changes.items.emplace({item});
    return services.Change({"p", "admin"}, kId, changes);
  };
  auto refused = change(3);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "ModelArts.3521");
  EXPECT_TRUE(change(2));
  EXPECT_TRUE(change(1)) << "fewer need no room";
  EXPECT_EQ(asked, (std::vector<std::size_t>{2, 1}));
}

}  // namespace
}  // namespace atelier::serving
