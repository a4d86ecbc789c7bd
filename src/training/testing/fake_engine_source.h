// EngineSource that says what a test tells it to.
#pragma once

#include <mutex>

#include "training/engine_source.h"

namespace atelier::training {

class FakeEngineSource final : public EngineSource {
 public:
  FakeEngineSource();
  Result<std::vector<EngineListing>> List() override;
  Result<EngineReadiness> Prepare(const std::string& name) override;
  void SetReadiness(EngineReadiness readiness);
  void SetState(const std::string& engine, const std::string& state, const std::string& note);

 private:
  std::mutex mutex_;  // guards all of:
  std::vector<EngineListing> engines_;
  EngineReadiness readiness_;
};

}  // namespace atelier::training
