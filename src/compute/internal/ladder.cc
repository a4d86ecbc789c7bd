#include "compute/internal/ladder.h"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "base/digest.h"
#include "base/ids.h"
#include "base/strings.h"
#include "compute/internal/run_folder.h"
#include "compute/internal/spawn.h"

namespace atelier::compute {

namespace {

constexpr Milliseconds kProbeTimeout{20'000};

Workload ProbeWorkload(const RunFolder& folder) {
  Workload probe;
  probe.id = "probe";
  probe.command = {"/bin/true"};
  probe.limits = {.cores = 1, .memory_bytes = 256ULL << 20, .processes = 64, .file_bytes = 1 << 20};
  probe.log_file = folder.path() / "log";
  return probe;
}

// Runs `true` as any workload is run.
Result<void> RunTrue(const RunFolder& folder, const fs::path& launcher, const LaunchSpec& spec) {
  ATELIER_CHECK(MakeDirectories(folder.path()));
  ATELIER_CHECK(folder.WriteSpec(spec));
  ATELIER_TRY(SpawnedLauncher spawned, SpawnLauncher(launcher, folder));
  if (!AwaitEnd(spawned.process, kProbeTimeout)) {
    ATELIER_CHECK(folder.WriteStopGrace(Milliseconds(0)));
    ::kill(spawned.pid, SIGTERM);
    AwaitEnd(spawned.process, kProbeTimeout);
    Reap(spawned.process);
    return FailedPrecondition("running `true` took more than " + std::to_string(kProbeTimeout.count() / 1000) + " s");
  }
  Reap(spawned.process);
  ATELIER_TRY(auto record, folder.ReadExit());
  if (!record) {
    std::string log = ReadFile(folder.launcher_log(), 1 << 16).value_or("");
    return FailedPrecondition("the launcher failed: " + std::string(Trim(log)));
  }
  const Exit& exit = record->exit;
  if (!exit.message.empty()) return FailedPrecondition(exit.message);
  if (exit.code != 0) return FailedPrecondition("`true` ended with code " + std::to_string(exit.code));
  return {};
}

class Ladder {
 public:
  explicit Ladder(const LadderOptions& options) : options_(options) {
    bwrap_ = options.bwrap.empty() ? FindBwrap() : options.bwrap;
  }

  Result<Sandbox> Try(SandboxLevel level) {
    Sandbox sandbox{.level = level, .reason = {}, .deny_user_namespaces = false, .bwrap = {}, .cgroup_parents = {}};
    if (level == SandboxLevel::kNone) {
      ATELIER_CHECK(Run(sandbox));
      return sandbox;
    }
    if (bwrap_.empty()) return FailedPrecondition("the sandbox tool bwrap is not installed (package bubblewrap)");
    sandbox.bwrap = bwrap_;
    if (level == SandboxLevel::kFull) {
      ATELIER_TRY(sandbox.cgroup_parents, DiscoverCgroupParents());
    }
    // Older tools cannot forbid further user namespaces.
    sandbox.deny_user_namespaces = true;
    if (Run(sandbox)) return sandbox;
    sandbox.deny_user_namespaces = false;
    ATELIER_CHECK(Run(sandbox));
    return sandbox;
  }

 private:
  Result<void> Run(const Sandbox& sandbox) {
    std::string name = ".probe-" + RandomHex(8);
    RunFolder folder(options_.directory / name);
    LaunchSpec spec{.workload = ProbeWorkload(folder),
                    .level = sandbox.level,
                    .deny_user_namespaces = sandbox.deny_user_namespaces,
                    .bwrap = sandbox.bwrap,
                    .cgroups = sandbox.cgroup_parents.Child(CgroupName(options_.directory, name.substr(1)))};
    auto ran = RunTrue(folder, options_.launcher, spec);
    auto removed = RemoveForcibly(folder.path());
    return ran ? removed : ran;
  }

  const LadderOptions& options_;
  fs::path bwrap_;
};

}  // namespace

fs::path FindBwrap() {
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  for (std::string_view directory : Split(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
    fs::path candidate = fs::path(directory) / "bwrap";
    if (candidate.is_absolute() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

std::string CgroupName(const fs::path& directory, const std::string& id) {
  return "atelier-" + HexEncode(ComputeDigest(DigestKind::kSha256, directory.string())).substr(0, 8) + "-" + id;
}

Result<Sandbox> ClimbLadder(const LadderOptions& options) {
  Ladder ladder(options);
  if (options.level) {
    auto sandbox = ladder.Try(*options.level);
    if (!sandbox) {
      return std::unexpected(std::move(sandbox).error().Within(
          "sandbox level '" + std::string(ToString(*options.level)) + "' was asked for but does not work here"));
    }
    if (*options.level != SandboxLevel::kFull) sandbox->reason = "asked for by the configuration";
    return sandbox;
  }
  std::string reason;
  for (SandboxLevel level : {SandboxLevel::kFull, SandboxLevel::kLimits, SandboxLevel::kNone}) {
    auto sandbox = ladder.Try(level);
    if (sandbox) {
      sandbox->reason = reason;
      return sandbox;
    }
    if (!reason.empty()) reason += "; ";
    reason += std::string(ToString(level)) + ": " + sandbox.error().message;
  }
  return Internal("no workload can be run on this machine: " + reason);
}

}  // namespace atelier::compute
