// One idempotent step of one service: looks at its replicas, starts, stops or forgets what has to be, carries an update
// on, and derives the status.
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
#include "serving/model_readiness.h"
#include "serving/replica_runner.h"
#include "serving/rollout.h"
#include "serving/types.h"

namespace atelier::serving {

// Used under the lock of the service rows. What it keeps in memory (back-off times, the last published route) may be
// lost at any time: a new server starts with none of it and goes on.
class DeploymentReconciler {
 public:
  // Where the package of a model lies on this machine.
  using PackageOf = std::function<std::filesystem::path(const std::string& model_id)>;
  // Whether a replica that no published route names any more has answered all that it was given.
  using Drained = std::function<bool(const std::string& replica_id)>;

  // Without `readiness` every model is ready.
  DeploymentReconciler(PackageOf package_of, ReplicaRunner& runner, const Clock& clock, Drained drained = {},
                       ModelReadinessOf readiness = {});

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
    Place place;
    ReplicaView view;
  };
  // Replicas that failed too often.
  struct GivenUp {
    std::size_t serving = 0, coming = 0;
  };

  Result<std::vector<Replica>> Observe(Service& service);
  Result<GivenUp> KeepRunning(Step& step, std::vector<Replica>& replicas);
  Result<bool> KeepOne(Step& step, Replica& replica, std::size_t& starting);  // false: given up
  // Of an absent replica's model; a refused one is said in the row.
  Result<ModelReadiness::State> AskForModel(Step& step, const Replica& replica);
  bool Restart(Step& step, Replica& replica);  // false: given up
  void Replace(Step& step, Replica& replica);
  Result<void> Retire(Step& step, Replica& replica);
  Result<void> StopAll(Step& step, std::vector<Replica>& replicas);
  // Whether the configuration has changed: the places of its replicas are others then.
  bool Roll(Step& step, const std::vector<Replica>& replicas, std::size_t given_up);
  void Derive(Step& step, const std::vector<Replica>& replicas, std::size_t given_up);
  void SetStatus(Step& step, ServiceStatus status);
  void PublishRoute(Step& step, const std::vector<Replica>& replicas);
  Result<void> StartReplica(Step& step, const Replica& replica);

  PackageOf package_of_;
  ReplicaRunner& runner_;
  const Clock& clock_;
  Drained drained_;
  ModelReadinessOf readiness_;
  std::map<std::string, Backoff> backoffs_;       // by workload id without the attempt
  std::map<std::string, std::string> published_;  // service id -> fingerprint of the last route
};

}  // namespace atelier::serving
