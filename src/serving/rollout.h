// A rolling update as pure functions over a service's row: what stays, what comes, what leaves, and when the new
// configuration takes over (modelarts-api section 4.6).
//
// All replicas of the new configuration become ready beside the old ones; then one write of the row makes it the one
// that serves, and the old ones leave when they have answered what they had. Until that write the old configuration
// serves; a configuration that cannot start leaves instead.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "serving/types.h"

namespace atelier::serving {

// `wanted` with generations and slots: an entry with the model, specification and environment of a current one keeps
// its replicas (weight and number of instances may differ), every other one is new in `generation`.
std::vector<ModelDeployment> PlanUpdate(const std::vector<ModelDeployment>& current,
                                        std::vector<ModelDeployment> wanted, int generation);

// The row with a configuration on its way. Any earlier one must have ended.
void BeginUpdate(Service& service, std::vector<ModelDeployment> wanted, TimePoint now, std::int64_t timeout_seconds);
// The configuration on its way serves from now on; what is not in it leaves.
void FinishUpdate(Service& service);
// What had begun to come leaves.
void AbandonUpdate(Service& service);
// Without replicas that serve: `wanted` takes the place of what there is at once.
void ReplaceConfiguration(Service& service, std::vector<ModelDeployment> wanted);

// Why a replica that the row knows is there.
enum class Duty {
  kServe,  // belongs to the configuration that serves
  kCome,   // wanted by the one on its way only
  kLeave,  // wanted no more
};
struct Place {
  ModelDeployment* deployment = nullptr;  // in the row
  std::size_t index = 0;                  // of the replica
  Duty duty = Duty::kServe;
  std::size_t target = 0;  // for kServe: which of `service.deployments`
  bool next = false;       // the configuration on its way needs it to be ready
};
// Every replica that may exist, each once. The pointers are good until the row changes.
std::vector<Place> PlacesOf(Service& service);
// Their workload ids.
std::vector<std::string> ReplicaIds(const Service& service);

enum class RolloutStep { kWait, kSwitch, kAbandon };
struct RolloutInputs {
  std::vector<ReplicaView> wanted;  // every replica of the new configuration
  bool gave_up = false;             // one of the new ones failed too often
  bool timed_out = false;
};
RolloutStep NextStep(const RolloutInputs& inputs);

}  // namespace atelier::serving
