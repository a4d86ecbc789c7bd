// Real-time services (modelarts-api section 4).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace atelier::serving {

// On whose behalf an operation runs.
struct Caller {
  std::string project_id;
  std::string user_name;
};

enum class ServiceStatus { kDeploying, kRunning, kConcerning, kFailed, kStopping, kStopped, kDeleting };
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
  // Restarts of each replica so far; part of its workload's name, so that an id is never used twice.
  std::vector<int> attempts;
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
  std::vector<ModelDeployment> deployments;
  DesiredState desired = DesiredState::kRunning;
  ServiceStatus status = ServiceStatus::kDeploying;
  std::string reason;  // why it failed or is concerning
  TimePoint created, updated;
  TimePoint transition;  // of the last change of status
  std::int64_t deploy_timeout_seconds = 1200;
  std::vector<ServiceEvent> events;             // the newest 200
  std::uint64_t invocations = 0, failures = 0;  // as last persisted
};

struct ServiceFilter {
  std::string id, name, model_id, status, infer_type;  // name: substring
  std::string workspace_id;                            // empty: any
  std::string sort_by = "publish_at";                  // publish_at, service_name, transition_at
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
