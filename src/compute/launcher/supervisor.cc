#include "compute/launcher/supervisor.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <limits>
#include <system_error>

#include "base/strings.h"
#include "compute/internal/process_tree.h"

namespace atelier::compute {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kMemoryCheckPause{5}, kMemoryCheckTime{1000};
constexpr std::chrono::milliseconds kKillAgain{1000};

// What a workload printed may be anything; a message is text.
std::string AsMessage(std::string_view bytes) {
  std::string text(Trim(bytes));
  if (IsValidUtf8(text)) return text;
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == '\0'; }, '?');
  return text;
}

void SetSignal(Exit& exit, int signal) {
  exit.signal = signal;
  exit.code = 128 + signal;
}

}  // namespace

Supervisor::Supervisor(Child child, LogWriter log, const Cgroups& cgroups, const RunFolder& folder,
                       Milliseconds stop_grace, int signals, std::function<void()> on_started)
    : child_(std::move(child)),
      log_(std::move(log)),
      cgroups_(cgroups),
      folder_(folder),
      stop_grace_(stop_grace),
      signals_(signals),
      on_started_(std::move(on_started)),
      memory_limit_(cgroups.WatchMemoryLimit()) {}

Exit Supervisor::Run() {
  // A request may have come between the claim of the folder and now.
  if (auto grace = folder_.ReadStopGrace()) RequestStop(*grace);
  while (!child_status_) {
    std::array<pollfd, 4> fds = {{
        {.fd = signals_, .events = POLLIN, .revents = 0},
        {.fd = output_open_ ? child_.output.get() : -1, .events = POLLIN, .revents = 0},
        {.fd = status_open_ ? child_.status.get() : -1, .events = POLLIN, .revents = 0},
        {.fd = memory_limit_ ? memory_limit_->get() : -1, .events = POLLIN, .revents = 0},
    }};
    if (::poll(fds.data(), fds.size(), PollTimeout()) < 0) continue;
    if (fds[2].revents != 0) ReadStatus();
    if (fds[1].revents != 0) output_open_ = CopyOutput();
    if (fds[0].revents != 0) ReadSignals();
    CheckMemoryLimit(fds[3].revents != 0);
    if (kill_at_ && steady_clock::now() >= *kill_at_) KillTree();
  }
  bool killed_here = kill_sent_;
  EndRemains();
  return MakeExit(killed_here);
}

int Supervisor::PollTimeout() const {
  std::optional<SteadyTime> wake_at = kill_at_;
  if (memory_check_until_) {
    SteadyTime check_at = steady_clock::now() + kMemoryCheckPause;
    wake_at = std::min(wake_at.value_or(check_at), check_at);
  }
  if (!wake_at) return -1;
  auto left = std::chrono::ceil<Milliseconds>(*wake_at - steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

void Supervisor::CheckMemoryLimit(bool told) {
  if (told) {
    std::uint64_t count = 0;
    if (::read(memory_limit_->get(), &count, sizeof(count)) > 0)
      memory_check_until_ = steady_clock::now() + kMemoryCheckTime;
  }
  if (!memory_check_until_) return;
  // The notice comes just before the kernel chooses what to kill, or decides that it need not.
  if (cgroups_.OutOfMemoryKills() > 0) {
    memory_check_until_.reset();
    // One process of the group was killed; a workload that lost a part of itself is of no use.
    KillTree();
  } else if (steady_clock::now() >= *memory_check_until_) {
    memory_check_until_.reset();
  }
}

void Supervisor::ReadSignals() {
  signalfd_siginfo signal{};
  while (::read(signals_, &signal, sizeof(signal)) == sizeof(signal)) {
    if (signal.ssi_signo == SIGTERM) HandleTerm();
    if (signal.ssi_signo == SIGCHLD) ReapChildren();
  }
}

void Supervisor::HandleTerm() {
  // The server writes down what it asks for before it signals. Without that the signal is an administrator's, or a
  // service manager's, or a machine's that shuts down: whoever sent it will not ask again, and the server that could
  // stop the workload may be gone for ever.
  auto grace = folder_.ReadStopGrace();
  if (!grace && !stop_requested_) stopped_from_outside_ = true;
  RequestStop(grace.value_or(stop_grace_));
}

void Supervisor::RequestStop(Milliseconds grace) {
  SteadyTime deadline = steady_clock::now() + std::clamp(grace, Milliseconds(0), Milliseconds(std::chrono::hours(24)));
  bool first = !stop_requested_;
  stop_requested_ = true;
  // Asking again may only hasten the end.
  kill_at_ = std::min(kill_at_.value_or(deadline), deadline);
  if (first) Terminate();
}

void Supervisor::Terminate() {
  for (pid_t pid : Descendants(::getpid())) {
    // The sandbox tool would die of it and take the tree along without grace.
    if (IsOurs(pid)) continue;
    ::kill(pid, SIGTERM);
    ::kill(pid, SIGCONT);
  }
}

bool Supervisor::IsOurs(pid_t pid) const {
  if (pid == child_.pid) return true;
  if (!child_.is_tool) return false;
  auto stat = ReadProcessStat(pid);
  return stat && stat->parent == child_.pid;
}

void Supervisor::KillTree() {
  cgroups_.Kill();
  // Atelier-init and the tool above it end by themselves when what is below is dead, and only then count what that
  // used. Those that do not are killed the second time.
  for (pid_t pid : Descendants(::getpid())) {
    if (kill_sent_ || !IsOurs(pid)) ::kill(pid, SIGKILL);
  }
  kill_sent_ = true;
  kill_at_ = steady_clock::now() + kKillAgain;
}

void Supervisor::ReapChildren() {
  int status = 0;
  rusage usage{};
  for (pid_t pid = 0; (pid = ::wait4(-1, &status, WNOHANG, &usage)) > 0;) {
    if (pid != child_.pid) continue;
    child_status_ = status;
    usage_ = usage;
  }
}

void Supervisor::ReadStatus() {
  std::array<char, 1024> block{};
  for (;;) {
    ssize_t count = ::read(child_.status.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    if (count == 0) {
      status_open_ = false;
      break;
    }
    status_text_.append(block.data(), static_cast<std::size_t>(count));
  }
  for (std::size_t end = 0; (end = status_text_.find('\n')) != std::string::npos;) {
    HandleStatusLine(std::string_view(status_text_).substr(0, end));
    status_text_.erase(0, end + 1);
  }
}

void Supervisor::HandleStatusLine(std::string_view line) {
  if (line == "started") {
    started_ = true;
    on_started_();
    // The command may have come to life after the first signal was sent.
    if (stop_requested_) Terminate();
    if (kill_sent_) KillTree();
  } else if (line.starts_with("ended ")) {
    command_status_ = ParseNumber<int>(line.substr(6));
  } else if (line.starts_with("failed ")) {
    line.remove_prefix(7);
    std::size_t space = line.find(' ');
    int error_number = ParseNumber<int>(line.substr(0, space)).value_or(EINVAL);
    std::string what(space == std::string_view::npos ? std::string_view() : line.substr(space + 1));
    start_failure_ = what + ": " + std::generic_category().message(error_number);
  }
}

bool Supervisor::CopyOutput() {
  static std::array<char, 64 * 1024> block;
  // A workload that prints without end must not keep the launcher from its other duties.
  for (int turn = 0; turn < 16; ++turn) {
    ssize_t count = ::read(child_.output.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return true;
    if (count == 0) return false;
    log_.Write({block.data(), static_cast<std::size_t>(count)});
  }
  return true;
}

void Supervisor::EndRemains() {
  // Orphans come to this process, a subreaper, so that the tree is gone when there are no descendants and no children
  // left.
  for (;;) {
    KillTree();
    if (::waitpid(-1, nullptr, 0) < 0 && errno == ECHILD) break;
  }
  ReadStatus();
  // Nobody can write any more: what is in the pipe is all there is.
  while (output_open_) {
    pollfd output{.fd = child_.output.get(), .events = POLLIN, .revents = 0};
    if (::poll(&output, 1, 0) <= 0 || !CopyOutput()) break;
  }
}

Exit Supervisor::MakeExit(bool killed_here) const {
  Exit exit;
  if (command_status_ && WIFSIGNALED(*command_status_)) {
    SetSignal(exit, WTERMSIG(*command_status_));
  } else if (command_status_) {
    exit.code = WEXITSTATUS(*command_status_);
  } else if (started_) {
    // Atelier-init itself was killed, and the tree with it.
    SetSignal(exit, SIGKILL);
    if (!killed_here)
      exit.message =
          "the sandbox was killed from outside (wait status " + std::to_string(child_status_.value_or(0)) + ")";
  } else if (stop_requested_) {
    SetSignal(exit, SIGTERM);
    exit.message = "stopped before it started";
  } else {
    exit.code = 127;
    std::string reason = start_failure_.empty() ? AsMessage(log_.beginning()) : start_failure_;
    exit.message = "could not start: " + (reason.empty() ? "the sandbox ended without a word" : reason);
  }
  if (cgroups_.OutOfMemoryKills() > 0) {
    exit.out_of_memory = true;
    SetSignal(exit, SIGKILL);
  }
  if (exit.message.empty() && stopped_from_outside_)
    exit.message = "stopped from outside: its launcher was sent SIGTERM";
  if (exit.message.empty() && !log_.trouble().empty()) exit.message = "output was lost: " + log_.trouble();
  return exit;
}

}  // namespace atelier::compute
