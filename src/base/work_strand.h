// Work that must run in order and one at a time, on a pool of threads.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "base/worker_pool.h"

namespace atelier {

// Runs what is posted in the order of posting, never two at once, on whichever thread of the pool is free. Work that is
// posted while other work runs follows it without a wait; only when others wait for the pool does the strand queue up
// again behind them. What one function wrote the next one sees. The pool must outlive the last TryPost.
//
// TryPost is thread-safe. The destructor drops what has not begun and waits for what runs (with what it holds let go):
// afterwards nothing posted is referred to. It must not be called by posted work. Work must not throw.
class WorkStrand {
 public:
  WorkStrand(WorkerPool& pool, std::size_t queue_limit);
  ~WorkStrand();
  WorkStrand(const WorkStrand&) = delete;
  WorkStrand& operator=(const WorkStrand&) = delete;

  // False when `queue_limit` functions wait already, or nothing runs and the pool refuses; the work is then not run,
  // and everything posted before has ended in the second case.
  [[nodiscard]] bool TryPost(std::function<void()> work);

 private:
  struct State;
  static void Run(const std::shared_ptr<State>& state);

  const std::size_t queue_limit_;
  std::shared_ptr<State> state_;
};

}  // namespace atelier
