#include "http/internal/connection_gate.h"

#include <utility>

namespace atelier::http {

bool ConnectionGate::TryEnter(std::function<void()> on_room) {
  std::lock_guard lock(mutex_);
  if (count_ >= limit_) {
    waiting_.push_back(std::move(on_room));
    return false;
  }
  ++count_;
  return true;
}

void ConnectionGate::Leave() {
  std::vector<std::function<void()>> told;
  {
    std::lock_guard lock(mutex_);
    --count_;
    told.swap(waiting_);
    // Under the lock: whoever waits may destroy the gate as soon as it is empty.
    if (count_ == 0) empty_.notify_all();
  }
  for (const auto& on_room : told) on_room();
}

bool ConnectionGate::WaitEmpty(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return empty_.wait_for(lock, timeout, [this] { return count_ == 0; });
}

std::size_t ConnectionGate::count() const {
  std::lock_guard lock(mutex_);
  return count_;
}

}  // namespace atelier::http
