// Deploy, start, stop, delete and list services.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "registry/model_service.h"
#include "serving/replica_runner.h"
#include "serving/service_repository.h"
#include "serving/types.h"

namespace atelier::serving {

struct DeployRequest {
  std::string name, description, workspace_id = "0";
  std::string infer_type = "real-time";
  struct Item {
    std::string model_id;
    int weight = 100;
    std::string specification;
    int instance_count = 1;
    std::map<std::string, std::string> environment;
    std::optional<BatchSpec> batch = {};  // what the item says of a batch task
  };
  std::vector<Item> items;
  std::int64_t deploy_timeout_seconds = 1200;
  std::optional<Schedule> schedule = {};
  std::string additional_properties = "{}";  // a JSON object as text
  // Models that are still being imported will do: the service is deploying until they are published and fails with the
  // reason of one that is refused. Otherwise they are refused at once (3515).
  bool wait_for_models = false;
};

// What to change of a service; what is absent stays. A wish for a state wins over a configuration (section 4.6).
struct ServiceChanges {
  std::optional<bool> running;
  std::optional<std::string> description;
  std::optional<std::vector<DeployRequest::Item>> items;  // all of them
  std::optional<std::int64_t> deploy_timeout_seconds;     // with items
  std::optional<std::optional<Schedule>> schedule;        // nullopt inside: none any more
  std::optional<std::string> additional_properties;
  bool wait_for_models = false;  // as in DeployRequest
};

// What the prediction path needs to know of a service: published whenever it changes.
struct ServiceRoute {
  std::string service_id, service_name, project_id;
  ServiceStatus status = ServiceStatus::kDeploying;
  struct Replica {
    std::string id;
    std::filesystem::path run_directory;
    std::size_t workers = 1;
  };
  struct Target {
    std::string model_id;
    int weight = 100;
    std::vector<Replica> ready;
  };
  std::vector<Target> targets;
  bool gone = false;                      // the service was deleted
  std::vector<std::string> leaving = {};  // replicas that get nothing new and finish what they have
};

// Counted by the prediction path, read here for details and monitoring.
struct ServiceCounts {
  std::uint64_t invocations = 0, failures = 0;
  std::uint64_t last_minute = 0;                    // of the invocations
  std::map<std::string, CallCounts> by_model = {};  // by model id
};

// What a service takes and gives (section 4.7).
struct ModelMonitor {
  ModelDeployment deployment;
  CallCounts calls;
  int ready = 0;          // of its replicas
  double cores_used = 0;  // by all of them together
  std::uint64_t memory_bytes = 0;
};
struct ServiceMonitor {
  Service service;
  std::vector<ModelMonitor> models;
  std::uint64_t requests_last_minute = 0;
};

// Thread-safe. One reconcile thread; a crash at any point is repaired by its next pass: replicas that run are
// re-adopted.
class DeploymentService {
 public:
  struct Hooks {
    std::function<void(const ServiceRoute&)> publish_route;
    std::function<ServiceCounts(const std::string& service_id)> counts;  // since the server's start
    // Whether the router has no request of a replica any more that its routes name no longer.
    std::function<bool(const std::string& replica_id)> drained = {};
    // Whether a batch task can be carried out as it is asked for.
    std::function<Result<void>(const Caller& caller, const BatchSpec& spec)> check_batch = {};
    // Whether a service may have so many replicas more than it has.
    std::function<Result<void>(const Caller& caller, std::size_t more)> check_replicas = {};
  };

  DeploymentService(ServiceRepository& repository, registry::ModelService& models, ReplicaRunner& runner,
                    const Clock& clock, Hooks hooks);
  ~DeploymentService();
  void Start();
  void Stop();
  void Wake();

  // Errors carry ModelArts codes: 3503 name taken, 3507 model missing, 3515 model not published, 3516 same version
  // twice, 0104/3610 bad fields, weights must sum to 100.
  Result<Service> Deploy(const Caller& caller, const DeployRequest& request);
  Result<Service> Find(const Caller& caller, const std::string& id);  // NotFound, ModelArts.3502
  Result<ServicePage> List(const Caller& caller, const ServiceFilter& filter);
  // 3519 while it is deploying, stopping or being deleted; the codes of Deploy() for a configuration. A running service
  // takes a new configuration without a gap (serving/rollout.h); a stopped one keeps it for its next start.
  Result<void> Change(const Caller& caller, const std::string& id, const ServiceChanges& changes);
  Result<void> SetRunning(const Caller& caller, const std::string& id, bool running);
  Result<void> Describe(const Caller& caller, const std::string& id, const std::string& description);
  Result<void> Delete(const Caller& caller, const std::string& id);
  Result<std::vector<std::string>> ServicesUsing(const std::string& model_id);
  Result<std::string> LogTail(const Caller& caller, const std::string& id, std::size_t max_bytes);
  // CPU is measured between two calls at least a second apart; at first it is the average since a replica's start.
  Result<ServiceMonitor> Monitor(const Caller& caller, const std::string& id);

  // For who carries out batch tasks. A task is known by its service and its run.
  Result<std::vector<Service>> BatchesToRun();
  Result<bool> WantsBatch(const std::string& id, int run);
  // Durable when it returns; false when the task is to be left as it is: it was stopped, deleted or started again.
  Result<bool> SaveBatch(const std::string& id, int run, const BatchProgress& progress);
  // Its replicas are stopped then. Nothing happens when the task is not wanted any more.
  Result<void> EndBatch(const std::string& id, int run, BatchOutcome outcome, const std::string& reason);

 private:
  struct State;  // deployment_state.h
  std::unique_ptr<State> state_;
};

// "svc-<first 12 of the service id>-g1-d0-r0-a0": the workload id of one attempt at one replica; without the "g" in the
// first generation.
std::string ReplicaId(const Service& service, const ModelDeployment& deployment, std::size_t replica);

}  // namespace atelier::serving
