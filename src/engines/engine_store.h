// The engines of this machine: which there are, which are installed, how to install one, and what runs when one is
// asked for.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engines/catalogue.h"
#include "engines/interpreter.h"

namespace atelier::engines {

enum class EngineStatus {
  kAvailable,     // installed
  kNotInstalled,  // can be installed
  kInstalling,    // by this or another process
  kUnavailable,   // cannot be installed here: `reason`
  kBroken,        // the last installation failed, or what it left is damaged: `reason`; installing again repairs it
};
std::string_view ToString(EngineStatus status);  // "available", "not installed", "installing", "unavailable", "broken"

struct InstallProgress {
  std::string stage;  // "environment", "packages", "probe", "done"
  int percent = 0;
  std::string line;  // what the installer printed last, or what begins
};

struct EngineState {
  const Engine* engine = nullptr;  // into the store's catalogue
  EngineStatus status = EngineStatus::kUnavailable;
  std::string reason;                       // may be empty for available and not installed
  std::string runs_as;                      // the engine that runs when this one is asked for: itself or its stand-in
  std::optional<InstallProgress> progress;  // kInstalling, when this process installs it
};

// What the environment said about itself.
struct ProbeReport {
  std::string engine;
  std::vector<std::pair<std::string, std::string>> versions;  // ("python", "3.11.2"), ("tensorflow", "2.15.1"), ...
};

struct InstallRecord;  // internal

// What really runs. All paths are absolute.
struct ResolvedEngine {
  const Engine* asked = nullptr;
  const Engine* running = nullptr;
  std::filesystem::path python;                 // the environment's interpreter
  std::filesystem::path environment_directory;  // the environment: sys.prefix
  std::filesystem::path site_packages;
  std::filesystem::path base_prefix;               // of the interpreter under it: sys.base_prefix
  std::vector<std::filesystem::path> read_only;    // folders that a sandbox must show at the same place, beside /usr
  std::vector<std::filesystem::path> python_path;  // to put first on PYTHONPATH
  std::map<std::string, std::string> environment;
  std::optional<ServingLibraries> serving;  // absolute
};

struct EngineStoreOptions {
  std::map<std::string, std::string> environment;  // of pip: index and proxy settings, PATH
  std::vector<std::filesystem::path> interpreter_folders;
  // From this process: its environment, and InterpreterFolders() of it.
  static EngineStoreOptions FromProcess();
};

// Thread-safe. On disk: <directory>/<engine>/ holds the environment `venv`, `install.log` and, once all is well,
// `ready.json`; what has no ready.json is the rest of an installation that did not finish, and is removed by the next
// one.
class EngineStore {
 public:
  // `directory`: <data-dir>/engines. `python_dir`: the Python that ships with Atelier (python/ of the source tree).
  EngineStore(Catalogue catalogue, const std::filesystem::path& directory, const std::filesystem::path& python_dir,
              EngineStoreOptions options = EngineStoreOptions::FromProcess());

  const Catalogue& catalogue() const { return catalogue_; }

  // All of the catalogue, in its order. Cheap: a few file tests each (an interpreter is run the first time it is seen).
  std::vector<EngineState> List();
  Result<EngineState> Inspect(std::string_view name_or_id);
  // Itself, or the stand-in where its interpreter is missing.
  Result<const Engine*> RunningEngine(std::string_view name_or_id);

  // Installs exactly this engine (not its stand-in) and blocks until it is done; `progress` is called from this thread.
  // Success at once when it is installed. Conflict while another installation of it runs; FailedPrecondition when its
  // interpreter is missing; ResourceExhausted when the disk is short; Cancelled by `stop`; Unavailable, with pip's own
  // words, when packages cannot be had.
  Result<void> Install(std::string_view name_or_id, const std::function<void(const InstallProgress&)>& progress = {},
                       const std::stop_token& stop = {});
  Result<void> Remove(std::string_view name_or_id);  // Conflict while it is being installed

  // Starts the engine's Python and asks for versions; FailedPrecondition when not installed or when it fails.
  Result<ProbeReport> Probe(std::string_view name_or_id);

  // FailedPrecondition when what would run is not installed: the message says how to install it.
  Result<ResolvedEngine> Resolve(std::string_view name_or_id);

  std::filesystem::path LogFile(const Engine& engine) const;  // of the last installation

 private:
  EngineState StateOf(const Engine& engine);
  EngineState StateOfUnready(const Engine& engine);
  std::filesystem::path FolderOf(const Engine& engine) const { return directory_ / engine.name; }
  Result<Interpreter> FindInterpreters(const Engine& engine, std::optional<Interpreter>& tool);
  Result<void> InstallLocked(const Engine& engine, const std::function<void(const InstallProgress&)>& progress,
                             const std::stop_token& stop);
  Result<ResolvedEngine> Describe(const Engine& asked, const Engine& running) const;
  Result<ResolvedEngine> DescribeFrom(const Engine& asked, const Engine& running, const InstallRecord& record) const;

  const Catalogue catalogue_;
  const std::filesystem::path directory_;
  const std::filesystem::path python_dir_;
  const EngineStoreOptions options_;
  InterpreterFinder finder_;
  std::mutex mutex_;
  std::map<std::string, InstallProgress> progress_;  // guarded by mutex_: of installations of this process
};

}  // namespace atelier::engines
