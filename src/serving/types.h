// Services (modelarts-api section 4).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "serving/batch_task.h"

namespace atelier::serving {

// On whose behalf an operation runs.
struct Caller {
  std::string project_id;
  std::string user_name;
};

enum class ServiceStatus { kDeploying, kRunning, kConcerning, kFailed, kStopping, kStopped, kDeleting, kFinished };
std::string_view ToString(ServiceStatus status);
std::optional<ServiceStatus> ParseServiceStatus(std::string_view text);

// What the user wants. Reconciliation moves the status towards it.
enum class DesiredState { kRunning, kStopped, kDeleted };

// One model version behind a service.
struct ModelDeployment {
  std::string model_id, model_name, model_version;
  int weight = 100;           // share of the requests; all weights of a service sum to 100
  std::string specification;  // flavor code
  int instance_count = 1;
  std::map<std::string, std::string> environment;
  // Restarts of each replica so far; part of its workload's name, so that an id is never used twice. After a scaling in
  // there are more of them than instances: a later scaling out goes on where they were.
  std::vector<int> attempts;
  // Which update brought it (0: the first deployment) and its place in that, part of the workload's name as well. What
  // an update leaves as it was keeps both.
  int generation = 0;
  int slot = 0;
};

// The service stops so long after it was started, or after this was asked.
struct Schedule {
  std::string time_unit;  // DAYS, HOURS, MINUTES
  std::int64_t duration = 0;
};
std::optional<Milliseconds> LengthOf(const Schedule& schedule);  // nullopt for an unknown unit

// A configuration on its way to replace the one that serves.
struct ServiceUpdate {
  std::vector<ModelDeployment> deployments;
  TimePoint started;
  std::int64_t timeout_seconds = 1200;
  std::string trouble;  // why a replica of it ended last
};

enum class UpdateResult { kRunning, kSuccess, kFail };
std::string_view ToString(UpdateResult result);  // "RUNNING", ...
std::optional<UpdateResult> ParseUpdateResult(std::string_view text);

// One configuration that was asked for, and what became of it.
struct UpdateRecord {
  TimePoint time;
  UpdateResult result = UpdateResult::kRunning;
  std::vector<ModelDeployment> config;
  std::string reason;  // for kFail
};

struct CallCounts {
  std::uint64_t invocations = 0, failures = 0;
};

struct ServiceEvent {
  TimePoint time;
  bool normal = true;
  std::string text;
};

struct Service {
  std::string id;  // UUID
  std::string project_id;
  std::string owner;
  std::string name;
  std::string description;
  std::string workspace_id = "0";
  std::optional<BatchTask> batch;            // of a batch service
  std::vector<ModelDeployment> deployments;  // what serves
  std::optional<ServiceUpdate> update;       // what is to serve instead, as soon as all of it is ready
  std::vector<ModelDeployment> leaving;      // what served, or was to: until the last of its replicas has gone
  int last_generation = 0;                   // of any update so far
  std::string update_error;                  // the last update failed, and why
  std::vector<UpdateRecord> history;         // the newest 20
  std::optional<Schedule> schedule;
  std::optional<TimePoint> stop_at;          // what the schedule comes to while the service runs
  std::string additional_properties = "{}";  // JSON text, kept as it was given
  DesiredState desired = DesiredState::kRunning;
  ServiceStatus status = ServiceStatus::kDeploying;
  std::string reason;  // why it failed or is concerning
  TimePoint created, updated;
  TimePoint transition;  // of the last change of status
  std::int64_t deploy_timeout_seconds = 1200;
  std::vector<ServiceEvent> events;               // the newest 200
  std::uint64_t invocations = 0, failures = 0;    // as last persisted
  std::map<std::string, CallCounts> model_calls;  // of these, by model id; as last persisted
};

// The status as it is told: deploying while an update is under way, which the old configuration serves through.
ServiceStatus ShownStatus(const Service& service);
// The same for a service that has a batch task: finished or failed as that has ended.
ServiceStatus ShownBatchStatus(const Service& service);
// Whether there are replicas for its batch task, and it has not ended.
bool WantsBatchWork(const Service& service);
inline std::string_view InferType(const Service& service) { return service.batch ? "batch" : "real-time"; }

struct ServiceFilter {
  std::string id, name, model_id, status, infer_type, workspace_id;  // name: part of it, in any case
  std::string sort_by = "publish_at";                                // publish_at, service_name, transition_at
  bool ascending = false;
  std::size_t offset = 0;  // page number of `limit` rows
  std::size_t limit = 1000;
};
struct ServicePage {
  std::vector<Service> services;
  std::size_t total = 0;
};

// A replica as the reconciler sees it.
struct ReplicaView {
  enum class Phase { kAbsent, kStarting, kReady, kEnded };
  Phase phase = Phase::kAbsent;
  std::string reason;  // for kEnded: why
};

}  // namespace atelier::serving
