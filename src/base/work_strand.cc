#include "base/work_strand.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace atelier {

// Shared with the pool's queue, where a turn may still wait when the strand is gone.
struct WorkStrand::State {
  explicit State(WorkerPool& pool_in) : pool(pool_in) {}

  WorkerPool& pool;
  std::mutex mutex;
  std::condition_variable ended;            // guards with mutex:
  std::deque<std::function<void()>> queue;  //   waiting work
  bool scheduled = false;                   //   a thread of the pool runs it, or will
  bool running = false;                     //   a function runs now
};

WorkStrand::WorkStrand(WorkerPool& pool, std::size_t queue_limit)
    : queue_limit_(queue_limit), state_(std::make_shared<State>(pool)) {}

WorkStrand::~WorkStrand() {
  std::deque<std::function<void()>> dropped;  // let go outside the lock
  std::unique_lock lock(state_->mutex);
  dropped.swap(state_->queue);
  state_->ended.wait(lock, [this] { return !state_->running; });
}

bool WorkStrand::TryPost(std::function<void()> work) {
  std::lock_guard lock(state_->mutex);
  if (state_->queue.size() >= queue_limit_) return false;
  if (!state_->scheduled) {
    // It cannot run before the lock is let go.
    if (!state_->pool.TryPost([state = state_] { Run(state); })) return false;
    state_->scheduled = true;
  }
  state_->queue.push_back(std::move(work));
  return true;
}

void WorkStrand::Run(const std::shared_ptr<State>& state) {
  std::unique_lock lock(state->mutex);
  while (!state->queue.empty()) {
    auto work = std::move(state->queue.front());
    state->queue.pop_front();
    state->running = true;
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
    state->running = false;
    state->ended.notify_all();
    // A long stream of work must not keep others from the pool. When that is full, waiting in it is no way out.
    if (state->queue.empty() || !state->pool.HasWaiting()) continue;
    if (state->pool.TryPost([state] { Run(state); })) return;
  }
  state->scheduled = false;
}

}  // namespace atelier
