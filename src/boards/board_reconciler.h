// Drives every board that is not at its end, one idempotent step at a time.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/reconcile_loop.h"
#include "boards/board_runner.h"

namespace atelier::boards {

// Start() makes the one thread that takes all steps. Without it, RunPass() does everything inline: that is how tests
// drive it. Boards go on when it is destroyed; a new one picks them up.
class BoardReconciler {
 public:
  BoardReconciler(BoardPorts ports, BoardRunner& runner, std::chrono::milliseconds tick);

  void Start() { loop_.Start(); }
  void Wake() { loop_.Wake(); }
  void Stop() { loop_.Stop(); }

  // Steps of every pending board until each waits for something. True when there are any left.
  Result<bool> RunPass();
  // Stops and forgets workloads of ours that no board knows: left by a database that was put back to an older state.
  Result<void> ReapOrphans();

 private:
  struct Entry {
    RunMemory memory;
    std::string last_error;
  };

  ReconcileLoop::Outcome Pass();
  void TakeSteps(std::int64_t board_id, Entry& entry);

  BoardPorts ports_;
  BoardRunner& runner_;
  bool reaped_ = false;
  std::map<std::int64_t, Entry> entries_;  // by board id; of pending boards
  ReconcileLoop loop_;                     // last: its thread uses the members above
};

}  // namespace atelier::boards
