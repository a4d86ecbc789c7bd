// Finds the Python interpreters of this machine.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "engines/engine.h"

namespace atelier::engines {

struct Interpreter {
  std::filesystem::path executable;
  std::filesystem::path base_prefix;  // where its standard library lies: "/usr"
  std::string version;                // "3.11.2"
  bool ucs4 = true;
  bool has_ensurepip = false;  // else it cannot make environments by itself
};

// Folders that may hold interpreters, in the order of preference: /usr/bin (the distribution's, whose shared library
// the predictor links), those of PATH, then $PYENV_ROOT/versions/*/bin (~/.pyenv by default).
std::vector<std::filesystem::path> InterpreterFolders(const std::map<std::string, std::string>& environment);

// Thread-safe. A candidate is believed only after it was run; what it said is kept until its file changes.
class InterpreterFinder {
 public:
  explicit InterpreterFinder(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

  // The first that fits. NotFound tells where it was looked for, and why candidates were passed over.
  Result<Interpreter> Find(const InterpreterNeed& need);

 private:
  struct Answer {
    std::filesystem::file_time_type changed;
    Result<Interpreter> interpreter;
  };

  Result<Interpreter> Ask(const std::filesystem::path& executable);

  const std::vector<std::filesystem::path> folders_;
  std::mutex mutex_;
  std::map<std::filesystem::path, Answer> answers_;  // guarded by mutex_
};

}  // namespace atelier::engines
