#include "base/worker_pool.h"

#include "base/brief_spin.h"

namespace atelier {
namespace {

constexpr std::chrono::microseconds kSpin{100};

}  // namespace

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_limit) : queue_limit_(queue_limit) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (auto& thread : threads_) thread.join();
}

bool WorkerPool::TryPost(std::function<void()> work) {
  std::lock_guard lock(mutex_);
  if (stopping_ || queue_.size() >= queue_limit_) return false;
  queue_.push_back(std::move(work));
  posted_.store(true, std::memory_order_release);
  // One is taken by the thread that spins.
  if (!spinning_ || queue_.size() > 1) ready_.notify_one();
  return true;
}

// A thread that was alone in having work looks for more before it sleeps. Where several have, the cores are in use.
void WorkerPool::AwaitWork(std::unique_lock<std::mutex>& lock) {
  if (queue_.empty() && !stopping_ && busy_ == 0 && !spinning_) {
    spinning_ = true;
    posted_.store(false, std::memory_order_relaxed);
    lock.unlock();
    BriefSpin spin(kSpin);
    while (!posted_.load(std::memory_order_acquire) && spin.Again()) continue;
    lock.lock();
    spinning_ = false;
  }
  ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
}

void WorkerPool::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    AwaitWork(lock);
    if (queue_.empty()) return;
    auto work = std::move(queue_.front());
    queue_.pop_front();
    ++busy_;
    lock.unlock();
    work();
    work = nullptr;  // what it holds is let go outside the lock
    lock.lock();
    --busy_;
  }
}

}  // namespace atelier
