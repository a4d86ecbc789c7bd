// One idempotent step of one service: looks at its replicas, starts, stops or forgets what has to be, and derives the
// status.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "serving/deployment_service.h"
#include "serving/replica_runner.h"
#include "serving/types.h"

namespace atelier::serving {

void AddEvent(Service& service, TimePoint time, bool normal, std::string text);  // keeps the newest 200

// Used under the lock of the service rows. What it keeps in memory (back-off times, the last published route) may be
// lost at any time: a new server starts with none of it and goes on.
class DeploymentReconciler {
 public:
  // Where the package of a model lies on this machine.
  using PackageOf = std::function<std::filesystem::path(const std::string& model_id)>;

  DeploymentReconciler(PackageOf package_of, ReplicaRunner& runner, const Clock& clock);

  struct Step {
    Service service;  // as it should be stored
    bool changed = false;
    bool remove = false;                // everything is gone: remove the row
    bool settled = false;               // nothing to do until something changes
    std::optional<ServiceRoute> route;  // to be published
    // Ended workloads. They are forgotten once the row, with its new attempts, is stored: otherwise a crash in between
    // would let an id be used twice. Those that such a crash leaves are orphans, which the next start forgets.
    std::vector<std::string> forget;
  };
  Result<Step> Advance(Service service);
  // The step could not be stored: its route was not published.
  void Undo(const Step& step) { published_.erase(step.service.id); }
  // A start or stop was asked: failures of the past count no more.
  void BeginDeployment(const Service& service);

 private:
  struct Backoff {
    int failures = 0;  // in a row, without having been ready
    TimePoint not_before;
  };
  struct Replica {
    std::size_t deployment, index;
    ReplicaView view;
  };

  Result<std::vector<Replica>> Observe(const Service& service);
  // Returns how many replicas have been given up.
  Result<std::size_t> KeepRunning(Step& step, std::vector<Replica>& replicas);
  bool Restart(Step& step, Replica& replica);  // false: given up
  static void Replace(Step& step, Replica& replica);
  Result<void> StopAll(Step& step, std::vector<Replica>& replicas);
  void PublishRoute(Step& step, const std::vector<Replica>& replicas);
  Result<void> StartReplica(const Service& service, const Replica& replica);

  PackageOf package_of_;
  ReplicaRunner& runner_;
  const Clock& clock_;
  std::map<std::string, Backoff> backoffs_;       // by service id + deployment + replica
  std::map<std::string, std::string> published_;  // service id -> fingerprint of the last route
};

}  // namespace atelier::serving
