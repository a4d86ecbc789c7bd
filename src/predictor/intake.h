// The requests of one connection, as a worker takes them.
#pragma once

#include <chrono>
#include <deque>
#include <vector>

#include "base/brief_spin.h"
#include "predictor/protocol.h"
#include "predictor/stop_signal.h"

namespace atelier::predictor {

// After a stop has been asked for, what has arrived is still given out; whoever writes from then on is told that nobody
// reads.
class Intake {
 public:
  struct Request {
    Frame frame;
    bool recalled = false;
  };

  // `fd` and `stop` outlive it.
  Intake(int fd, const StopSignal& stop) : fd_(fd), stop_(stop) {}

  // Until there is a request. False: no more will come. `look`: see what else has arrived, even if there is one.
  bool Wait(bool look);
  // The oldest ones: at most `count`, and no more bytes together than `kTogether` unless it is one.
  std::vector<Request> Take(std::size_t count);

  static constexpr std::size_t kTogether = 4 * 1024 * 1024;

 private:
  enum class Outcome { kSome, kNothingNow, kEnd };
  Outcome Receive();
  void ReceiveOrSleep();
  void Accept(Frame frame);
  void ShutOnStop();

  int fd_;
  const StopSignal& stop_;
  FrameBuffer buffer_;
  std::deque<Request> pending_;
  bool shut_ = false, ended_ = false;
  bool brisk_ = false;  // the last wait was short: the next may be as well
  std::chrono::steady_clock::time_point looked_;
};

}  // namespace atelier::predictor
