#include "compute/internal/settlement.h"

#include "base/strings.h"

namespace atelier::compute {

namespace {

ExitRecord Lost(const RunFolder& folder, const LauncherRecord& launcher) {
  ExitRecord record;
  record.started = folder.ReadStarted().value_or(launcher.started);
  record.exit.code = 137;
  record.exit.signal = 9;
  record.exit.lost = true;
  record.exit.message =
      "lost: the process that held the workload vanished without a report (the machine was restarted, or it was "
      "killed)";
  return record;
}

ExitRecord NeverStarted(const RunFolder& folder) {
  ExitRecord record;
  record.exit.code = 127;
  std::string log(Trim(ReadFile(folder.launcher_log(), 1 << 16).value_or("")));
  record.exit.message =
      "could not start: " + (log.empty() || !IsValidUtf8(log) ? "the launcher ended without a word" : log);
  record.started = SystemClock().Now();
  return record;
}

// True when nothing of the tree is left. Below the full level atelier-init ends the tree before it lets go of the lock.
Result<bool> CleanUp(const RunFolder& folder, Exit& exit) {
  ATELIER_TRY(auto spec, folder.ReadSpec());
  if (!spec) return true;
  Cgroups cgroups(spec->cgroups);
  if (!cgroups.empty()) {
    cgroups.Kill();
    if (cgroups.Populated()) return false;
    exit.out_of_memory = exit.lost && cgroups.OutOfMemoryKills() > 0;
    exit.cpu_seconds = cgroups.CpuSeconds().value_or(0);
    exit.peak_memory_bytes = cgroups.PeakMemory().value_or(0);
    if (!cgroups.Remove()) return false;
  }
  ATELIER_CHECK(RemoveForcibly(folder.scratch()));
  return true;
}

}  // namespace

Result<Settlement> SettleEnd(const RunFolder& folder) {
  ATELIER_TRY(auto ended, folder.ReadExit());
  if (ended || !folder.HasSpec()) return Settlement::kEnded;
  ATELIER_TRY(auto launcher, folder.ReadLauncher());
  if (launcher && launcher->process.IsRunning()) return Settlement::kRunning;
  ATELIER_TRY(auto lock, folder.TryLock());
  if (!lock) return Settlement::kNotYet;
  // Now nobody else writes: look once more.
  ATELIER_TRY(ended, folder.ReadExit());
  if (ended) return Settlement::kEnded;
  ATELIER_TRY(launcher, folder.ReadLauncher());
  if (launcher && launcher->process.IsRunning()) return Settlement::kRunning;
  ExitRecord record = launcher ? Lost(folder, *launcher) : NeverStarted(folder);
  ATELIER_TRY(bool clean, CleanUp(folder, record.exit));
  if (!clean) return Settlement::kNotYet;
  record.ended = SystemClock().Now();
  ATELIER_CHECK(folder.WriteExit(record));
  return Settlement::kEnded;
}

}  // namespace atelier::compute
