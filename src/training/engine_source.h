// Port: which engines there are and what runs when one is asked for. Implemented over engines/ (engine_store_source.h)
// and in memory (testing/).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"

namespace atelier::training {

struct EngineListing {
  int id = 0;             // the number clients send as engine_id
  int type = 0;           // 1 TensorFlow, 10 PyTorch, ...
  std::string type_name;  // "TensorFlow"
  std::string name;       // "TF-1.8.0-python2.7"
  std::string state;      // "available", "not installed", "installing", "unavailable"
  std::string note;       // the reason, or which engine stands in for it; may be empty
};

// What a workload needs to run on an engine.
struct EngineRuntime {
  std::string name;              // what really runs: "TF-2.15.1-python3.11"
  std::filesystem::path python;  // host path
  std::vector<std::filesystem::path>
      read_only;  // host folders to show at the same place: environment, interpreter, shims
  std::vector<std::filesystem::path> python_path;  // host folders, first on PYTHONPATH
  std::map<std::string, std::string> environment;
};

// The way of an engine to being usable.
struct EngineReadiness {
  enum class State { kReady, kInstalling, kImpossible };
  State state = State::kImpossible;
  EngineRuntime runtime;  // kReady
  std::string reason;     // kInstalling: what is going on; kImpossible: why not, and what to do
};

// Thread-safe.
class EngineSource {
 public:
  virtual ~EngineSource() = default;
  virtual Result<std::vector<EngineListing>> List() = 0;
  // Returns at once. Begins the installation in the background when it is needed and not under way.
  virtual Result<EngineReadiness> Prepare(const std::string& name) = 0;
};

}  // namespace atelier::training
