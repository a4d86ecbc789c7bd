#include "training/restart.h"

namespace atelier::training {

bool MayRestart(const RestartPolicy& policy, int restarts, Ending ending) {
  if (restarts >= policy.most_restarts) return false;
  switch (ending) {
    case Ending::kBadly:
    case Ending::kVanished:
      return true;
    case Ending::kFault:
      return policy.unconditional;
    case Ending::kWell:
    case Ending::kStopped:
      return false;
  }
  return false;
}

}  // namespace atelier::training
