#include "app/long_task.h"

#include "base/log.h"

namespace atelier::app {

LongTask::~LongTask() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

Result<void> LongTask::Start(Work work) {
  std::lock_guard lock(mutex_);
  if (state_ == "running")
    return FailedPrecondition("the " + name_ + " that was started at " + FormatIso8601(*started_) +
                              " still runs: wait for its end, or stop it");
  if (thread_.joinable()) thread_.join();  // it has ended
  state_ = "running";
  stage_.clear();
  done_ = total_ = 0;
  started_ = clock_.Now();
  ended_.reset();
  result_.clear();
  error_.clear();
  stop_ = false;
  thread_ = std::thread([this, work = std::move(work)] { Run(work); });
  return {};
}

void LongTask::Stop() { stop_ = true; }

void LongTask::Run(const Work& work) {
  auto report = [this](const std::string& stage, std::uint64_t done, std::uint64_t total) {
    std::lock_guard lock(mutex_);
    stage_ = stage;
    done_ = done;
    total_ = total;
    return !stop_;
  };
  auto outcome = work(report);
  if (!outcome && outcome.error().kind != ErrorKind::kCancelled)
    LogWarning(name_ + " failed", {{"error", outcome.error().message}});
  std::lock_guard lock(mutex_);
  ended_ = clock_.Now();
  if (outcome) {
    state_ = "done";
    result_ = *std::move(outcome);
    return;
  }
  state_ = outcome.error().kind == ErrorKind::kCancelled ? "stopped" : "failed";
  error_ = outcome.error().message;
}

json::object LongTask::Status() {
  std::lock_guard lock(mutex_);
  json::object status{{"state", state_}};
  if (started_) status["started"] = FormatIso8601(*started_);
  if (ended_) status["ended"] = FormatIso8601(*ended_);
  if (state_ == "running") {
    status["stage"] = stage_;
    status["done_bytes"] = done_;
    status["total_bytes"] = total_;
  }
  if (state_ == "done") status["result"] = result_;
  if (!error_.empty()) status["error"] = error_;
  return status;
}

}  // namespace atelier::app
