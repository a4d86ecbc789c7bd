#include "training/testing/fake_engine_source.h"

namespace atelier::training {

FakeEngineSource::FakeEngineSource()
    : engines_{{.id = 1,
                .type = 1,
                .type_name = "TensorFlow",
                .name = "TF-1.4.0-python2.7",
                .state = "available",
                .note = {}},
               {.id = 3,
                .type = 1,
                .type_name = "TensorFlow",
                .name = "TF-1.8.0-python2.7",
                .state = "available",
                .note = {}}} {
  readiness_.state = EngineReadiness::State::kReady;
  readiness_.runtime = {.name = "TF-2.15.1-python3.11",
                        .python = "/engines/tf/bin/python",
                        .read_only = {"/engines/tf"},
                        .python_path = {"/engines/shim"},
                        .environment = {{"TF_USE_LEGACY_KERAS", "1"}}};
}

Result<std::vector<EngineListing>> FakeEngineSource::List() {
  std::lock_guard lock(mutex_);
  return engines_;
}

Result<EngineReadiness> FakeEngineSource::Prepare(const std::string&) {
  std::lock_guard lock(mutex_);
  return readiness_;
}

void FakeEngineSource::SetReadiness(EngineReadiness readiness) {
  std::lock_guard lock(mutex_);
  readiness_ = std::move(readiness);
}

void FakeEngineSource::SetState(const std::string& engine, const std::string& state, const std::string& note) {
  std::lock_guard lock(mutex_);
  for (auto& each : engines_)
    if (each.name == engine) {
      each.state = state;
      each.note = note;
    }
}

}  // namespace atelier::training
