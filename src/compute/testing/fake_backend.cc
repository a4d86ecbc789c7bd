#include "compute/testing/fake_backend.h"

#include "compute/flavors.h"

namespace atelier::compute {

TimePoint FakeBackend::Now() const { return clock_ != nullptr ? clock_->Now() : SystemClock().Now(); }

void FakeBackend::Notify(const std::string& id) {
  std::vector<std::function<void(const std::string&)>> called;
  {
    std::lock_guard lock(mutex_);
    called = listeners_;
  }
  for (const auto& listener : called) listener(id);
}

void FakeBackend::Finish(const std::string& id, Exit exit) {
  {
    std::lock_guard lock(mutex_);
    auto found = runs_.find(id);
    if (found == runs_.end() || found->second.observation.phase == Phase::kExited) return;
    Observation& observation = found->second.observation;
    observation.phase = Phase::kExited;
    observation.ended = Now();
    observation.exit = std::move(exit);
  }
  Notify(id);
}

void FakeBackend::Finish(const std::string& id, int code) {
  Exit exit;
  exit.code = code;
  Finish(id, std::move(exit));
}

void FakeBackend::FailNextStart(Error error) {
  std::lock_guard lock(mutex_);
  next_failure_ = std::move(error);
}

void FakeBackend::HoldStarts(bool hold) {
  std::lock_guard lock(mutex_);
  hold_starts_ = hold;
}

void FakeBackend::Run(const std::string& id) {
  {
    std::lock_guard lock(mutex_);
    auto found = runs_.find(id);
    if (found == runs_.end() || found->second.observation.phase != Phase::kStarting) return;
    found->second.observation.phase = Phase::kRunning;
    found->second.observation.started = Now();
  }
  Notify(id);
}

void FakeBackend::IgnoreStop(const std::string& id) {
  std::lock_guard lock(mutex_);
  if (auto found = runs_.find(id); found != runs_.end()) found->second.ignores_stop = true;
}

void FakeBackend::SetUsage(const std::string& id, Usage usage) {
  std::lock_guard lock(mutex_);
  if (auto found = runs_.find(id); found != runs_.end()) found->second.usage = usage;
}

void FakeBackend::SetLevel(SandboxLevel level, std::string reason) {
  std::lock_guard lock(mutex_);
  level_ = level;
  level_reason_ = std::move(reason);
}

void FakeBackend::SetFlavors(std::vector<Flavor> flavors) {
  std::lock_guard lock(mutex_);
  flavors_ = std::move(flavors);
}

std::optional<Workload> FakeBackend::Started(const std::string& id) const {
  std::lock_guard lock(mutex_);
  auto found = runs_.find(id);
  return found == runs_.end() ? std::nullopt : std::optional(found->second.workload);
}

int FakeBackend::start_count() const {
  std::lock_guard lock(mutex_);
  return start_count_;
}

std::optional<Milliseconds> FakeBackend::StopGrace(const std::string& id) const {
  std::lock_guard lock(mutex_);
  auto found = runs_.find(id);
  return found == runs_.end() ? std::nullopt : found->second.stop_grace;
}

Result<void> FakeBackend::Start(const Workload& workload) {
  ATELIER_CHECK(CheckWorkload(workload));
  {
    std::lock_guard lock(mutex_);
    if (runs_.contains(workload.id)) return {};
    if (next_failure_) {
      Error failure = *std::move(next_failure_);
      next_failure_.reset();
      return std::unexpected(std::move(failure));
    }
    ++start_count_;
    Entry& entry = runs_[workload.id];
    entry.workload = workload;
    entry.observation.phase = hold_starts_ ? Phase::kStarting : Phase::kRunning;
    entry.observation.started = Now();
    if (hold_starts_) return {};
  }
  Notify(workload.id);
  return {};
}

Result<Observation> FakeBackend::Observe(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = runs_.find(id);
  return found == runs_.end() ? Observation{} : found->second.observation;
}

Result<void> FakeBackend::Stop(const std::string& id, Milliseconds grace) {
  {
    std::lock_guard lock(mutex_);
    auto found = runs_.find(id);
    if (found == runs_.end()) return {};
    found->second.stop_grace = grace;
    if (found->second.ignores_stop) return {};
  }
  Exit exit;
  exit.signal = 15;
  exit.code = 128 + exit.signal;
  Finish(id, std::move(exit));
  return {};
}

Result<void> FakeBackend::Forget(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = runs_.find(id);
  if (found == runs_.end()) return {};
  if (found->second.observation.phase != Phase::kExited)
    return FailedPrecondition("workload " + id + " is " + std::string(ToString(found->second.observation.phase)) +
                              "; stop it and wait for its end before it is removed");
  runs_.erase(found);
  return {};
}

Result<Usage> FakeBackend::Measure(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = runs_.find(id);
  if (found == runs_.end()) return NotFound("there is no workload " + id);
  Usage usage = found->second.usage;
  if (found->second.observation.phase == Phase::kExited) usage.memory_bytes = 0;
  return usage;
}

Result<std::vector<std::string>> FakeBackend::List() {
  std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  for (const auto& [id, entry] : runs_) ids.push_back(id);
  return ids;
}

void FakeBackend::OnChange(std::function<void(const std::string&)> callback) {
  std::lock_guard lock(mutex_);
  listeners_.push_back(std::move(callback));
}

SandboxLevel FakeBackend::level() const {
  std::lock_guard lock(mutex_);
  return level_;
}

std::string FakeBackend::level_reason() const {
  std::lock_guard lock(mutex_);
  return level_reason_;
}

std::vector<Flavor> FakeBackend::Flavors() const {
  std::lock_guard lock(mutex_);
  return flavors_.empty() ? DefaultFlavors({.cores = 64, .memory_bytes = 256ULL << 30}) : flavors_;
}

}  // namespace atelier::compute
