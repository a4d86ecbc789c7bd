// A ReplicaRunner whose replicas a test moves from phase to phase.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "serving/replica_runner.h"

namespace atelier::serving {

// Thread-safe. Refuses an id that was used before.
class FakeReplicaRunner final : public ReplicaRunner {
 public:
  Result<void> Start(const ReplicaSpec& spec) override {
    std::lock_guard lock(mutex_);
    if (fail_start_) return Unavailable(*fail_start_);
    if (replicas_.contains(spec.id)) return {};
    if (!used_.insert(spec.id).second) return Internal("the id " + spec.id + " is used twice");
    bool bad = !bad_model_.empty() && spec.package.filename() == bad_model_;
    replicas_[spec.id] = bad              ? ReplicaView{ReplicaView::Phase::kEnded, "exited with code 3"}
                         : at_once_ready_ ? ReplicaView{ReplicaView::Phase::kReady, ""}
                                          : ReplicaView{ReplicaView::Phase::kStarting, ""};
    last_spec_ = spec;
    return {};
  }
  Result<ReplicaView> Observe(const std::string& id) override {
    std::lock_guard lock(mutex_);
    auto found = replicas_.find(id);
    return found == replicas_.end() ? ReplicaView{} : found->second;
  }
  Result<void> Stop(const std::string& id) override {
    std::lock_guard lock(mutex_);
    ++stops_;
    if (auto found = replicas_.find(id); found != replicas_.end() && !slow_to_stop_)
      found->second = {ReplicaView::Phase::kEnded, "stopped"};
    return {};
  }
  Result<void> Forget(const std::string& id) override {
    std::lock_guard lock(mutex_);
    auto found = replicas_.find(id);
    if (found != replicas_.end() && found->second.phase != ReplicaView::Phase::kEnded)
      return FailedPrecondition("it runs");
    if (found != replicas_.end() && refused_forgets_ > 0) {
      --refused_forgets_;
      return FailedPrecondition("its launcher is about to end");
    }
    replicas_.erase(id);
    return {};
  }
  std::filesystem::path RunDirectory(const std::string& id) const override { return "/run/" + id; }
  std::size_t Workers(const std::string&) const override { return 2; }
  bool KnowsSpecification(const std::string& specification) const override { return specification == "cpu.2u"; }
  Result<ReplicaUsage> Measure(const std::string& id) override {
    std::lock_guard lock(mutex_);
    if (!replicas_.contains(id)) return NotFound("no replica " + id);
    return usage_;
  }
  Result<std::string> LogTail(const std::string& id, std::size_t) override {
    if (!Has(id)) return NotFound("no log of " + id);
    return "log of " + id + "\n";
  }

  // The script.
  void Ready(const std::string& id) { Set(id, {ReplicaView::Phase::kReady, ""}); }
  void End(const std::string& id, const std::string& why) { Set(id, {ReplicaView::Phase::kEnded, why}); }
  void FailStarts(std::optional<std::string> why) { fail_start_ = std::move(why); }
  void SlowToStop(bool slow) { slow_to_stop_ = slow; }
  void AtOnceReady() { at_once_ready_ = true; }
  void NeverStarts(const std::string& model) { bad_model_ = model; }  // its replicas end at once
  void RefuseForgets(int times) { refused_forgets_ = times; }
  void Uses(const ReplicaUsage& usage) {
    std::lock_guard lock(mutex_);
    usage_ = usage;
  }

  // What was asked.
  bool Has(const std::string& id) {
    std::lock_guard lock(mutex_);
    return replicas_.contains(id);
  }
  std::size_t alive() {
    std::lock_guard lock(mutex_);
    return replicas_.size();
  }
  std::size_t started() {
    std::lock_guard lock(mutex_);
    return used_.size();
  }
  int stops() {
    std::lock_guard lock(mutex_);
    return stops_;
  }
  ReplicaSpec last_spec() {
    std::lock_guard lock(mutex_);
    return last_spec_;
  }

 private:
  void Set(const std::string& id, ReplicaView view) {
    std::lock_guard lock(mutex_);
    replicas_.at(id) = std::move(view);
  }

  std::mutex mutex_;  // guards:
  std::map<std::string, ReplicaView> replicas_;
  std::set<std::string> used_;
  std::optional<std::string> fail_start_;
  std::string bad_model_;
  ReplicaSpec last_spec_;
  ReplicaUsage usage_;
  bool slow_to_stop_ = false, at_once_ready_ = false;
  int stops_ = 0, refused_forgets_ = 0;
};

}  // namespace atelier::serving
