#include "training/engine_store_source.h"

#include <fmt/format.h>

#include <utility>

namespace atelier::training {

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
  using State = EngineReadiness::State;
  ATELIER_TRY(engines::Readiness readiness, installer_.Prepare(name));
  if (readiness.state != engines::Readiness::State::kReady) {
    bool installing = readiness.state == engines::Readiness::State::kInstalling;
    return EngineReadiness{installing ? State::kInstalling : State::kImpossible, {}, std::move(readiness.reason)};
  }
  auto resolved = store_.Resolve(name);
  // Removed between the look and this: the next look installs it again.
  if (!resolved && resolved.error().kind == ErrorKind::kFailedPrecondition)
    return EngineReadiness{State::kInstalling, {}, resolved.error().message};
  if (!resolved) return std::unexpected(std::move(resolved).error());
  EngineReadiness ready{.state = State::kReady, .runtime = {}, .reason = {}};
  ready.runtime = {.name = resolved->running->name,
                   .python = resolved->python,
                   .read_only = resolved->read_only,
                   .python_path = resolved->python_path,
                   .environment = resolved->environment};
  return ready;
}

}  // namespace atelier::training
