// How a board's status moves, and what follows from an end of TensorBoard that nobody asked for. Pure: side effects are
// the runner's.
#pragma once

#include <optional>

#include "boards/types.h"

namespace atelier::boards {

enum class Event {
  kTakenUp,       // the reconciler took it up
  kAnswers,       // TensorBoard takes connections
  kRelaunch,      // TensorBoard ended by itself, or must show other events: it is started anew
  kGivenUp,       // it cannot be started, or ended too often
  kStopAsked,     // the user asked for an end
  kTimeIsUp,      // it ran as long as it was to run
  kEnded,         // nothing of it runs any more, after kStopAsked
  kEndedInTime,   // the same after kTimeIsUp
  kRestartAsked,  // the user wants it again
};

// The status after `event`, or nullopt when the event has no meaning in this status.
//   INIT -> WAITING <-> RUNNING ;  WAITING | RUNNING -> FAILED
//   INIT -> CANCELED ;  WAITING | RUNNING -> KILLING -> KILLED (asked) | COMPLETED (time is up)
//   COMPLETED | FAILED | KILLED | CANCELED -> INIT
std::optional<Status> Next(Status status, Event event);

// Nothing of it runs and nothing is left to do.
bool IsFinal(Status status);

// After an end of TensorBoard that nobody asked for, `lived` after its start.
struct AfterEnd {
  int failures = 0;       // to remember
  bool give_up = false;   // it ended too often
  Milliseconds pause{0};  // before the next start
  bool operator==(const AfterEnd&) const = default;
};
AfterEnd JudgeEnd(int failures_before, Milliseconds lived);

}  // namespace atelier::boards
