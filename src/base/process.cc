#include "base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>

#include "base/files.h"

namespace atelier {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Pipe {
  UniqueFd read_end, write_end;
};

Result<Pipe> MakePipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return ErrnoError("pipe", errno);
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// posix_spawn's two argument objects, destroyed together.
struct SpawnArguments {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  SpawnArguments() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnArguments() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnArguments(const SpawnArguments&) = delete;
  SpawnArguments& operator=(const SpawnArguments&) = delete;
};

void Prepare(SpawnArguments& arguments, const ProcessSpec& spec, int output) {
  auto& actions = arguments.actions;
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  if (!spec.working_directory.empty()) posix_spawn_file_actions_addchdir_np(&actions, spec.working_directory.c_str());
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&arguments.attributes, &all);
  posix_spawnattr_setsigmask(&arguments.attributes, &none);
  posix_spawnattr_setpgroup(&arguments.attributes, 0);
  posix_spawnattr_setflags(&arguments.attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

Result<pid_t> Spawn(const ProcessSpec& spec, int output) {
  if (spec.argv.empty()) return InvalidArgument("expected a program to run, got an empty command");
  if (!spec.working_directory.empty() && !fs::is_directory(spec.working_directory))
    return NotFound(fmt::format("cannot run {} in {}: no such folder", spec.argv[0], spec.working_directory.string()));
  SpawnArguments arguments;
  Prepare(arguments, spec, output);
  auto argv = spec.argv;
  std::vector<std::string> environment;
  for (const auto& [name, value] : spec.environment) environment.push_back(name + "=" + value);
  pid_t pid = 0;
  int error = ::posix_spawn(&pid, argv[0].c_str(), &arguments.actions, &arguments.attributes, Pointers(argv).data(),
                            Pointers(environment).data());
  if (error != 0) return ErrnoError("cannot run " + spec.argv[0], error);
  return pid;
}

// A started process until it is reaped. If it goes out of scope early, the group is killed and the process reaped.
class Child {
 public:
  Child(pid_t pid, UniqueFd watch) : pid_(pid), watch_(std::move(watch)) {}
  ~Child() {
    if (!reaped_) Reap();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int watch() const { return watch_.get(); }
  void KillGroup() const { ::kill(-pid_, SIGKILL); }

  // Kills what is left of the group first: while the leader is unreaped, the group's number cannot have been given
  // away.
  ProcessExit Reap() {
    KillGroup();
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
    ProcessExit exit;
    if (WIFSIGNALED(status)) {
      exit.signal = WTERMSIG(status);
      exit.code = 128 + exit.signal;
    } else {
      exit.code = WEXITSTATUS(status);
    }
    return exit;
  }

 private:
  const pid_t pid_;
  UniqueFd watch_;
  bool reaped_ = false;
};

Result<UniqueFd> WatchProcess(pid_t pid) {
  auto fd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (fd < 0) {
    int error = errno;
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return ErrnoError("pidfd_open", error);
  }
  return UniqueFd(fd);
}

// Hands on what the pipe holds now; false at its end.
bool Drain(int pipe, const ProcessSpec& spec) {
  std::array<char, 16 * 1024> block{};
  for (;;) {
    auto count = ::read(pipe, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return true;
    if (count <= 0) return false;
    if (spec.on_output) spec.on_output(std::string_view(block.data(), static_cast<std::size_t>(count)));
  }
}

int PollTimeout(std::optional<SteadyClock::time_point> deadline) {
  if (!deadline) return -1;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - SteadyClock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

Result<ProcessExit> Attend(Child& child, int pipe, int stop, const ProcessSpec& spec) {
  std::optional<SteadyClock::time_point> deadline;
  if (spec.time_limit) deadline = SteadyClock::now() + *spec.time_limit;
  std::array<pollfd, 3> watched{{{child.watch(), POLLIN, 0}, {stop, POLLIN, 0}, {pipe, POLLIN, 0}}};
  bool timed_out = false, stopped = false;
  for (;;) {
    int ready = ::poll(watched.data(), watched.size(), PollTimeout(deadline));
    if (ready < 0 && errno != EINTR) return ErrnoError("poll", errno);
    if (ready < 0) continue;
    if (watched[2].fd >= 0 && watched[2].revents != 0 && !Drain(pipe, spec)) watched[2].fd = -1;
    if (watched[0].revents != 0) break;
    stopped = stopped || watched[1].revents != 0;
    timed_out = !stopped && deadline && SteadyClock::now() >= *deadline;
    if (!stopped && !timed_out) continue;
    child.KillGroup();
    break;
  }
  auto exit = child.Reap();
  if (watched[2].fd >= 0) Drain(pipe, spec);
  exit.timed_out = timed_out;
  exit.stopped = stopped;
  return exit;
}

}  // namespace

Result<ProcessExit> RunProcess(const ProcessSpec& spec) {
  ATELIER_TRY(auto pipe, MakePipe());
  UniqueFd stop(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop.valid()) return ErrnoError("eventfd", errno);
  if (::fcntl(pipe.read_end.get(), F_SETFL, O_NONBLOCK) != 0) return ErrnoError("fcntl", errno);
  ATELIER_TRY(auto pid, Spawn(spec, pipe.write_end.get()));
  pipe.write_end.Reset();
  ATELIER_TRY(auto watch, WatchProcess(pid));
  Child child(pid, std::move(watch));
  std::stop_callback wake(spec.stop, [&stop] { ::eventfd_write(stop.get(), 1); });
  return Attend(child, pipe.read_end.get(), stop.get(), spec);
}

std::string Describe(const ProcessExit& exit, const ProcessSpec& spec) {
  if (exit.timed_out && spec.time_limit)
    return fmt::format("stopped: it ran longer than {} s", static_cast<double>(spec.time_limit->count()) / 1000);
  if (exit.stopped) return "stopped on request";
  if (exit.signal != 0) return fmt::format("killed by signal {}", exit.signal);
  return fmt::format("exit code {}", exit.code);
}

std::map<std::string, std::string> CurrentEnvironment() {
  std::map<std::string, std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view text = *entry;
    auto equals = text.find('=');
    if (equals != std::string_view::npos && equals > 0) result.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return result;
}

}  // namespace atelier
