#include "compute/internal/spawn.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>

namespace atelier::compute {

namespace {

constexpr int kNotifyFd = 3;

UniqueFd OpenPidfd(pid_t pid) { return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

// Settings of posix_spawn with their clean-up.
class SpawnSettings {
 public:
  SpawnSettings() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  void UseDescriptors(const std::string& error_log, int notify_fd) {
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, error_log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                       0644);
    ::posix_spawn_file_actions_adddup2(&actions_, notify_fd, kNotifyFd);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, kNotifyFd + 1);
  }

  void UseOwnSession() {
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

Result<SpawnedLauncher> SpawnLauncher(const fs::path& launcher, const RunFolder& folder) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return ErrnoError("pipe", errno);
  SpawnedLauncher spawned;
  spawned.started = UniqueFd(ends[0]);
  UniqueFd notify(ends[1]);
  SpawnSettings settings;
  settings.UseDescriptors(folder.launcher_log().string(), notify.get());
  settings.UseOwnSession();
  std::string program = launcher.string(), path = folder.path().string(), fd = std::to_string(kNotifyFd);
  std::array<char*, 4> arguments = {program.data(), path.data(), fd.data(), nullptr};
  // Where the libraries are is all that a launcher may learn from the server's environment.
  const char* libraries = std::getenv("LD_LIBRARY_PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  std::string variable = libraries == nullptr ? "" : std::string("LD_LIBRARY_PATH=") + libraries;
  std::array<char*, 2> environment = {libraries == nullptr ? nullptr : variable.data(), nullptr};
  int error = ::posix_spawn(&spawned.pid, program.c_str(), settings.actions(), settings.attributes(), arguments.data(),
                            environment.data());
  if (error == EAGAIN || error == ENOMEM)
    return ResourceExhausted("the machine cannot start another process now; try again when something has ended");
  if (error == ENOENT) return Internal("there is no launcher at " + program + "; build or install atelier-launcher");
  if (error != 0) return ErrnoError("start " + program, error);
  spawned.process = OpenPidfd(spawned.pid);
  if (!spawned.process.valid()) {
    int reason = errno;
    ::kill(spawned.pid, SIGKILL);
    ::waitpid(spawned.pid, nullptr, 0);
    return ErrnoError("pidfd_open (needs Linux 5.4 and a free descriptor)", reason);
  }
  return spawned;
}

std::optional<UniqueFd> OpenProcess(const ProcessIdentity& process) {
  if (process.pid <= 0) return std::nullopt;
  UniqueFd fd = OpenPidfd(process.pid);
  if (!fd.valid() || !process.Exists()) return std::nullopt;
  return fd;
}

void Reap(const UniqueFd& process) {
  siginfo_t ignored{};
  ::waitid(P_PIDFD, static_cast<id_t>(process.get()), &ignored, WEXITED | WNOHANG);
}

bool AwaitEnd(const UniqueFd& process, Milliseconds timeout) {
  auto deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    auto left = std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd ended{.fd = process.get(), .events = POLLIN, .revents = 0};
    int ready = ::poll(&ended, 1, static_cast<int>(left > 0 ? left : 0));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

}  // namespace atelier::compute
