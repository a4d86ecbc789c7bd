#include "compute/launcher/child.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "compute/init/plan.h"
#include "compute/launcher/sandbox_command.h"

namespace atelier::compute {

namespace {

struct Pipe {
  UniqueFd read, write;
};

Result<Pipe> MakePipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return ErrnoError("pipe", errno);
  Pipe pipe{.read = UniqueFd(ends[0]), .write = UniqueFd(ends[1])};
  if (::fcntl(pipe.read.get(), F_SETFL, O_NONBLOCK) != 0) return ErrnoError("fcntl", errno);
  return pipe;
}

Result<UniqueFd> UnnamedFile(std::string_view contents) {
  UniqueFd fd(::memfd_create("atelier", MFD_CLOEXEC));
  if (!fd.valid()) return ErrnoError("memfd_create", errno);
  ATELIER_CHECK(PwriteAll(fd.get(), contents, 0));
  return fd;
}

InitPlan MakePlan(const LaunchSpec& spec, const RunFolder& folder) {
  const Workload& workload = spec.workload;
  InitPlan plan;
  if (!workload.working_directory.empty()) plan.working_directory = workload.working_directory.string();
  plan.owns_namespace = spec.level != SandboxLevel::kNone;
  plan.command = workload.command;
  auto environment = workload.environment;
  // There is no /tmp of its own without a mount namespace.
  if (spec.level == SandboxLevel::kNone) environment.try_emplace("TMPDIR", folder.scratch().string());
  for (const auto& [name, value] : environment) plan.environment.push_back(name + "=" + value);
  plan.file_bytes = workload.limits.file_bytes;
  // Where no control group counts: data of one process instead of memory of the tree (address space would be the wrong
  // measure, numeric libraries reserve far more than they use). Processes are counted per user, so only a user
  // namespace of its own helps.
  if (spec.level != SandboxLevel::kFull) plan.data_bytes = workload.limits.memory_bytes;
  if (spec.level == SandboxLevel::kLimits) plan.processes = workload.limits.processes;
  return plan;
}

// Everything that the new process needs, made before the fork so that little can fail after it.
struct Preparation {
  std::vector<std::string> command;
  std::vector<UniqueFd> passed_on;  // closed in the launcher after the fork
  UniqueFd standard_input;
};

Result<Preparation> Prepare(const LaunchSpec& spec, const RunFolder& folder, const fs::path& init, int status_fd) {
  Preparation prepared;
  ATELIER_TRY(prepared.standard_input, OpenFile("/dev/null", O_RDONLY));
  ATELIER_TRY(UniqueFd plan, UnnamedFile(EncodePlan(MakePlan(spec, folder))));
  std::string plan_fd = std::to_string(plan.get());
  prepared.passed_on.push_back(std::move(plan));
  if (spec.level == SandboxLevel::kNone) {
    prepared.command = {init.string(), plan_fd, std::to_string(status_fd)};
    return prepared;
  }
  std::vector<int> made_fds;
  for (const MadeFile& file : MakeFiles(spec)) {
    ATELIER_TRY(UniqueFd fd, UnnamedFile(file.contents));
    made_fds.push_back(fd.get());
    prepared.passed_on.push_back(std::move(fd));
  }
  std::string options;
  for (const std::string& option : SandboxOptions(spec, folder.scratch(), init, made_fds)) {
    options += option;
    options += '\0';
  }
  ATELIER_TRY(UniqueFd options_fd, UnnamedFile(options));
  prepared.command = {spec.bwrap.string(),      "--args", std::to_string(options_fd.get()), "--",
                      std::string(kInitInside), plan_fd,  std::to_string(status_fd)};
  prepared.passed_on.push_back(std::move(options_fd));
  return prepared;
}

[[noreturn]] void Fail(const std::string& message) {
  // Standard error is the workload's log; its beginning becomes the exit's message.
  std::ignore = WriteAll(STDERR_FILENO, message + "\n");
  ::_exit(127);
}

void KeepOpen(int fd) { ::fcntl(fd, F_SETFD, 0); }

[[noreturn]] void BecomeChild(const LaunchSpec& spec, const Cgroups& cgroups, Preparation& prepared, int output_fd,
                              int status_fd, int lock_fd, pid_t launcher) {
  if (::dup2(prepared.standard_input.get(), STDIN_FILENO) < 0 || ::dup2(output_fd, STDOUT_FILENO) < 0 ||
      ::dup2(output_fd, STDERR_FILENO) < 0)
    ::_exit(127);
  for (const UniqueFd& fd : prepared.passed_on) KeepOpen(fd.get());
  KeepOpen(status_fd);
  KeepOpen(lock_fd);
  if (spec.level == SandboxLevel::kNone) {
    ::setsid();  // cannot fail: a forked process leads no group
  } else {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  }
  if (::getppid() != launcher) ::_exit(127);
  if (auto joined = cgroups.Join(); !joined) Fail(joined.error().message);
  rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  std::vector<char*> arguments;
  for (std::string& argument : prepared.command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  // The workload's own environment is in the plan: it must not reach the tool, which runs outside of the sandbox.
  std::array<char*, 1> environment = {nullptr};
  ::execve(arguments[0], arguments.data(), environment.data());
  Fail(ErrnoError("run " + prepared.command[0], errno).error().message);
}

}  // namespace

Result<Child> StartChild(const LaunchSpec& spec, const RunFolder& folder, const Cgroups& cgroups, const fs::path& init,
                         int lock_fd) {
  ATELIER_TRY(Pipe output, MakePipe());
  ATELIER_TRY(Pipe status, MakePipe());
  ATELIER_TRY(Preparation prepared, Prepare(spec, folder, init, status.write.get()));
  pid_t launcher = ::getpid();
  pid_t pid = ::fork();
  if (pid < 0) return ErrnoError("fork", errno);
  if (pid == 0) BecomeChild(spec, cgroups, prepared, output.write.get(), status.write.get(), lock_fd, launcher);
  return Child{.pid = pid,
               .is_tool = spec.level != SandboxLevel::kNone,
               .output = std::move(output.read),
               .status = std::move(status.read)};
}

}  // namespace atelier::compute
