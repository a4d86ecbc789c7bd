// An engine: a framework at a version with a Python environment of its own. Engines are data:
// python/engines/catalogue.json.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atelier::engines {

// Which Python an engine's packages are built for.
struct InterpreterNeed {
  std::string python;          // "3.11"
  bool ucs4 = false;           // Python 2.7 only: its packages need the wide build
  std::string ToText() const;  // "Python 2.7 (UCS4)"
};

// The TensorFlow 1 import hook (python/tf1_compat).
enum class Hook {
  kNone,      // genuine TensorFlow 1
  kTf1,       // on, unless a job sets ATELIER_TF1_COMPAT=0
  kOptional,  // off, unless a job sets ATELIER_TF1_COMPAT=1
};

// The C libraries by which models are served: relative to the environment in the catalogue, absolute once resolved.
struct ServingLibraries {
  std::filesystem::path tensorflow_cc, tensorflow_framework;
};

struct Engine {
  int id = 0;             // the number clients send as engine_id
  int type = 0;           // 1 TensorFlow (modelarts API: engine_type)
  std::string type_name;  // "TensorFlow"
  std::string name;       // "TF-2.15.1-python3.11"
  std::string framework, framework_version;
  InterpreterNeed interpreter;
  std::string packages;                    // the lock file's text: one exact requirement a line, the whole closure
  std::vector<std::string> bootstrap;      // requirements installed before the others: a newer pip
  std::vector<std::string> pip_arguments;  // added to pip install
  std::uint64_t disk_bytes = 0;            // room that an installation needs
  Hook hook = Hook::kNone;
  std::map<std::string, std::string> environment;  // of every process that runs on it
  std::string probe;        // Python code that imports the framework and prints "name version" lines
  std::string serves_with;  // engine whose library serves its models
  std::string stand_in;     // engine that runs instead where the interpreter is missing, or empty
  std::optional<ServingLibraries> serving;

  std::size_t PackageCount() const;
};

std::string_view ToString(Hook hook);

}  // namespace atelier::engines
