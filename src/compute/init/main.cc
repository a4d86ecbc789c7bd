// atelier-init <plan fd> <status fd>: the first process inside a sandbox. It starts the command, reaps what is
// orphaned, reports the command's true wait status (a sandbox tool folds signals into exit codes), and ends the whole
// tree when the command ends or the launcher is gone. Where there is no pid namespace it is the subreaper of the tree
// and ends it process by process.
//
// It keeps every descriptor that it was given: the launcher's lock is one of them, so the lock is free only when the
// tree is gone.
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "compute/init/plan.h"
#include "compute/internal/process_tree.h"

namespace atelier::compute {
namespace {

constexpr int kCannotStart = 127;

void Report(int status_fd, const std::string& line) {
  // The pipe's buffer holds all lines that are ever written; when nobody reads any more there is nobody to tell.
  if (::write(status_fd, line.data(), line.size()) < 0) return;
}

std::string ReadAll(int fd) {
  std::string bytes;
  std::array<char, 16384> block{};
  off_t at = 0;
  for (;;) {
    ssize_t count = ::pread(fd, block.data(), block.size(), at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return bytes;
    bytes.append(block.data(), static_cast<std::size_t>(count));
    at += count;
  }
}

// Only ever lowers: an ordinary user may not raise a hard limit.
void Limit(int resource, std::uint64_t value) {
  if (value == 0) return;
  rlimit limit{};
  auto kind = static_cast<__rlimit_resource>(resource);
  if (::getrlimit(kind, &limit) != 0) return;
  if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > value) limit.rlim_max = value;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(kind, &limit);
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct StartFailure {
  int error_number = 0;
  bool in_directory = false;
};

[[noreturn]] void BecomeCommand(InitPlan& plan, int failure_fd, pid_t parent) {
  StartFailure failure;
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != parent) ::_exit(kCannotStart);
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  if (::chdir(plan.working_directory.c_str()) != 0) {
    failure = {.error_number = errno, .in_directory = true};
  } else {
    std::vector<char*> arguments = Pointers(plan.command);
    std::vector<char*> environment = Pointers(plan.environment);
    // Last, so that they bind the command and not its preparation.
    Limit(RLIMIT_NPROC, plan.processes);
    Limit(RLIMIT_DATA, plan.data_bytes);
    Limit(RLIMIT_FSIZE, plan.file_bytes);
    ::execve(arguments[0], arguments.data(), environment.data());
    failure = {.error_number = errno, .in_directory = false};
  }
  if (::write(failure_fd, &failure, sizeof(failure)) < 0) ::_exit(kCannotStart);
  ::_exit(kCannotStart);
}

// The command's pid, or -1 after the failure was reported.
pid_t StartCommand(InitPlan& plan, int status_fd) {
  std::array<int, 2> failure_pipe{};
  pid_t self = ::getpid();
  pid_t child = ::pipe2(failure_pipe.data(), O_CLOEXEC) == 0 ? ::fork() : -1;
  if (child < 0) {
    Report(status_fd, "failed " + std::to_string(errno) + " fork\n");
    return -1;
  }
  if (child == 0) BecomeCommand(plan, failure_pipe[1], self);
  ::close(failure_pipe[1]);
  StartFailure failure;
  ssize_t count = 0;
  do count = ::read(failure_pipe[0], &failure, sizeof(failure));
  while (count < 0 && errno == EINTR);
  ::close(failure_pipe[0]);
  if (count == sizeof(failure)) {
    const std::string& what = failure.in_directory ? plan.working_directory : plan.command[0];
    Report(status_fd, "failed " + std::to_string(failure.error_number) + " " + what + "\n");
    return -1;
  }
  Report(status_fd, "started\n");
  return child;
}

void EndTree(bool owns_namespace) {
  for (;;) {
    if (owns_namespace) {
      ::kill(-1, SIGKILL);
    } else {
      for (pid_t pid : Descendants(::getpid())) ::kill(pid, SIGKILL);
    }
    // Deaths below hand their children up to this process, so that the last wait fails only when none is left.
    pid_t reaped = ::waitpid(-1, nullptr, 0);
    if (reaped < 0 && errno == ECHILD) return;
  }
}

// Waits for the command; nullopt when the launcher went away first.
std::optional<int> AwaitCommand(pid_t command, int status_fd, int child_signals) {
  for (;;) {
    int status = 0;
    for (pid_t reaped = 0; (reaped = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (reaped == command) return status;
    }
    // A pipe without readers is told as POLLERR whatever is asked for.
    std::array<pollfd, 2> fds = {
        {{.fd = child_signals, .events = POLLIN, .revents = 0}, {.fd = status_fd, .events = 0, .revents = 0}}};
    if (::poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[1].revents != 0) return std::nullopt;
    signalfd_siginfo ignored{};
    if (fds[0].revents != 0 && ::read(child_signals, &ignored, sizeof(ignored)) < 0) continue;
  }
}

int Main(int plan_fd, int status_fd) {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  // The status pipe tells that the launcher is gone; death by signal would leave the tree behind where there is no
  // namespace.
  ::prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
  ::prctl(PR_SET_NAME, "atelier-init", 0, 0, 0);
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  auto plan = DecodePlan(ReadAll(plan_fd));
  ::close(plan_fd);
  if (!plan) {
    Report(status_fd, "failed " + std::to_string(EINVAL) + " the launcher's plan\n");
    return kCannotStart;
  }
  if (!plan->owns_namespace) ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  sigset_t child;
  ::sigemptyset(&child);
  ::sigaddset(&child, SIGCHLD);
  int child_signals = ::signalfd(-1, &child, SFD_CLOEXEC);
  if (child_signals < 0) {
    Report(status_fd, "failed " + std::to_string(errno) + " signalfd\n");
    return kCannotStart;
  }
  pid_t command = StartCommand(*plan, status_fd);
  if (command < 0) return kCannotStart;
  auto status = AwaitCommand(command, status_fd, child_signals);
  EndTree(plan->owns_namespace);
  if (status) Report(status_fd, "ended " + std::to_string(*status) + "\n");
  return 0;
}

}  // namespace
}  // namespace atelier::compute

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: atelier-init <plan fd> <status fd> (started by atelier-launcher only)\n", stderr);
    return 2;
  }
  return atelier::compute::Main(std::atoi(argv[1]), std::atoi(argv[2]));
}
