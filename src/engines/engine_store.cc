#include "engines/engine_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files.h"
#include "base/log.h"
#include "base/process.h"
#include "base/strings.h"
#include "engines/internal/install_lock.h"
#include "engines/internal/install_record.h"
#include "engines/internal/installer.h"

namespace atelier::engines {
namespace {

constexpr auto kProbeLimit = std::chrono::minutes(3);
constexpr int kProbeAt = 93;
constexpr const char* kHookFolder = "tf1_compat";
constexpr const char* kHookSwitch = "ATELIER_TF1_COMPAT";
constexpr const char* kVirtualenvFolder = ".virtualenv";

Result<void> CheckDiskSpace(const fs::path& directory, std::uint64_t needed) {
  struct statvfs disk{};
  if (::statvfs(directory.c_str(), &disk) != 0) return ErrnoError("statvfs " + directory.string(), errno);
  auto available = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  if (available >= needed) return {};
  return ResourceExhausted(fmt::format("the installation needs {} in {}, which has {} left", HumanBytes(needed),
                                       directory.string(), HumanBytes(available)));
}

// Everything that was written to the file system of `directory` is on the disk afterwards.
Result<void> SyncFileSystem(const fs::path& directory) {
  ATELIER_TRY(auto opened, OpenFile(directory, O_RDONLY | O_DIRECTORY));
  if (::syncfs(opened.get()) != 0) return ErrnoError("syncfs " + directory.string(), errno);
  return {};
}

fs::path LockFile(const fs::path& directory, const Engine& engine) { return directory / ".locks" / engine.name; }

bool Exists(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

std::vector<std::pair<std::string, std::string>> ParseVersions(const std::string& output) {
  std::vector<std::pair<std::string, std::string>> versions;
  for (auto line : Split(output, '\n')) {
    auto words = Split(Trim(line), ' ');
    if (words.size() == 2) versions.emplace_back(words[0], words[1]);
  }
  return versions;
}

std::string LastLine(std::string_view output) {
  std::string_view last;
  for (auto line : Split(output, '\n'))
    if (!Trim(line).empty()) last = Trim(line);
  return std::string(last);
}

Result<ProbeReport> RunProbe(const ResolvedEngine& resolved, std::map<std::string, std::string> environment) {
  for (const auto& [name, value] : resolved.environment) environment[name] = value;
  std::string path;
  for (const auto& folder : resolved.python_path) path += (path.empty() ? "" : ":") + folder.string();
  if (!path.empty()) environment["PYTHONPATH"] = path;
  std::string output;
  ProcessSpec spec;
  spec.argv = {resolved.python, "-c", resolved.running->probe};
  spec.environment = std::move(environment);
  spec.working_directory = resolved.environment_directory;
  spec.time_limit = kProbeLimit;
  spec.on_output = [&](std::string_view text) { output += text; };
  ATELIER_TRY(auto exit, RunProcess(spec));
  if (!exit.succeeded()) {
    return FailedPrecondition(fmt::format("the engine {} does not start ({}): {}", resolved.running->name,
                                          Describe(exit, spec), LastLine(output)));
  }
  return ProbeReport{resolved.running->name, ParseVersions(output)};
}

std::string HowToInstall(const Engine& engine) {
  return fmt::format("install it with: atelier engine install {}", engine.name);
}

}  // namespace

std::string_view ToString(EngineStatus status) {
  switch (status) {
    case EngineStatus::kAvailable:
      return "available";
    case EngineStatus::kNotInstalled:
      return "not installed";
    case EngineStatus::kInstalling:
      return "installing";
    case EngineStatus::kUnavailable:
      return "unavailable";
    case EngineStatus::kBroken:
      return "broken";
  }
  return "unavailable";
}

EngineStoreOptions EngineStoreOptions::FromProcess() {
  auto environment = CurrentEnvironment();
  auto folders = InterpreterFolders(environment);
  return {std::move(environment), std::move(folders)};
}

EngineStore::EngineStore(Catalogue catalogue, const fs::path& directory, const fs::path& python_dir,
                         EngineStoreOptions options)
    : catalogue_(std::move(catalogue)),
      directory_(fs::absolute(directory)),
      python_dir_(fs::absolute(python_dir)),
      options_{PipEnvironment(std::move(options.environment)), std::move(options.interpreter_folders)},
      finder_(options_.interpreter_folders) {}

fs::path EngineStore::LogFile(const Engine& engine) const { return EngineFolder{FolderOf(engine)}.log(); }

std::vector<EngineState> EngineStore::List() {
  std::vector<EngineState> states;
  for (const auto& engine : catalogue_.engines()) states.push_back(StateOf(engine));
  return states;
}

Result<EngineState> EngineStore::Inspect(std::string_view name_or_id) {
  ATELIER_TRY(const auto* engine, catalogue_.Get(name_or_id));
  return StateOf(*engine);
}

Result<const Engine*> EngineStore::RunningEngine(std::string_view name_or_id) {
  ATELIER_TRY(auto state, Inspect(name_or_id));
  return catalogue_.FindByName(state.runs_as);
}

EngineState EngineStore::StateOf(const Engine& engine) {
  EngineFolder folder{FolderOf(engine)};
  if (!Exists(folder.ready())) return StateOfUnready(engine);
  EngineState state{&engine, EngineStatus::kAvailable, "", engine.name, std::nullopt};
  auto record = ReadRecord(folder);
  auto damage = [&]() -> std::string {
    if (!record) return record.error().message;
    if (!Exists(folder.python())) {
      return fmt::format("its Python is gone ({}, made from {})", folder.python().string(),
                         record->interpreter.string());
    }
    if (engine.serving && !Exists(folder.venv() / engine.serving->tensorflow_cc))
      return fmt::format("{} is gone", (folder.venv() / engine.serving->tensorflow_cc).string());
    return {};
  }();
  if (!damage.empty()) {
    state.status = EngineStatus::kBroken;
    state.reason = damage;
  } else if (record->packages_sha256 != HexEncode(ComputeDigest(DigestKind::kSha256, engine.packages))) {
    state.reason = "installed from another list of packages than the present one; remove and install it to renew it";
  }
  return state;
}

EngineState EngineStore::StateOfUnready(const Engine& engine) {
  EngineState state{&engine, EngineStatus::kNotInstalled, "", engine.name, std::nullopt};
  if (InstallLock::IsHeld(LockFile(directory_, engine))) {
    state.status = EngineStatus::kInstalling;
    std::lock_guard lock(mutex_);
    if (auto found = progress_.find(engine.name); found != progress_.end()) {
      state.progress = found->second;
      state.reason = fmt::format("{} %: {}", found->second.percent, found->second.line);
    }
    return state;
  }
  std::optional<Interpreter> tool;
  if (auto found = FindInterpreters(engine, tool); !found) {
    state.status = EngineStatus::kUnavailable;
    state.reason = found.error().message;
    if (!engine.stand_in.empty()) {
      state.runs_as = engine.stand_in;
      state.reason += fmt::format("; {} runs in its place", engine.stand_in);
    }
    return state;
  }
  if (auto failure = ReadFailure(EngineFolder{FolderOf(engine)})) {
    state.status = EngineStatus::kBroken;
    state.reason = "the last installation failed: " + *failure;
  } else if (Exists(FolderOf(engine))) {
    state.reason = "an earlier installation did not finish; it will be begun again";
  }
  return state;
}

Result<Interpreter> EngineStore::FindInterpreters(const Engine& engine, std::optional<Interpreter>& tool) {
  ATELIER_TRY(auto interpreter, finder_.Find(engine.interpreter));
  if (!engine.interpreter.python.starts_with("2.")) return interpreter;
  auto found = finder_.Find(catalogue_.virtualenv().interpreter);
  if (!found) return std::unexpected(std::move(found).error().Within("to make an environment of Python 2.7"));
  tool = *std::move(found);
  return interpreter;
}

Result<void> EngineStore::Install(std::string_view name_or_id,
                                  const std::function<void(const InstallProgress&)>& progress,
                                  const std::stop_token& stop) {
  ATELIER_TRY(const auto* engine, catalogue_.Get(name_or_id));
  auto lock = InstallLock::Take(LockFile(directory_, *engine));
  if (!lock) return std::unexpected(std::move(lock).error().Within(engine->name));
  auto tell = [&](const InstallProgress& now) {
    {
      std::lock_guard guard(mutex_);
      progress_[engine->name] = now;
    }
    if (progress) progress(now);
  };
  if (StateOf(*engine).status == EngineStatus::kAvailable) {
    if (progress) progress({"done", 100, "installed already"});
    return {};
  }
  auto installed = InstallLocked(*engine, tell, stop);
  {
    std::lock_guard guard(mutex_);
    progress_.erase(engine->name);
  }
  if (installed) return {};
  auto error = std::move(installed).error().Within(engine->name);
  LogWarning("an engine was not installed", {{"engine", engine->name}, {"error", error.message}});
  return std::unexpected(std::move(error));
}

Result<void> EngineStore::InstallLocked(const Engine& engine,
                                        const std::function<void(const InstallProgress&)>& progress,
                                        const std::stop_token& stop) {
  Installer::Plan plan;
  auto interpreter = FindInterpreters(engine, plan.virtualenv_interpreter);
  if (!interpreter) return FailedPrecondition(interpreter.error().message);
  ATELIER_CHECK(MakeDirectories(directory_));
  ATELIER_CHECK(CheckDiskSpace(directory_, engine.disk_bytes));
  plan.engine = &engine;
  plan.folder = EngineFolder{FolderOf(engine)};
  plan.interpreter = *interpreter;
  plan.virtualenv = &catalogue_.virtualenv();
  plan.virtualenv_directory = directory_ / kVirtualenvFolder;
  plan.environment = options_.environment;
  plan.progress = progress;
  plan.stop = stop;
  auto folder = plan.folder;
  auto finish = [&]() -> Result<void> {
    ATELIER_CHECK(Installer(plan).Run());
    progress({"probe", kProbeAt, "starting it for the first time"});
    InstallRecord record{engine.name,
                         HexEncode(ComputeDigest(DigestKind::kSha256, engine.packages)),
                         interpreter->executable,
                         interpreter->base_prefix,
                         {}};
    ATELIER_TRY(auto resolved, DescribeFrom(engine, engine, record));
    ATELIER_TRY(auto report, RunProbe(resolved, options_.environment));
    record.versions = report.versions;
    ATELIER_CHECK(SyncFileSystem(directory_));
    return WriteRecord(folder, record);
  };
  auto result = finish();
  if (result) {
    progress({"done", 100, "installed"});
    return {};
  }
  if (result.error().kind != ErrorKind::kCancelled && Exists(folder.root)) {
    if (auto written = WriteFailure(folder, result.error().message); !written)
      LogWarning("cannot note a failed installation", {{"engine", engine.name}, {"error", written.error().message}});
  }
  return result;
}

Result<void> EngineStore::Remove(std::string_view name_or_id) {
  ATELIER_TRY(const auto* engine, catalogue_.Get(name_or_id));
  auto lock = InstallLock::Take(LockFile(directory_, *engine));
  if (!lock) return std::unexpected(std::move(lock).error().Within(engine->name));
  // The mark goes first: what a crash leaves of the rest is then seen as unfinished.
  EngineFolder folder{FolderOf(*engine)};
  if (::unlink(folder.ready().c_str()) != 0 && errno != ENOENT)
    return ErrnoError("remove " + folder.ready().string(), errno);
  return RemoveTree(folder.root);
}

Result<ProbeReport> EngineStore::Probe(std::string_view name_or_id) {
  ATELIER_TRY(auto state, Inspect(name_or_id));
  if (state.status != EngineStatus::kAvailable)
    return FailedPrecondition(fmt::format("the engine {} is {}; {}", state.engine->name, ToString(state.status),
                                          HowToInstall(*state.engine)));
  ATELIER_TRY(auto resolved, Describe(*state.engine, *state.engine));
  return RunProbe(resolved, options_.environment);
}

Result<ResolvedEngine> EngineStore::Resolve(std::string_view name_or_id) {
  ATELIER_TRY(auto asked, Inspect(name_or_id));
  const auto* running = catalogue_.FindByName(asked.runs_as);
  auto state = running == asked.engine ? asked : StateOf(*running);
  if (state.status == EngineStatus::kAvailable) return Describe(*asked.engine, *running);
  auto what = running == asked.engine
                  ? fmt::format("the engine {}", running->name)
                  : fmt::format("the engine {}, which runs in place of {},", running->name, asked.engine->name);
  auto message =
      fmt::format("{} is {}{}{}", what, ToString(state.status), state.reason.empty() ? "" : ": ", state.reason);
  if (state.status == EngineStatus::kNotInstalled || state.status == EngineStatus::kBroken)
    message += "; " + HowToInstall(*running);
  return FailedPrecondition(message);
}

Result<ResolvedEngine> EngineStore::Describe(const Engine& asked, const Engine& running) const {
  ATELIER_TRY(auto record, ReadRecord(EngineFolder{FolderOf(running)}));
  return DescribeFrom(asked, running, record);
}

Result<ResolvedEngine> EngineStore::DescribeFrom(const Engine& asked, const Engine& running,
                                                 const InstallRecord& record) const {
  EngineFolder folder{FolderOf(running)};
  ResolvedEngine resolved;
  resolved.asked = &asked;
  resolved.running = &running;
  resolved.environment_directory = folder.venv();
  resolved.python = folder.python();
  resolved.site_packages = folder.venv() / "lib" / ("python" + running.interpreter.python) / "site-packages";
  resolved.base_prefix = record.base_prefix;
  resolved.read_only = {folder.venv()};
  if (record.base_prefix != "/usr") resolved.read_only.push_back(record.base_prefix);
  resolved.environment = running.environment;
  if (running.hook != Hook::kNone) {
    auto hook = python_dir_ / kHookFolder;
    if (!Exists(hook / "sitecustomize.py"))
      return Internal(fmt::format("{} is missing: check the setting python-dir", (hook / "sitecustomize.py").string()));
    resolved.python_path.push_back(hook);
    resolved.read_only.push_back(hook);
    resolved.environment[kHookSwitch] = running.hook == Hook::kTf1 ? "1" : "0";
  }
  if (running.serving) {
    resolved.serving = ServingLibraries{folder.venv() / running.serving->tensorflow_cc,
                                        folder.venv() / running.serving->tensorflow_framework};
  }
  return resolved;
}

}  // namespace atelier::engines
