#include "batch/batch_runner.h"

#include <atomic>
#include <thread>
#include <utility>

#include "base/log.h"

namespace atelier::batch {
namespace {

constexpr std::size_t kMostTasks = 8;  // at a time; others wait for one of them to end
constexpr std::chrono::milliseconds kTick{500};

}  // namespace

struct BatchRunner::Running {
  std::atomic<bool> done{false};
  std::jthread thread;  // the last member: it is joined before the others go
};

BatchRunner::BatchRunner(BatchPorts ports, std::uint64_t body_limit)
    : ports_(std::move(ports)), body_limit_(body_limit), loop_("batches", kTick, [this] { return Pass(); }) {}

BatchRunner::~BatchRunner() { Stop(); }
void BatchRunner::Start() { loop_.Start(); }
void BatchRunner::Wake() { loop_.Wake(); }

void BatchRunner::Stop() {
  loop_.Stop();
  for (auto& [id, running] : running_) running->thread.request_stop();
  running_.clear();
}

ReconcileLoop::Outcome BatchRunner::Pass() {
  std::erase_if(running_, [](const auto& one) { return one.second->done.load(); });
  auto wanted = ports_.services.BatchesToRun();
  if (!wanted) {
    LogError("batches: cannot list", {{"error", wanted.error().message}});
    return ReconcileLoop::Outcome::kUnsettled;
  }
  for (auto& service : *wanted)
    if (running_.size() < kMostTasks && !running_.contains(service.id)) Launch(std::move(service));
  return running_.empty() ? ReconcileLoop::Outcome::kSettled : ReconcileLoop::Outcome::kUnsettled;
}

void BatchRunner::Launch(serving::Service service) {
  auto id = service.id;
  auto& running = running_[id] = std::make_unique<Running>();
  running->thread = std::jthread([this, service = std::move(service), one = running.get()](
                                     const std::stop_token& stop) mutable { Carry(std::move(service), *one, stop); });
}

void BatchRunner::Carry(serving::Service service, Running& running, const std::stop_token& stop) {
  auto id = service.id;
  auto run = service.batch->run;
  auto ended = TaskRunner(ports_, std::move(service), body_limit_, stop).Run();
  if (ended || ended.error().kind != ErrorKind::kCancelled) {
    auto stored =
        ports_.services.EndBatch(id, run, ended ? serving::BatchOutcome::kFinished : serving::BatchOutcome::kFailed,
                                 ended ? std::string() : "the batch task cannot go on: " + ended.error().message);
    // It is wanted on, so a later pass begins it again and comes to the same end.
    if (!stored) LogWarning("batches: an end is not stored", {{"service", id}, {"error", stored.error().message}});
  }
  running.done = true;
  Wake();
}

}  // namespace atelier::batch
