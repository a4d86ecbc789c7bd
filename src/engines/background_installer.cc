#include "engines/background_installer.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"

namespace atelier::engines {
namespace {

constexpr std::chrono::minutes kFailureIsTold(1);

Readiness Impossible(std::string reason) { return {Readiness::State::kImpossible, std::move(reason)}; }
Readiness Installing(std::string progress) { return {Readiness::State::kInstalling, std::move(progress)}; }

std::string ProgressText(const EngineState& state) {
  if (!state.progress) return state.reason.empty() ? "by another process" : state.reason;
  return fmt::format("{} ({} %)", state.progress->stage, state.progress->percent);
}

}  // namespace

BackgroundInstaller::~BackgroundInstaller() {
  std::map<std::string, Installation> ending;
  {
    std::lock_guard lock(mutex_);
    ending.swap(installations_);
  }
  for (auto& [name, installation] : ending) installation.thread.request_stop();
}

Result<Readiness> BackgroundInstaller::Prepare(const std::string& name) {
  auto running = store_.RunningEngine(name);
  if (!running) return Impossible(running.error().message);
  ATELIER_TRY(auto state, store_.Inspect((*running)->name));
  switch (state.status) {
    case EngineStatus::kAvailable:
      break;
    case EngineStatus::kInstalling:
      return Installing(ProgressText(state));
    case EngineStatus::kNotInstalled:
    case EngineStatus::kBroken:
      return Install((*running)->name);
    case EngineStatus::kUnavailable:
      return Impossible(state.reason);
  }
  return Readiness{Readiness::State::kReady, {}};
}

Readiness BackgroundInstaller::Install(const std::string& running_name) {
  std::lock_guard lock(mutex_);
  auto& installation = installations_[running_name];
  if (installation.running) return Installing("begins");
  bool told = !installation.failure.empty() && Steady::now() - installation.ended < kFailureIsTold;
  if (told) return Impossible(installation.failure);
  installation.failure.clear();
  installation.running = true;
  // The former thread has ended its work, so that the assignment's join returns at once.
  installation.thread = std::jthread([this, running_name, &installation](const std::stop_token& stop) {
    LogInfo("installing an engine that is waited for", {{"engine", running_name}});
    auto installed = store_.Install(running_name, {}, stop);
    std::lock_guard inner(mutex_);
    installation.running = false;
    installation.ended = Steady::now();
    // Conflict: another process installs it; its end is seen by the next look.
    if (!installed && installed.error().kind != ErrorKind::kConflict) {
      installation.failure = installed.error().message;
      LogWarning("installing an engine failed", {{"engine", running_name}, {"error", installation.failure}});
    }
  });
  return Installing("begins");
}

}  // namespace atelier::engines
