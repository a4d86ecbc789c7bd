// Whether a run that ended is begun again. Pure.
#pragma once

#include "training/container_spec.h"

namespace atelier::training {

// How a run ended, as far as a restart is concerned.
enum class Ending {
  kWell,      // exit code 0
  kBadly,     // the script failed, or was killed from outside or for its memory
  kVanished,  // the machine lost it
  kFault,     // the platform ended it, or its packages could not be installed: the same will happen again
  kStopped,   // on request, or because its time was up
};

// `restarts`: how many there were before.
bool MayRestart(const RestartPolicy& policy, int restarts, Ending ending);

}  // namespace atelier::training
