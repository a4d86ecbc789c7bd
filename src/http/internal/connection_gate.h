// Counts the open connections of a server and holds them to a limit.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

namespace atelier::http {

// Thread-safe.
class ConnectionGate {
 public:
  explicit ConnectionGate(std::size_t limit) : limit_(limit) {}

  // Takes a place. When there is none: false, and `on_room` is called once, from any thread, when there may be one.
  bool TryEnter(std::function<void()> on_room);
  void Leave();
  // Waits until nobody is inside; false when `timeout` passed before.
  bool WaitEmpty(std::chrono::milliseconds timeout);
  std::size_t count() const;

 private:
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable empty_;               // guards with mutex_:
  std::size_t count_ = 0;                       //   places taken
  std::vector<std::function<void()>> waiting_;  //   to be told of room
};

}  // namespace atelier::http
