#include "compute/launcher/launcher.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

#include "base/clock.h"
#include "compute/internal/cgroup.h"
#include "compute/internal/run_folder.h"
#include "compute/launcher/child.h"
#include "compute/launcher/supervisor.h"

namespace atelier::compute {

namespace {

TimePoint Now() { return SystemClock().Now(); }

Result<UniqueFd> TakeSignals() {
  sigset_t handled;
  ::sigemptyset(&handled);
  for (int signal : {SIGTERM, SIGCHLD}) ::sigaddset(&handled, signal);
  sigset_t blocked = handled;
  // A terminal that closes or an interrupt meant for the server must not end workloads.
  for (int signal : {SIGHUP, SIGINT, SIGQUIT}) ::sigaddset(&blocked, signal);
  ::sigprocmask(SIG_SETMASK, &blocked, nullptr);  // NOLINT(concurrency-mt-unsafe): one thread
  ::signal(SIGPIPE, SIG_IGN);
  UniqueFd signals(::signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals.valid()) return ErrnoError("signalfd", errno);
  return signals;
}

fs::path InitBesideLauncher() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path() / "atelier-init";
}

void AddFigures(Exit& exit, const Cgroups& cgroups, const rusage& usage) {
  auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  exit.cpu_seconds = cgroups.CpuSeconds().value_or(seconds(usage.ru_utime) + seconds(usage.ru_stime));
  exit.peak_memory_bytes = cgroups.PeakMemory().value_or(static_cast<std::uint64_t>(usage.ru_maxrss) * 1024);
}

Result<void> RemoveCgroups(const Cgroups& cgroups) {
  // A process that was reaped leaves its group a moment later, and version 1 tells nobody when.
  constexpr int kTries = 200, kPauseMillis = 5;
  Result<void> removed;
  for (int i = 0; i < kTries && !(removed = cgroups.Remove()); ++i) {
    cgroups.Kill();
    ::poll(nullptr, 0, kPauseMillis);
  }
  return removed;
}

Result<Exit> RunWorkload(const LaunchSpec& spec, const RunFolder& folder, Cgroups& cgroups, int lock_fd, int signals,
                         const std::function<void()>& on_started) {
  ATELIER_CHECK(MakeDirectories(folder.scratch()));
  ATELIER_CHECK(cgroups.Create(spec.workload.limits));
  ATELIER_TRY(LogWriter log, LogWriter::Open(spec.workload.log_file, spec.workload.log_limit_bytes));
  ATELIER_TRY(Child child, StartChild(spec, folder, cgroups, InitBesideLauncher(), lock_fd));
  Supervisor supervisor(std::move(child), std::move(log), cgroups, folder, spec.workload.stop_grace, signals,
                        on_started);
  Exit exit = supervisor.Run();
  AddFigures(exit, cgroups, supervisor.usage());
  return exit;
}

Exit CouldNotStart(const Error& error) {
  Exit exit;
  exit.code = 127;
  exit.message = "could not start: " + error.message;
  return exit;
}

// Trouble while cleaning up does not change how the workload ended; launcher.log keeps it.
void Complain(const Result<void>& result) {
  if (!result) std::ignore = WriteAll(STDERR_FILENO, result.error().message + "\n");
}

Result<void> RunClaimed(const LaunchSpec& spec, const RunFolder& folder, UniqueFd lock, UniqueFd notify, int signals) {
  Cgroups cgroups(spec.cgroups);
  ExitRecord record{.exit = {}, .started = Now(), .ended = {}};
  auto on_started = [&] {
    record.started = Now();
    Complain(folder.MarkStarted(record.started));
    // Whoever listened may have gone.
    if (notify.valid()) std::ignore = WriteAll(notify.get(), "s");
    notify.Reset();
  };
  auto exit = RunWorkload(spec, folder, cgroups, lock.get(), signals, on_started);
  record.exit = exit ? *std::move(exit) : CouldNotStart(exit.error());
  Complain(RemoveCgroups(cgroups));
  Complain(RemoveForcibly(folder.scratch()));
  record.ended = Now();
  return folder.WriteExit(record);
}

}  // namespace

Result<void> RunLauncher(const fs::path& path, int notify_fd) {
  UniqueFd notify(notify_fd);
  if (notify.valid()) ::fcntl(notify.get(), F_SETFD, FD_CLOEXEC);
  ATELIER_TRY(UniqueFd signals, TakeSignals());
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  RunFolder folder(path);
  ATELIER_TRY(auto lock, folder.TryLock());
  if (!lock) return {};
  ATELIER_TRY(auto launched, folder.ReadLauncher());
  ATELIER_TRY(auto ended, folder.ReadExit());
  if (launched || ended) return {};
  ATELIER_TRY(auto spec, folder.ReadSpec());
  if (!spec) return NotFound("there is no spec.json in " + path.string());
  ATELIER_CHECK(folder.WriteLauncher({.process = ProcessIdentity::Self(), .started = Now()}));
  return RunClaimed(*spec, folder, *std::move(lock), std::move(notify), signals.get());
}

}  // namespace atelier::compute
