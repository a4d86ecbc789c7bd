// Installs engines in the background when something asks for one that is missing.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "engines/engine_store.h"

namespace atelier::engines {

// The way of an engine to being usable.
struct Readiness {
  enum class State { kReady, kInstalling, kImpossible };
  State state = State::kImpossible;
  std::string reason;  // kInstalling: what is going on; kImpossible: why not, and what to do
};

// Thread-safe. `store` must outlive it. One thread per running installation; the destructor cancels and joins them.
class BackgroundInstaller {
 public:
  explicit BackgroundInstaller(EngineStore& store) : store_(store) {}
  ~BackgroundInstaller();
  BackgroundInstaller(const BackgroundInstaller&) = delete;
  BackgroundInstaller& operator=(const BackgroundInstaller&) = delete;

  // For the engine that runs when `name` is asked for. Returns at once; begins the installation when it is needed and
  // not under way. A failed one is told to all who ask within a minute; after that the next one tries again.
  Result<Readiness> Prepare(const std::string& name);

 private:
  using Steady = std::chrono::steady_clock;
  struct Installation {
    bool running = false;
    std::string failure;
    Steady::time_point ended;
    std::jthread thread;  // last: it is joined before what it writes to goes
  };

  Readiness Install(const std::string& running_name);

  EngineStore& store_;
  std::mutex mutex_;                                   // guards:
  std::map<std::string, Installation> installations_;  //   by engine name
};

}  // namespace atelier::engines
