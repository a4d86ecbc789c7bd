// How a worker notices that it should end, and that a request of its own will not.
#pragma once

#include <csignal>
#include <cstdint>
#include <ctime>

#include "base/error.h"
#include "base/files.h"

namespace atelier::predictor {

// SIGTERM as something to wait for beside a descriptor. A handler that only sets a flag would lose a signal that comes
// between the look at the flag and the blocking call. Interrupted calls go on by themselves, so that user code sees
// nothing of it. One per process.
class StopSignal {
 public:
  // Takes SIGTERM over and unblocks all signals; ignores SIGPIPE.
  static Result<StopSignal> Install();
  // Until `fd` is readable (true) or the stop has been asked for (false, whatever the descriptor says).
  bool WaitReadable(int fd) const;
  bool Asked() const;

 private:
  explicit StopSignal(UniqueFd event) : event_(std::move(event)) {}
  UniqueFd event_;
};

// Ends this process when a request runs on after its deadline. The dispatcher has such a worker killed; this is for
// when the dispatcher is gone: a worker that never ends its request would never greet the next one. Setting a timer for
// each request would be a call to the kernel each: it is left running, and looks at the present deadline when it fires.
// One per process.
class Watchdog {
 public:
  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // 0: no deadline. A second is added: whoever set the deadline comes first.
  void Arm(std::uint32_t deadline_ms);
  void Disarm();

  static int Signal() { return SIGRTMAX; }
};

}  // namespace atelier::predictor
