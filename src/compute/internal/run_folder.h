// The files of one workload, workloads/<id>/, and what is in them. The folder is all that launcher and backend share.
//
//   spec.json      what to run and how; written durably by the backend before it spawns the launcher (0600: it holds
//   secrets) lock           held (fcntl OFD lock) by the launcher and atelier-init until the process tree is gone
//   launcher.json  which process the launcher is; written durably before anything runs: its presence means "never start
//   again" started        made when the command runs stop.json      a request to stop, with the grace exit.json how it
//   ended; written durably, last, when the tree is gone launcher.log   what went wrong in the launcher itself scratch/
//   the workload's /tmp
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/files.h"
#include "compute/internal/cgroup.h"
#include "compute/workload.h"

namespace atelier::compute {

struct LaunchSpec {
  Workload workload;
  SandboxLevel level = SandboxLevel::kNone;
  bool deny_user_namespaces = false;  // the sandbox tool can forbid further user namespaces
  fs::path bwrap;
  CgroupPaths cgroups;  // of this workload
};

// A process that cannot be mistaken for another: pids come again, and so do start times after the machine was
// restarted.
struct ProcessIdentity {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;
  std::string boot_id;

  static ProcessIdentity Self();
  bool Exists() const;     // also as a zombie
  bool IsRunning() const;  // exists and is no zombie
};

struct LauncherRecord {
  ProcessIdentity process;
  TimePoint started;
};

struct ExitRecord {
  Exit exit;
  TimePoint started, ended;
};

class RunFolder {
 public:
  explicit RunFolder(fs::path path) : path_(std::move(path)) {}
  const fs::path& path() const { return path_; }
  fs::path scratch() const { return path_ / "scratch"; }
  fs::path launcher_log() const { return path_ / "launcher.log"; }

  // nullopt: no such file.
  Result<std::optional<LaunchSpec>> ReadSpec() const;
  Result<std::optional<LauncherRecord>> ReadLauncher() const;
  Result<std::optional<ExitRecord>> ReadExit() const;
  std::optional<Milliseconds> ReadStopGrace() const;
  std::optional<TimePoint> ReadStarted() const;
  bool HasSpec() const;

  Result<void> WriteSpec(const LaunchSpec& spec) const;
  Result<void> WriteLauncher(const LauncherRecord& record) const;
  Result<void> WriteExit(const ExitRecord& record) const;
  Result<void> WriteStopGrace(Milliseconds grace) const;
  Result<void> MarkStarted(TimePoint when) const;

  // nullopt: somebody else holds it. Held until the descriptor and its copies in other processes are closed.
  Result<std::optional<UniqueFd>> TryLock() const;
  bool IsLocked() const;  // without taking it

 private:
  fs::path path_;
};

// Removes a tree that a workload may have filled: directories without permissions are opened up first.
Result<void> RemoveForcibly(const fs::path& path);

}  // namespace atelier::compute
