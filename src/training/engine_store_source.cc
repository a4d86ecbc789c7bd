#include "training/engine_store_source.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"

namespace atelier::training {
namespace {

constexpr std::chrono::minutes kFailureIsTold(1);

EngineReadiness Impossible(std::string reason) {
  return {.state = EngineReadiness::State::kImpossible, .runtime = {}, .reason = std::move(reason)};
}

EngineReadiness Installing(std::string progress) {
  return {.state = EngineReadiness::State::kInstalling, .runtime = {}, .reason = std::move(progress)};
}

std::string ProgressText(const engines::EngineState& state) {
  if (!state.progress) return state.reason.empty() ? "by another process" : state.reason;
  return fmt::format("{} ({} %)", state.progress->stage, state.progress->percent);
}

}  // namespace

EngineStoreSource::~EngineStoreSource() {
  std::map<std::string, Installation> ending;
  {
    std::lock_guard lock(mutex_);
    ending.swap(installations_);
  }
  for (auto& [name, installation] : ending) installation.thread.request_stop();
}

Result<std::vector<EngineListing>> EngineStoreSource::List() {
  std::vector<EngineListing> listings;
  for (const auto& state : store_.List()) {
    const auto& engine = *state.engine;
    EngineListing listing{.id = engine.id,
                          .type = engine.type,
                          .type_name = engine.type_name,
                          .name = engine.name,
                          .state = std::string(ToString(state.status)),
                          .note = state.reason};
    if (!state.runs_as.empty() && state.runs_as != engine.name) {
      ATELIER_TRY(auto stand_in, store_.Inspect(state.runs_as));
      listing.state = ToString(stand_in.status);
      listing.note =
          fmt::format("{} runs in its place{}{}", state.runs_as, state.reason.empty() ? "" : ": ", state.reason);
    }
    listings.push_back(std::move(listing));
  }
  return listings;
}

Result<EngineReadiness> EngineStoreSource::Prepare(const std::string& name) {
  auto running = store_.RunningEngine(name);
  if (!running) return Impossible(running.error().message);
  ATELIER_TRY(auto state, store_.Inspect((*running)->name));
  switch (state.status) {
    case engines::EngineStatus::kAvailable:
      break;
    case engines::EngineStatus::kInstalling:
      return Installing(ProgressText(state));
    case engines::EngineStatus::kNotInstalled:
    case engines::EngineStatus::kBroken:
      return Install((*running)->name);
    case engines::EngineStatus::kUnavailable:
      return Impossible(state.reason);
  }
  auto resolved = store_.Resolve(name);
  // Removed between the look and this: the next look installs it again.
  if (!resolved && resolved.error().kind == ErrorKind::kFailedPrecondition) return Installing(resolved.error().message);
  if (!resolved) return std::unexpected(std::move(resolved).error());
  EngineReadiness ready{.state = EngineReadiness::State::kReady, .runtime = {}, .reason = {}};
  ready.runtime = {.name = resolved->running->name,
                   .python = resolved->python,
                   .read_only = resolved->read_only,
                   .python_path = resolved->python_path,
                   .environment = resolved->environment};
  return ready;
}

EngineReadiness EngineStoreSource::Install(const std::string& running_name) {
  std::lock_guard lock(mutex_);
  auto& installation = installations_[running_name];
  if (installation.running) return Installing("begins");
  bool told = !installation.failure.empty() && Steady::now() - installation.ended < kFailureIsTold;
  if (told) return Impossible(installation.failure);
  installation.failure.clear();
  installation.running = true;
  // The former thread has ended its work, so that the assignment's join returns at once.
  installation.thread = std::jthread([this, running_name, &installation](const std::stop_token& stop) {
    LogInfo("installing an engine for a waiting job", {{"engine", running_name}});
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

}  // namespace atelier::training
