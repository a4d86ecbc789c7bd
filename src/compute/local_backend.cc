#include "compute/local_backend.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <mutex>

#include "base/ids.h"
#include "base/log.h"
#include "base/strings.h"
#include "compute/flavors.h"
#include "compute/internal/ladder.h"
#include "compute/internal/run_folder.h"
#include "compute/internal/run_watcher.h"
#include "compute/internal/settlement.h"
#include "compute/internal/spawn.h"
#include "compute/internal/usage.h"

namespace atelier::compute {

namespace {

constexpr std::string_view kTrashPrefix = ".trash-";

Result<void> CheckSources(const Workload& workload) {
  for (const Mount& mount : workload.mounts) {
    std::error_code error;
    if (!fs::exists(mount.source, error))
      return InvalidArgument("workload " + workload.id + ": nothing is at the mount's source '" +
                             mount.source.string() + "'");
  }
  return {};
}

Result<std::vector<std::string>> FolderNames(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
    names.push_back(at->path().filename().string());
  if (error) return ErrnoError("list " + directory.string(), error.value());
  return names;
}

// A signal that cannot hit another process which got the pid meanwhile.
void SendTerm(const ProcessIdentity& process) {
  // No error is of interest: a launcher that has ended needs no request.
  if (auto fd = OpenProcess(process)) ::syscall(SYS_pidfd_send_signal, fd->get(), SIGTERM, nullptr, 0);
}

}  // namespace

struct LocalBackend::State {
  LocalBackendOptions options;
  Sandbox sandbox;
  std::array<std::mutex, 16> start_mutexes;  // by id: Start, Forget
  std::mutex listeners_mutex;
  std::vector<std::function<void(const std::string&)>> listeners;  // guarded by listeners_mutex
  std::unique_ptr<RunWatcher> watcher;                             // last: its thread uses the rest

  RunFolder Folder(const std::string& id) const { return RunFolder(options.directory / id); }
  std::mutex& StartMutex(const std::string& id) {
    return start_mutexes[std::hash<std::string>()(id) % start_mutexes.size()];
  }

  void Notify(const std::string& id) {
    std::vector<std::function<void(const std::string&)>> called;
    {
      std::lock_guard lock(listeners_mutex);
      called = listeners;
    }
    for (const auto& listener : called) listener(id);
  }

  // For the watcher: the launcher of `id` has ended, or nobody knows.
  bool HandleEnd(const std::string& id) {
    auto settled = SettleEnd(Folder(id));
    if (!settled) {
      LogWarning("the end of a workload could not be recorded; trying again",
                 {{"workload", id}, {"error", settled.error().message}});
      return false;
    }
    if (*settled == Settlement::kNotYet) return false;
    if (*settled == Settlement::kRunning) return Adopt(id);
    Notify(id);
    return true;
  }

  // Watches the launcher that the folder names. False when that launcher ended meanwhile.
  bool Adopt(const std::string& id) {
    auto record = Folder(id).ReadLauncher();
    if (!record || !*record) return false;
    auto process = OpenProcess((*record)->process);
    return process && watcher->Watch(id, *std::move(process), UniqueFd()).has_value();
  }

  void AdoptAll(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (name.starts_with('.') || !Folder(name).HasSpec()) continue;
      RunFolder folder = Folder(name);
      auto launcher = folder.ReadLauncher();
      bool launched = launcher && *launcher;
      if (!launched && !folder.IsLocked()) continue;  // never ran: Start will start it
      if (!Adopt(name)) watcher->Recheck(name);
    }
  }
};

LocalBackend::LocalBackend() : state_(std::make_unique<State>()) {}
LocalBackend::~LocalBackend() = default;

Result<std::unique_ptr<LocalBackend>> LocalBackend::Open(LocalBackendOptions options) {
  ATELIER_CHECK(MakeDirectories(options.directory));
  std::unique_ptr<LocalBackend> backend(new LocalBackend);
  State& state = *backend->state_;
  std::error_code error;
  options.directory = fs::canonical(options.directory, error);
  options.launcher = fs::absolute(options.launcher, error);
  if (options.flavors.empty()) options.flavors = DefaultFlavors(ThisMachine());
  ATELIER_TRY(auto names, FolderNames(options.directory));
  for (const std::string& name : names) {
    // What a crash left of a Forget or of a probe.
    if (name.starts_with(kTrashPrefix) || name.starts_with(".probe-"))
      ATELIER_CHECK(RemoveForcibly(options.directory / name));
  }
  LadderOptions ladder{
      .directory = options.directory, .launcher = options.launcher, .bwrap = options.bwrap, .level = options.level};
  ATELIER_TRY(state.sandbox, ClimbLadder(ladder));
  state.options = std::move(options);
  RunWatcher::Callbacks callbacks{.started = [&state](const std::string& id) { state.Notify(id); },
                                  .ended = [&state](const std::string& id) { return state.HandleEnd(id); }};
  ATELIER_TRY(state.watcher, RunWatcher::Start(std::move(callbacks)));
  state.AdoptAll(names);
  return backend;
}

Result<void> LocalBackend::Start(const Workload& workload) {
  ATELIER_CHECK(CheckWorkload(workload));
  std::lock_guard lock(state_->StartMutex(workload.id));
  RunFolder folder = state_->Folder(workload.id);
  ATELIER_TRY(auto launcher, folder.ReadLauncher());
  ATELIER_TRY(auto ended, folder.ReadExit());
  if (launcher || ended || folder.IsLocked() || state_->watcher->Watches(workload.id)) return {};
  if (state_->sandbox.level != SandboxLevel::kNone) ATELIER_CHECK(CheckSources(workload));
  ATELIER_CHECK(MakeDirectories(folder.path()));
  LaunchSpec spec{.workload = workload,
                  .level = state_->sandbox.level,
                  .deny_user_namespaces = state_->sandbox.deny_user_namespaces,
                  .bwrap = state_->sandbox.bwrap,
                  .cgroups = state_->sandbox.cgroup_parents.Child(CgroupName(state_->options.directory, workload.id))};
  ATELIER_CHECK(folder.WriteSpec(spec));
  ATELIER_TRY(SpawnedLauncher spawned, SpawnLauncher(state_->options.launcher, folder));
  return state_->watcher->Watch(workload.id, std::move(spawned.process), std::move(spawned.started));
}

Result<Observation> LocalBackend::Observe(const std::string& id) {
  RunFolder folder = state_->Folder(id);
  auto exited = [](const ExitRecord& record) {
    return Observation{.phase = Phase::kExited, .started = record.started, .ended = record.ended, .exit = record.exit};
  };
  ATELIER_TRY(auto ended, folder.ReadExit());
  if (ended) return exited(*ended);
  if (!folder.HasSpec()) return Observation{};
  ATELIER_TRY(auto launcher, folder.ReadLauncher());
  Observation observation;
  if (!launcher) {
    bool starting = state_->watcher->Watches(id) || folder.IsLocked();
    observation.phase = starting ? Phase::kStarting : Phase::kAbsent;
    return observation;
  }
  auto started = folder.ReadStarted();
  observation.started = started.value_or(launcher->started);
  observation.phase = started ? Phase::kRunning : Phase::kStarting;
  if (launcher->process.IsRunning()) return observation;
  ATELIER_TRY(Settlement settlement, SettleEnd(folder));
  if (settlement != Settlement::kEnded) return observation;
  ATELIER_TRY(ended, folder.ReadExit());
  return ended ? exited(*ended) : Observation{};
}

Result<void> LocalBackend::Stop(const std::string& id, Milliseconds grace) {
  RunFolder folder = state_->Folder(id);
  ATELIER_TRY(auto ended, folder.ReadExit());
  if (ended || !folder.HasSpec()) return {};
  // Written before the launcher is looked for, as the launcher is made known before it looks for a request: one sees
  // the other.
  ATELIER_CHECK(folder.WriteStopGrace(grace));
  ATELIER_TRY(auto launcher, folder.ReadLauncher());
  if (launcher) SendTerm(launcher->process);
  return {};
}

Result<void> LocalBackend::Forget(const std::string& id) {
  std::lock_guard lock(state_->StartMutex(id));
  RunFolder folder = state_->Folder(id);
  std::error_code error;
  if (id.empty() || id.starts_with('.') || id.find('/') != std::string::npos || !fs::exists(folder.path(), error))
    return {};
  ATELIER_TRY(Observation observation, Observe(id));
  if (observation.phase == Phase::kStarting || observation.phase == Phase::kRunning)
    return FailedPrecondition("workload " + id + " is " + std::string(ToString(observation.phase)) +
                              "; stop it and wait for its end before it is removed");
  ATELIER_TRY(auto held, folder.TryLock());
  if (!held) return FailedPrecondition("workload " + id + " is about to start or to end; try again");
  // In one step out of sight, so that a crash leaves either all of it or nothing.
  fs::path trash = state_->options.directory / (std::string(kTrashPrefix) + RandomHex(8));
  fs::rename(folder.path(), trash, error);
  if (error) return ErrnoError("rename " + folder.path().string(), error.value());
  ATELIER_CHECK(SyncDirectory(state_->options.directory));
  return RemoveForcibly(trash);
}

Result<Usage> LocalBackend::Measure(const std::string& id) {
  RunFolder folder = state_->Folder(id);
  ATELIER_TRY(auto ended, folder.ReadExit());
  if (ended) return Usage{.cpu_seconds = ended->exit.cpu_seconds, .memory_bytes = 0};
  ATELIER_TRY(auto spec, folder.ReadSpec());
  ATELIER_TRY(auto launcher, folder.ReadLauncher());
  if (!spec) return NotFound("there is no workload " + id);
  if (!launcher) return Usage{};
  return MeasureTree(Cgroups(spec->cgroups), launcher->process);
}

Result<std::vector<std::string>> LocalBackend::List() {
  ATELIER_TRY(auto names, FolderNames(state_->options.directory));
  std::erase_if(names,
                [&](const std::string& name) { return name.starts_with('.') || !state_->Folder(name).HasSpec(); });
  std::ranges::sort(names);
  return names;
}

void LocalBackend::OnChange(std::function<void(const std::string&)> callback) {
  std::lock_guard lock(state_->listeners_mutex);
  state_->listeners.push_back(std::move(callback));
}

SandboxLevel LocalBackend::level() const { return state_->sandbox.level; }
std::string LocalBackend::level_reason() const { return state_->sandbox.reason; }
std::vector<Flavor> LocalBackend::Flavors() const { return state_->options.flavors; }

}  // namespace atelier::compute
