// EngineSource over the engine store: installs engines in the background when a job asks for them.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "engines/engine_store.h"
#include "training/engine_source.h"

namespace atelier::training {

// Thread-safe. `store` must outlive it. One thread per running installation; the destructor cancels and joins them.
class EngineStoreSource final : public EngineSource {
 public:
  explicit EngineStoreSource(engines::EngineStore& store) : store_(store) {}
  ~EngineStoreSource() override;
  EngineStoreSource(const EngineStoreSource&) = delete;
  EngineStoreSource& operator=(const EngineStoreSource&) = delete;

  Result<std::vector<EngineListing>> List() override;
  // A failed installation is told to every job that asks within a minute; after that the next job tries again.
  Result<EngineReadiness> Prepare(const std::string& name) override;

 private:
  using Steady = std::chrono::steady_clock;
  struct Installation {
    std::jthread thread;
    bool running = false;
    std::string failure;
    Steady::time_point ended;
  };

  EngineReadiness Install(const std::string& running_name);

  engines::EngineStore& store_;
  std::mutex mutex_;                                   // guards:
  std::map<std::string, Installation> installations_;  //   by engine name
};

}  // namespace atelier::training
