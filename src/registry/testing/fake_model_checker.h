// A ModelChecker whose outcomes a test decides.
#pragma once

#include <functional>
#include <mutex>
#include <set>

#include "registry/model_service.h"

namespace atelier::registry {

// Thread-safe.
class FakeModelChecker final : public ModelChecker {
 public:
  Result<void> Start(const Model& model, const std::filesystem::path&) override {
    std::lock_guard lock(mutex_);
    if (refusal_) return std::unexpected(*refusal_);
    if (running_.insert(model.id).second) ++starts_;
    return {};
  }
  Result<std::optional<Outcome>> Poll(const std::string& model_id) override {
    std::function<void()> before;
    {
      std::lock_guard lock(mutex_);
      if (!outcome_) return std::nullopt;
      before = std::exchange(before_outcome_, nullptr);
    }
    if (before) before();
    std::lock_guard lock(mutex_);
    return running_.contains(model_id) ? outcome_ : std::nullopt;
  }
  Result<void> Forget(const std::string& model_id) override {
    std::lock_guard lock(mutex_);
    running_.erase(model_id);
    return {};
  }

  // Every check ends so from now on. `before` is called once, when a check has ended and nobody has been told yet.
  void Say(Outcome outcome, std::function<void()> before = {}) {
    std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
    before_outcome_ = std::move(before);
  }
  // No check starts any more, for this reason; nullopt: they do again.
  void Refuse(std::optional<Error> reason) {
    std::lock_guard lock(mutex_);
    refusal_ = std::move(reason);
  }
  int starts() {
    std::lock_guard lock(mutex_);
    return starts_;
  }
  std::size_t running() {
    std::lock_guard lock(mutex_);
    return running_.size();
  }

 private:
  std::mutex mutex_;  // guards:
  std::set<std::string> running_;
  std::optional<Outcome> outcome_;
  std::optional<Error> refusal_;
  std::function<void()> before_outcome_;
  int starts_ = 0;
};

}  // namespace atelier::registry
