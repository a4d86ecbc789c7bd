// Makes one engine's environment: the steps of an installation, in order. The caller holds the lock.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "base/process.h"
#include "engines/catalogue.h"
#include "engines/engine_store.h"
#include "engines/internal/install_record.h"
#include "engines/interpreter.h"

namespace atelier::engines {

// What pip must not inherit: settings that would lead packages or imports out of the environment.
std::map<std::string, std::string> PipEnvironment(std::map<std::string, std::string> environment);

class Installer {
 public:
  struct Plan {
    const Engine* engine = nullptr;
    EngineFolder folder;
    Interpreter interpreter;
    std::optional<Interpreter> virtualenv_interpreter;  // Python 2.7: runs the virtualenv tool
    const VirtualenvTool* virtualenv = nullptr;
    fs::path virtualenv_directory;                   // the tool's own environment
    std::map<std::string, std::string> environment;  // of pip
    std::function<void(const InstallProgress&)> progress;
    std::stop_token stop;
  };

  explicit Installer(Plan plan) : plan_(std::move(plan)) {}

  // Removes what is there, then makes environment and packages. Leaves no ready.json: that is written after the probe.
  Result<void> Run();

 private:
  Result<void> MakeEnvironment();
  Result<void> MakeVirtualenvTool();
  Result<void> InstallBootstrap();
  Result<void> InstallPackages();
  Result<void> RunStep(const std::string& what, std::vector<std::string> argv);
  void OnLine(std::string_view line);
  void Tell(const std::string& stage, int percent, std::string_view line);

  const Plan plan_;
  UniqueFd log_;
  InstallProgress progress_;
  std::size_t collected_ = 0;        // packages that pip has begun with
  std::vector<std::string> errors_;  // lines of the running step by which it says what is wrong
  std::string last_line_;
};

}  // namespace atelier::engines
