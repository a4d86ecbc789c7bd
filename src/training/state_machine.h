// How a version's status moves. Pure: side effects are the reconciler's.
#pragma once

#include <optional>
#include <string_view>

#include "training/types.h"

namespace atelier::training {

enum class Event {
  kSubmit,        // the reconciler took it up
  kWait,          // something it needs is not there yet (an engine being installed, a busy machine)
  kSubmitFailed,  // it can never start: inputs are gone, the engine cannot be installed, the workload was refused
  kStarted,       // its workload is there
  kExitedWell,    // the workload ended with code 0 and its outputs are stored
  kExitedBadly,   // it ended otherwise, or the platform ended it for a fault
  kVanished,      // the workload is gone without a report
  kRestart,       // the workload failed and is to be started once more
  kStopAsked,     // the user asked for an end
  kEnded,         // nothing of it runs any more (after kStopAsked)
};

// The status after `event`, or nullopt when the event has no meaning in this status (the caller leaves it as it is).
//   INIT -> SUBMIT_TRYING -> WAITING -> RUNNING -> COMPLETED | FAILED | LOST
//   RUNNING -> WAITING, to be started once more
//   any of the first four -> KILLING -> KILLED ;  any of the first three -> SUBMIT_FAILED
std::optional<Status> Next(Status status, Event event);

bool IsFinal(Status status);
// Whether a user's stop is allowed: the version is neither final nor being stopped.
bool CanStop(Status status);

std::string_view ToString(Status status);  // "RUNNING", as clients print it

}  // namespace atelier::training
