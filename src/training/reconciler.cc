#include "training/reconciler.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.h"

namespace atelier::training {
namespace {

constexpr std::chrono::seconds kIdleTick(30);
// A step that took long (a large folder to look through) is not repeated at once: at most a tenth of the time goes into
// looking.
constexpr int kRestFactor = 10;
constexpr int kMostPassesUntilQuiet = 1000;
constexpr std::string_view kOurWorkloads = "job-";

}  // namespace

Reconciler::Reconciler(JobRepository& repository, compute::Backend& backend, VersionRunner& runner,
                       ReconcilerOptions options)
    : repository_(repository),
      backend_(backend),
      runner_(runner),
      options_(options),
      alarm_(std::make_shared<Alarm>()) {}

Reconciler::~Reconciler() {
  {
    std::lock_guard lock(alarm_->mutex);
    alarm_->stopping = true;
  }
  alarm_->ready.notify_all();
  if (planner_.joinable()) planner_.join();
  pool_.reset();
}

void Reconciler::Start() {
  backend_.OnChange([alarm = std::weak_ptr<Alarm>(alarm_)](const std::string&) {
    auto held = alarm.lock();
    if (!held) return;
    std::lock_guard lock(held->mutex);
    held->rung = true;
    held->ready.notify_all();
  });
  // A queue as large as the number of versions that can be pending at once would be unbounded; a full one is tried
  // again next tick.
  pool_ = std::make_unique<WorkerPool>(options_.step_threads, 1024);
  planner_ = std::thread([this] { Plan(); });
}

void Reconciler::Wake() {
  std::lock_guard lock(alarm_->mutex);
  alarm_->rung = true;
  alarm_->ready.notify_all();
}

void Reconciler::Plan() {
  if (auto reaped = ReapOrphans(); !reaped)
    LogWarning("looking for orphans failed", {{"error", reaped.error().message}});
  while (true) {
    auto next_look = Dispatch();
    std::unique_lock lock(alarm_->mutex);
    alarm_->ready.wait_until(lock, next_look, [this] { return alarm_->rung || alarm_->settled || alarm_->stopping; });
    if (alarm_->stopping) return;
    bool rung = std::exchange(alarm_->rung, false);
    alarm_->settled = false;
    lock.unlock();
    if (!rung) continue;
    std::lock_guard entries_lock(mutex_);
    for (auto& [id, entry] : entries_) {
      entry.due = {};
      entry.again = entry.busy;
    }
  }
}

Reconciler::Steady::time_point Reconciler::Dispatch() {
  auto now = Steady::now();
  auto next_look = now + kIdleTick;
  auto pending = repository_.Pending();
  if (auto removed = RemoveEmptyJobs(); !pending || !removed) {
    LogError("reading pending versions failed", {{"error", (pending ? removed.error() : pending.error()).message}});
    return now + options_.tick;
  }
  std::lock_guard lock(mutex_);
  std::set<std::int64_t> known;
  for (const auto& version : *pending) {
    known.insert(version.id);
    auto& entry = entries_[version.id];
    if (entry.busy) continue;
    if (entry.due > now) {
      next_look = std::min(next_look, entry.due);
      continue;
    }
    entry.busy = pool_->TryPost([this, id = version.id, &entry] { TakeSteps(id, entry); });
    if (!entry.busy) next_look = std::min(next_look, now + options_.tick);
  }
  std::erase_if(entries_, [&](const auto& item) { return !item.second.busy && !known.contains(item.first); });
  return next_look;
}

void Reconciler::TakeSteps(std::int64_t version_id, Entry& entry) {
  auto begin = Steady::now();
  auto outcome = StepOutcome::kAgain;
  auto stopping = [this] {
    std::lock_guard lock(alarm_->mutex);
    return alarm_->stopping;
  };
  while (outcome == StepOutcome::kAgain && !stopping()) outcome = TakeStep(version_id, entry);
  {
    std::lock_guard lock(mutex_);
    auto end = Steady::now();
    entry.due = std::exchange(entry.again, false)
                    ? end
                    : end + std::max<Steady::duration>(options_.tick, (end - begin) * kRestFactor);
    entry.busy = false;
  }
  std::lock_guard lock(alarm_->mutex);
  alarm_->settled = true;
  alarm_->ready.notify_all();
}

StepOutcome Reconciler::TakeStep(std::int64_t version_id, Entry& entry) {
  auto outcome = runner_.Step(version_id, entry.memory);
  if (outcome) {
    entry.last_error.clear();
    return *outcome;
  }
  if (entry.last_error != outcome.error().message)
    LogError("a job version's step failed; it is tried again",
             {{"version", version_id}, {"error", outcome.error().message}});
  entry.last_error = outcome.error().message;
  return StepOutcome::kLater;
}

Result<bool> Reconciler::RunPass() {
  ATELIER_CHECK(RemoveEmptyJobs());
  ATELIER_TRY(auto pending, repository_.Pending());
  bool again = false;
  for (const auto& version : pending) {
    Entry* entry = nullptr;
    {
      std::lock_guard lock(mutex_);
      entry = &entries_[version.id];
    }
    auto outcome = TakeStep(version.id, *entry);
    again = again || outcome != StepOutcome::kLater;
  }
  return again;
}

Result<void> Reconciler::RunUntilQuiet() {
  for (int pass = 0; pass < kMostPassesUntilQuiet; ++pass) {
    ATELIER_TRY(bool again, RunPass());
    if (!again) return {};
  }
  return Internal("the versions do not come to rest");
}

Result<void> Reconciler::RemoveEmptyJobs() {
  ATELIER_TRY(auto jobs, repository_.EmptyDeletedJobs());
  for (auto job_id : jobs) ATELIER_CHECK(repository_.RemoveJob(job_id));
  return {};
}

Result<void> Reconciler::ReapOrphans() {
  ATELIER_TRY(auto workloads, backend_.List());
  ATELIER_TRY(auto pending, repository_.Pending());
  std::set<std::string> known;
  for (const auto& version : pending) known.insert(version.workload_id());
  for (const auto& id : workloads) {
    if (!id.starts_with(kOurWorkloads) || known.contains(id)) continue;
    LogWarning("ending a workload that no job version knows", {{"workload", id}});
    ATELIER_CHECK(backend_.Stop(id, Milliseconds(0)));
    auto forgotten = backend_.Forget(id);
    if (!forgotten && forgotten.error().kind != ErrorKind::kFailedPrecondition) return forgotten;
  }
  return {};
}

}  // namespace atelier::training
