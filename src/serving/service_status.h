// The status of a service as a pure function of what is wanted and what is seen.
#pragma once

#include <string>
#include <vector>

#include "serving/types.h"

namespace atelier::serving {

struct StatusInputs {
  DesiredState desired = DesiredState::kRunning;
  ServiceStatus current = ServiceStatus::kDeploying;
  std::vector<ReplicaView> replicas;  // every replica of every deployment
  // Replicas that failed too often are started no more: one of them while deploying; once it has run, all that are not
  // ready.
  bool gave_up = false;
  bool timed_out = false;  // deploying for longer than allowed
};

// running: every replica is ready. concerning: it was running and some are not. deploying: not running yet. failed:
// gave up or timed out while deploying, or none is ready after having run and restarts are exhausted. stopping/stopped,
// deleting: as desired.
ServiceStatus DeriveStatus(const StatusInputs& inputs);

}  // namespace atelier::serving
