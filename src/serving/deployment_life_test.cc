#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "object_store/testing/service_fixture.h"
#include "registry/testing/fake_model_checker.h"
#include "registry/testing/memory_model_repository.h"
#include "serving/deployment_service.h"
#include "serving/testing/fake_replica_runner.h"
#include "serving/testing/memory_service_repository.h"

namespace atelier::serving {
namespace {

using object_store::CodeOf;
using testing::HasSubstr;

class DeploymentLifeTest : public object_store::ServiceFixture {
 protected:
  void SetUp() override {
    ServiceFixture::SetUp();
    models_ = std::make_unique<registry::ModelService>(model_rows_, *service_, checker_, clock_,
                                                       registry::ModelServiceOptions{folder_.path() / "models", true});
    AddModel("m1", "1.0.0", registry::ModelStatus::kPublished);
    AddModel("m2", "1.0.1", registry::ModelStatus::kPublished);
    AddModel("m3", "1.0.2", registry::ModelStatus::kFailed);
    AddModel("m4", "1.0.3", registry::ModelStatus::kPublishing);
    Restart();
  }

  // A new server on the same rows: the router's counters start at nothing.
  void Restart() {
    services_.reset();
    counts_ = {};
    DeploymentService::Hooks hooks;
    hooks.publish_route = [this](const ServiceRoute& route) {
      std::lock_guard lock(mutex_);
      route_ = route;
      changed_.notify_all();
    };
    hooks.counts = [this](const std::string&) { return counts_; };
    services_ = std::make_unique<DeploymentService>(rows_, *models_, runner_, clock_, std::move(hooks));
  }

  void AddModel(const std::string& id, const std::string& version, registry::ModelStatus status) {
    registry::Model model;
    model.id = id;
    model.project_id = "p";
    model.name = "mnist";
    model.version = version;
    model.status = status;
    if (status == registry::ModelStatus::kFailed) model.reason = "no signature";
    ASSERT_TRUE(model_rows_.Insert(model));
  }

  static DeployRequest Request() {
    DeployRequest request;
    request.name = "digits";
    request.items.push_back({"m1", 100, "cpu.2u", 1, {}});
    return request;
  }

  ServiceRoute WaitForRoute(const std::function<bool(const ServiceRoute&)>& wanted) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(30), [&] { return route_ && wanted(*route_); }));
    return route_.value_or(ServiceRoute{});
  }

  const Caller caller_{"p", "admin"};
  registry::MemoryModelRepository model_rows_;
  registry::FakeModelChecker checker_;
  std::unique_ptr<registry::ModelService> models_;
  MemoryServiceRepository rows_;
  FakeReplicaRunner runner_;
  ServiceCounts counts_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<ServiceRoute> route_;
  std::unique_ptr<DeploymentService> services_;
};

TEST_F(DeploymentLifeTest, RefusalsHaveTheCloudsCodes) {
  struct Case {
    std::function<void(DeployRequest&)> spoil;
    std::string code, says;
  };
  for (const auto& [spoil, code, says] : std::vector<Case>{
           {[](auto& r) { r.name = "a b"; }, "ModelArts.0104", "service_name"},
           {[](auto& r) { r.name = std::string(65, 'a'); }, "ModelArts.0104", "1 to 64"},
           {[](auto& r) { r.infer_type = "edge"; }, "ModelArts.3589", "real-time"},
           {[](auto& r) { r.infer_type = "batch"; }, "ModelArts.3610", "src_path"},
           {[](auto& r) { r.description = std::string(101, 'x'); }, "ModelArts.0104", "100 characters"},
           {[](auto& r) { r.items.clear(); }, "ModelArts.3610", "at least one"},
           {[](auto& r) { r.items[0].model_id.clear(); }, "ModelArts.3610", "model_id"},
           {[](auto& r) { r.items[0].instance_count = 0; }, "ModelArts.0104", "1 to 128"},
           {[](auto& r) { r.items[0].instance_count = 129; }, "ModelArts.0104", "got 129"},
           {[](auto& r) { r.items[0].weight = -1; }, "ModelArts.0104", "0 to 100"},
           {[](auto& r) { r.items[0].weight = 90; }, "ModelArts.0104", "they sum to 90"},
           {[](auto& r) { r.items.push_back({"m2", 1, "cpu.2u", 1, {}}); }, "ModelArts.0104", "they sum to 101"},
           {[](auto& r) { r.items[0].specification = "gpu"; }, "ModelArts.0104", "unknown specification 'gpu'"},
           {[](auto& r) { r.items = {{"m1", 50, "cpu.2u", 1, {}}, {"m1", 50, "cpu.2u", 1, {}}}; }, "ModelArts.3516",
            "twice"},
           {[](auto& r) { r.items[0].model_id = "m9"; }, "ModelArts.3507", "m9"},
           {[](auto& r) { r.items[0].model_id = "m3"; }, "ModelArts.3515",
            "only published models can be deployed. no signature"},
       }) {
    auto request = Request();
    spoil(request);
    auto refused = services_->Deploy(caller_, request);
    ASSERT_FALSE(refused) << says;
    EXPECT_EQ(refused.error().code, code) << says;
    EXPECT_THAT(refused.error().message, HasSubstr(says));
  }
  EXPECT_EQ(services_->List(caller_, {})->total, 0U) << "nothing is stored of a refused request";
  EXPECT_EQ(CodeOf(services_->Deploy({"other", "x"}, Request())), "ModelArts.3507") << "another project's model";
  ASSERT_TRUE(services_->Deploy(caller_, Request()));
  EXPECT_EQ(CodeOf(services_->Deploy(caller_, Request())), "ModelArts.3503");
}

TEST_F(DeploymentLifeTest, ModelsThatAreBeingImportedAreTakenFromWhoWaits) {
  auto request = Request();
  request.items[0].model_id = "m4";
  EXPECT_EQ(CodeOf(services_->Deploy(caller_, request)), "ModelArts.3515");
  request.wait_for_models = true;
  auto service = services_->Deploy(caller_, request);
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->status, ServiceStatus::kDeploying);
  request.name = "other";
  request.items[0].model_id = "m3";  // refused for good
  EXPECT_EQ(CodeOf(services_->Deploy(caller_, request)), "ModelArts.3515");
}

TEST_F(DeploymentLifeTest, SeveralModelsShareOneService) {
  auto request = Request();
  request.items = {{"m1", 30, "cpu.2u", 1, {}}, {"m2", 70, "cpu.2u", 2, {{"A", "b"}}}};
  auto service = services_->Deploy(caller_, request);
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->deployments[1].model_version, "1.0.1");
  EXPECT_EQ(service->deployments[1].attempts, (std::vector<int>{0, 0}));
  EXPECT_THAT(*services_->ServicesUsing("m2"), testing::ElementsAre("digits"));
}

TEST_F(DeploymentLifeTest, LivesFromDeployToDeletion) {
  runner_.AtOnceReady();
  services_->Start();
  auto service = services_->Deploy(caller_, Request());
  ASSERT_TRUE(service);
  auto running = [](const auto& r) { return r.status == ServiceStatus::kRunning; };
  ASSERT_EQ(WaitForRoute(running).targets.at(0).ready.size(), 1U);
  EXPECT_EQ(services_->Monitor(caller_, service->id)->models.at(0).ready, 1);
  EXPECT_THAT(*services_->LogTail(caller_, service->id, 100), HasSubstr("log of svc-"));
  ASSERT_TRUE(services_->SetRunning(caller_, service->id, true)) << "already so";
  ASSERT_TRUE(services_->SetRunning(caller_, service->id, false));
  WaitForRoute([](const auto& r) { return r.status == ServiceStatus::kStopped; });
  ASSERT_TRUE(services_->SetRunning(caller_, service->id, true));
  WaitForRoute(running);
  EXPECT_EQ(runner_.started(), 2U);
  ASSERT_TRUE(services_->Delete(caller_, service->id));
  WaitForRoute([](const auto& r) { return r.gone; });
  services_->Stop();
  EXPECT_EQ(CodeOf(services_->Find(caller_, service->id)), "ModelArts.3502");
  EXPECT_EQ(runner_.alive(), 0U);
}

TEST_F(DeploymentLifeTest, AStartDuringAStopOrADeletionIsRefused) {
  auto service = services_->Deploy(caller_, Request());
  ASSERT_TRUE(services_->SetRunning(caller_, service->id, false));
  EXPECT_EQ(CodeOf(services_->SetRunning(caller_, service->id, true)), "ModelArts.3519");
  ASSERT_TRUE(services_->Delete(caller_, service->id));
  ASSERT_TRUE(services_->Delete(caller_, service->id)) << "asked twice, done once";
  EXPECT_EQ(CodeOf(services_->SetRunning(caller_, service->id, true)), "ModelArts.3519");
}

TEST_F(DeploymentLifeTest, OtherProjectsSeeNothing) {
  auto service = services_->Deploy(caller_, Request());
  const Caller stranger{"q", "eve"};
  EXPECT_EQ(CodeOf(services_->Find(stranger, service->id)), "ModelArts.3502");
  EXPECT_EQ(CodeOf(services_->Delete(stranger, service->id)), "ModelArts.3502");
  EXPECT_EQ(CodeOf(services_->SetRunning(stranger, service->id, false)), "ModelArts.3502");
  EXPECT_EQ(CodeOf(services_->Describe(stranger, service->id, "x")), "ModelArts.3502");
  EXPECT_EQ(CodeOf(services_->LogTail(stranger, service->id, 10)), "ModelArts.3502");
  EXPECT_EQ(services_->List(stranger, {})->total, 0U);
}

TEST_F(DeploymentLifeTest, ARunningServiceTakesANewConfiguration) {
  runner_.AtOnceReady();
  services_->Start();
  auto id = services_->Deploy(caller_, Request())->id;
  auto serves = [](const std::string& model) {
    return [model](const ServiceRoute& r) {
      return r.status == ServiceStatus::kRunning && r.targets.at(0).model_id == model && !r.targets[0].ready.empty();
    };
  };
  WaitForRoute(serves("m1"));
  ServiceChanges changes;
  changes.items = {{{"m2", 100, "cpu.2u", 2, {{"A", "b"}}}}};
  ASSERT_TRUE(services_->Change(caller_, id, changes));
  WaitForRoute(serves("m2"));
  services_->Stop();
  auto service = *services_->Find(caller_, id);
  EXPECT_EQ(service.deployments.at(0).environment.at("A"), "b");
  ASSERT_EQ(service.history.size(), 2U);
  EXPECT_EQ(service.history[0].result, UpdateResult::kSuccess);
  EXPECT_EQ(service.history[1].result, UpdateResult::kSuccess);
  EXPECT_EQ(service.history[1].config.at(0).model_id, "m2");
}

TEST_F(DeploymentLifeTest, UpdatesAreRefusedWhileSomethingIsUnderWay) {
  auto id = services_->Deploy(caller_, Request())->id;
  ServiceChanges changes;
  changes.items = Request().items;
  EXPECT_EQ(CodeOf(services_->Change(caller_, id, changes)), "ModelArts.3519") << "deploying";
  ASSERT_TRUE(services_->SetRunning(caller_, id, false));
  auto refused = services_->Change(caller_, id, changes);
  EXPECT_EQ(CodeOf(refused), "ModelArts.3519") << "stopping";
  EXPECT_THAT(refused.error().message, HasSubstr("only services in [running, concerning, failed, stopped]"));
  changes.items = {{{"m9", 100, "cpu.2u", 1, {}}}};
  changes.running = false;
  EXPECT_TRUE(services_->Change(caller_, id, changes)) << "with a status the configuration does not count";
}

TEST_F(DeploymentLifeTest, AStoppedServiceKeepsANewConfigurationForItsStart) {
  runner_.AtOnceReady();
  services_->Start();
  auto id = services_->Deploy(caller_, Request())->id;
  WaitForRoute([](const auto& r) { return r.status == ServiceStatus::kRunning; });
  ASSERT_TRUE(services_->SetRunning(caller_, id, false));
  WaitForRoute([](const auto& r) { return r.status == ServiceStatus::kStopped; });
  ServiceChanges changes;
  changes.items = {{{"m2", 100, "cpu.2u", 1, {}}}};
  ASSERT_TRUE(services_->Change(caller_, id, changes));
  EXPECT_EQ(services_->Find(caller_, id)->status, ServiceStatus::kStopped);
  ASSERT_TRUE(services_->SetRunning(caller_, id, true));
  WaitForRoute([](const auto& r) { return r.status == ServiceStatus::kRunning && r.targets.at(0).model_id == "m2"; });
}

TEST_F(DeploymentLifeTest, BadChangesAreRefusedWhole) {
  auto id = services_->Deploy(caller_, Request())->id;
  for (const auto& spoil : std::vector<std::function<void(ServiceChanges&)>>{
           [](auto& c) { c.schedule = Schedule{"WEEKS", 1}; }, [](auto& c) { c.schedule = Schedule{"DAYS", 0}; },
           [](auto& c) { c.schedule = Schedule{"DAYS", 4000}; },
           [](auto& c) { c.additional_properties = std::string(5000, 'x'); },
           [](auto& c) { c.items = std::vector<DeployRequest::Item>{}; },
           [](auto& c) { c.items = {{{"m1", 90, "cpu.2u", 1, {}}}}; },
           [](auto& c) { c.items = {{{"m1", 100, "custom", 1, {}}}}; }}) {
    ServiceChanges changes;
    changes.description = "new";
    spoil(changes);
    EXPECT_FALSE(services_->Change(caller_, id, changes));
  }
  EXPECT_EQ(services_->Find(caller_, id)->description, "");
}

TEST_F(DeploymentLifeTest, ASchedulesEndStopsTheService) {
  runner_.AtOnceReady();
  services_->Start();
  auto request = Request();
  request.schedule = Schedule{"MINUTES", 1};
  auto service = services_->Deploy(caller_, request);
  EXPECT_EQ(*service->stop_at, service->created + std::chrono::minutes(1));
  WaitForRoute([](const auto& r) { return r.status == ServiceStatus::kRunning; });
  services_->Stop();
  clock_.Advance(std::chrono::minutes(1));
  Restart();  // a server that was down at that time
  services_->Start();
  WaitForRoute([](const auto& r) { return r.status == ServiceStatus::kStopped; });
  services_->Stop();
  auto stopped = *services_->Find(caller_, service->id);
  EXPECT_FALSE(stopped.stop_at);
  EXPECT_TRUE(stopped.schedule) << "for the next start";
  auto says = [](const ServiceEvent& event) { return event.text; };
  EXPECT_THAT(stopped.events, testing::Contains(testing::ResultOf(says, HasSubstr("schedule has ended"))));
  ASSERT_TRUE(services_->SetRunning(caller_, service->id, true));
  EXPECT_EQ(*services_->Find(caller_, service->id)->stop_at, clock_.Now() + std::chrono::minutes(1));
  ServiceChanges none;
  none.schedule = std::optional<Schedule>{};
  ASSERT_TRUE(services_->Change(caller_, service->id, none));
  EXPECT_FALSE(services_->Find(caller_, service->id)->stop_at);
}

TEST_F(DeploymentLifeTest, MonitorMeasuresBetweenLooks) {
  runner_.AtOnceReady();
  services_->Start();
  auto id = services_->Deploy(caller_, Request())->id;
  WaitForRoute([](const auto& r) { return r.status == ServiceStatus::kRunning; });
  services_->Stop();
  auto started = clock_.Now();
  clock_.Advance(std::chrono::seconds(10));
  runner_.Uses({started, 5.0, 1000});
  auto first = services_->Monitor(caller_, id);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_DOUBLE_EQ(first->models.at(0).cores_used, 0.5) << "since the start";
  EXPECT_EQ(first->models[0].memory_bytes, 1000U);
  clock_.Advance(std::chrono::seconds(2));
  runner_.Uses({started, 9.0, 2000});
  EXPECT_DOUBLE_EQ(services_->Monitor(caller_, id)->models[0].cores_used, 2.0) << "since the look before";
  clock_.Advance(std::chrono::milliseconds(10));
  EXPECT_DOUBLE_EQ(services_->Monitor(caller_, id)->models[0].cores_used, 2.0) << "too soon to measure anew";
  EXPECT_EQ(CodeOf(services_->Monitor({"q", "eve"}, id)), "ModelArts.3502");
}

TEST_F(DeploymentLifeTest, TheEventsTellTheWay) {
  runner_.AtOnceReady();
  services_->Start();
  auto id = services_->Deploy(caller_, Request())->id;
  WaitForRoute([](const auto& r) { return r.status == ServiceStatus::kRunning; });
  services_->Stop();
  std::vector<std::string> texts;
  for (const auto& event : services_->Find(caller_, id)->events) texts.push_back(event.text);
  EXPECT_THAT(texts, testing::ElementsAre("start to deploy service", "preparing environment",
                                          "[mnist 1.0.0] prepare environment success",
                                          "[mnist 1.0.0] schedule resource success", "[mnist 1.0.0] pull image success",
                                          "[mnist 1.0.0] starting model", "service is running"));
}

TEST_F(DeploymentLifeTest, CallsAddUpOverRestarts) {
  auto id = services_->Deploy(caller_, Request())->id;
  counts_ = {7, 2};
  EXPECT_EQ(services_->Find(caller_, id)->invocations, 7U);
  ASSERT_TRUE(services_->Describe(caller_, id, "new")) << "stores the row";
  EXPECT_EQ(services_->Find(caller_, id)->invocations, 7U) << "what is stored is not counted twice";
  counts_ = {10, 3};
  EXPECT_EQ(services_->List(caller_, {})->services.at(0).invocations, 10U);
  Restart();
  EXPECT_EQ(services_->Find(caller_, id)->invocations, 10U);
  EXPECT_EQ(services_->Find(caller_, id)->failures, 3U);
  counts_ = {1, 1, 0, {{"m1", {1, 1}}}};
  EXPECT_EQ(services_->Find(caller_, id)->invocations, 11U);
  EXPECT_EQ(services_->Find(caller_, id)->model_calls.at("m1").invocations, 1U);
  ASSERT_TRUE(services_->Describe(caller_, id, "stored"));
  EXPECT_EQ(services_->Find(caller_, id)->model_calls.at("m1").failures, 1U);
}

}  // namespace
}  // namespace atelier::serving
