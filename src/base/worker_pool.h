// A bounded pool of threads for blocking work (disk, database). A full queue refuses: the caller answers 503.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace atelier {

// Thread-safe. The destructor runs what is queued, then joins.
class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t queue_limit);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full or the pool is stopping; the work is then not run.
  [[nodiscard]] bool TryPost(std::function<void()> work);
  // Whether work waits for a thread at this moment.
  bool HasWaiting();

 private:
  void Run();

  const std::size_t queue_limit_;
  std::mutex mutex_;
  std::condition_variable ready_;            // guards with mutex_:
  std::deque<std::function<void()>> queue_;  //   waiting work
  bool stopping_ = false;                    //   set once, by the destructor
  std::vector<std::thread> threads_;
};

}  // namespace atelier
