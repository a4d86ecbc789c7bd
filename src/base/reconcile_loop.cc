#include "base/reconcile_loop.h"

#include <exception>

#include "base/log.h"

namespace atelier {

ReconcileLoop::ReconcileLoop(std::string name, std::chrono::milliseconds tick, std::function<Outcome()> pass)
    : name_(std::move(name)), tick_(tick), pass_(std::move(pass)) {}

ReconcileLoop::~ReconcileLoop() { Stop(); }

void ReconcileLoop::Start() {
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
}

void ReconcileLoop::Wake() {
  {
    std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void ReconcileLoop::WakeAfter(std::chrono::milliseconds time) {
  auto when = std::chrono::steady_clock::now() + time;
  std::lock_guard lock(mutex_);
  if (!due_ || when < *due_) due_ = when;
}

void ReconcileLoop::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void ReconcileLoop::Run() {
  auto outcome = Outcome::kUnsettled;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      auto wanted = [this] { return woken_ || stopping_; };
      if (outcome == Outcome::kUnsettled)
        changed_.wait_for(lock, tick_, wanted);
      else if (due_)
        changed_.wait_until(lock, *due_, wanted);
      else
        changed_.wait(lock, wanted);
      if (stopping_) return;
      woken_ = false;
      due_.reset();
    }
    try {
      outcome = pass_();
    } catch (const std::exception& problem) {
      LogError("reconcile pass failed", {{"loop", name_}, {"error", problem.what()}});
      outcome = Outcome::kUnsettled;
    }
  }
}

}  // namespace atelier
