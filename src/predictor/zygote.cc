#include "predictor/zygote.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/json.h"
#include "base/strings.h"
#include "predictor/stop_signal.h"

namespace atelier::predictor {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kFirstBackoff{50};
constexpr std::chrono::seconds kHealthy{5};  // a worker that lived this long is forgiven its failures
constexpr int kMaxStartFailures = 3;
constexpr int kWaitForExitMs = 500;

void WriteStateFile(const std::filesystem::path& run_dir, std::string_view phase, const std::string& reason,
                    json::array workers) {
  json::object state{{"phase", phase}, {"reason", reason}, {"pid", ::getpid()}, {"workers", std::move(workers)}};
  auto beside = run_dir / "state.json.new";
  auto write = [&]() -> Result<void> {
    ATELIER_TRY(UniqueFd file, OpenFile(beside, O_WRONLY | O_CREAT | O_TRUNC));
    ATELIER_CHECK(WriteAll(file.get(), PrettyJson(state) + "\n"));
    if (::rename(beside.c_str(), (run_dir / "state.json").c_str()) != 0) return ErrnoError("rename", errno);
    return {};
  };
  if (auto written = write(); !written) fmt::print(stderr, "state.json: {}\n", written.error().message);
}

int PidFd(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

}  // namespace

std::string DescribeExit(int wait_status) {
  if (WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == Watchdog::Signal())
    return "ended itself: its request ran on after the deadline";
  if (WIFSIGNALED(wait_status))
    return fmt::format("killed by signal {} ({})", WTERMSIG(wait_status),
                       ::strsignal(WTERMSIG(wait_status)));  // NOLINT(concurrency-mt-unsafe)
  return fmt::format("exited with code {}", WEXITSTATUS(wait_status));
}

std::chrono::milliseconds Backoff(int failures, std::chrono::milliseconds most) {
  if (failures <= 0) return std::chrono::milliseconds(0);
  return std::min(most, kFirstBackoff * (1 << std::min(failures - 1, 12)));
}

Zygote::Zygote(const TensorFlowApi& api, PredictorOptions options)
    : api_(api), options_(std::move(options)), workers_(options_.workers) {}

Result<void> Zygote::Open() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal_number : {SIGCHLD, SIGTERM, SIGINT}) sigaddset(&set, signal_number);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_.valid()) return ErrnoError("signalfd", errno);
  ATELIER_TRY(control_, ListenUnix(options_.run_dir, "control.sock"));
  return {};
}

void Zygote::Fork(std::size_t index) {
  auto& worker = workers_[index];
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) {
    worker.last_exit = std::string("pipe: ") + strerror(errno);  // NOLINT(concurrency-mt-unsafe)
    worker.fork_at = Clock::now() + Backoff(++worker.failures, std::chrono::milliseconds(options_.backoff_max_ms));
    return;
  }
  UniqueFd read_end(pipe_ends[0]);
  UniqueFd write_end(pipe_ends[1]);
  std::fflush(nullptr);
  pid_t parent = ::getpid();
  pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(5);  // the zygote died between fork and prctl
    signals_.Reset();
    control_.Reset();
    read_end.Reset();
    int code = RunWorker(api_, options_, index, write_end.Release());
    std::fflush(nullptr);
    ::_exit(code);  // no destructors: Python and TensorFlow are shared with the zygote's image
  }
  worker.is_ready = false;
  worker.reported.clear();
  worker.started = Clock::now();
  if (pid < 0) {
    worker.last_exit = std::string("fork: ") + strerror(errno);  // NOLINT(concurrency-mt-unsafe)
    worker.fork_at = Clock::now() + Backoff(++worker.failures, std::chrono::milliseconds(options_.backoff_max_ms));
    return;
  }
  worker.pid = pid;
  worker.ready = std::move(read_end);
}

void Zygote::ReadReady(Worker& worker) {
  char buffer[4096];
  ssize_t got = ::read(worker.ready.get(), buffer, sizeof buffer);
  if (got > 0) {
    worker.reported.append(buffer, static_cast<std::size_t>(got));
    if (worker.reported.find('\n') == std::string::npos) return;
  }
  worker.ready.Reset();
  auto line = Trim(worker.reported);
  if (line == "ready") {
    worker.is_ready = true;
    was_ready_ = true;
  }
  WriteState();
}

void Zygote::Ended(std::size_t index, int wait_status) {
  auto& worker = workers_[index];
  if (worker.ready.valid()) ReadReady(worker);  // what it said before it died
  worker.last_pid = worker.pid;
  worker.pid = -1;
  worker.last_exit = DescribeExit(wait_status);
  auto line = std::string(Trim(worker.reported));
  if (line.starts_with("failed: ")) worker.last_exit = line.substr(8);
  if (worker.is_ready && Clock::now() - worker.started > kHealthy) worker.failures = 0;
  worker.is_ready = false;
  ++worker.failures;
  ++worker.restarts;
  worker.fork_at = Clock::now() + Backoff(worker.failures, std::chrono::milliseconds(options_.backoff_max_ms));
  if (!stopping_) fmt::print(stderr, "worker {} (pid {}) ended: {}\n", index, worker.last_pid, worker.last_exit);
  if (!stopping_ && !was_ready_ && worker.failures >= kMaxStartFailures) {
    failed_ = worker.last_exit;
    Stop();
  }
  WriteState();
}

void Zygote::Reap() {
  int wait_status = 0;
  for (pid_t pid = ::waitpid(-1, &wait_status, WNOHANG); pid > 0; pid = ::waitpid(-1, &wait_status, WNOHANG))
    for (std::size_t i = 0; i < workers_.size(); ++i)
      if (workers_[i].pid == pid) Ended(i, wait_status);
}

void Zygote::ForkDue() {
  if (stopping_) return;
  for (std::size_t i = 0; i < workers_.size(); ++i)
    if (workers_[i].pid < 0 && Clock::now() >= workers_[i].fork_at) {
      Fork(i);
      WriteState();
    }
}

void Zygote::Stop() {
  stopping_ = true;
  for (auto& worker : workers_)
    if (worker.pid > 0) ::kill(worker.pid, SIGTERM);
}

bool Zygote::AllEnded() const {
  return std::ranges::all_of(workers_, [](const Worker& worker) { return worker.pid < 0; });
}

int Zygote::PollTimeout() const {
  auto next = Clock::time_point::max();
  for (const auto& worker : workers_)
    if (worker.pid < 0 && !stopping_) next = std::min(next, worker.fork_at);
  if (next == Clock::time_point::max()) return -1;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(0, left));
}

std::string Zygote::WhyEnded(std::size_t index, pid_t pid) {
  auto& worker = workers_[index];
  if (worker.pid == pid) {
    UniqueFd exit_event(PidFd(pid));
    pollfd event{exit_event.get(), POLLIN, 0};
    if (exit_event.valid() && ::poll(&event, 1, kWaitForExitMs) > 0) Reap();
  }
  return worker.last_pid == pid ? worker.last_exit : "closed its connection";
}

std::string Zygote::Control(const std::string& line) {
  auto words = Split(Trim(line), ' ');
  auto index = words.size() == 3 ? ParseNumber<std::size_t>(words[1]) : std::nullopt;
  auto pid = words.size() == 3 ? ParseNumber<pid_t>(words[2]) : std::nullopt;
  if (!index || !pid || *index >= workers_.size()) return "expected: kill|exit <index> <pid>";
  if (words[0] == "exit") return WhyEnded(*index, *pid);
  if (words[0] != "kill") return "expected: kill|exit <index> <pid>";
  if (workers_[*index].pid != *pid) return "gone";
  ::kill(*pid, SIGKILL);
  return "ok";
}

void Zygote::AnswerControl() {
  UniqueFd connection(::accept4(control_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!connection.valid()) return;
  timeval patience{1, 0};  // the asker writes its line at once
  ::setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  char buffer[128];
  ssize_t got = ::read(connection.get(), buffer, sizeof buffer);
  if (got <= 0) return;
  auto answer = Control(std::string(buffer, static_cast<std::size_t>(got))) + "\n";
  auto wrote = WriteAll(connection.get(), answer);
  (void)wrote;  // the asker is gone: nobody wants the answer
}

void Zygote::WriteState() {
  json::array workers;
  std::size_t ready = 0;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    const auto& worker = workers_[i];
    ready += worker.is_ready ? 1 : 0;
    workers.push_back(json::object{{"index", i},
                                   {"pid", worker.pid},
                                   {"phase", worker.is_ready  ? "ready"
                                             : worker.pid > 0 ? "loading"
                                                              : "ended"},
                                   {"restarts", worker.restarts},
                                   {"last_exit", worker.last_exit}});
  }
  std::string_view phase = !failed_.empty()          ? "failed"
                           : stopping_               ? "stopping"
                           : was_ready_ && ready > 0 ? "ready"
                           : was_ready_              ? "restarting"
                                                     : "loading";
  // The first time every worker has to be ready: a replica that begins to serve is whole.
  if (phase == "ready" && ready < workers_.size() &&
      std::ranges::any_of(workers_, [](const Worker& w) { return !w.is_ready && w.restarts == 0; }))
    phase = "loading";
  WriteStateFile(options_.run_dir, phase, failed_, std::move(workers));
}

void ReportServeFailure(const PredictorOptions& options, const std::string& reason) {
  WriteStateFile(options.run_dir, "failed", reason, {});
}

int Zygote::Run() {
  if (auto opened = Open(); !opened) {
    failed_ = opened.error().message;
    WriteState();
    fmt::print(stderr, "{}\n", failed_);
    return 1;
  }
  ForkDue();
  while (!stopping_ || !AllEnded()) {
    std::vector<pollfd> events = {{signals_.get(), POLLIN, 0}, {control_.get(), POLLIN, 0}};
    for (const auto& worker : workers_)
      events.push_back({worker.ready.get(), POLLIN, 0});  // a negative fd is passed over
    if (::poll(events.data(), events.size(), PollTimeout()) < 0 && errno != EINTR) break;
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info))
      if (info.ssi_signo != SIGCHLD) Stop();
    for (std::size_t i = 0; i < workers_.size(); ++i)
      if ((events[i + 2].revents & (POLLIN | POLLHUP)) != 0 && workers_[i].ready.valid()) ReadReady(workers_[i]);
    Reap();
    if ((events[1].revents & POLLIN) != 0) AnswerControl();
    ForkDue();
  }
  WriteState();
  return failed_.empty() ? 0 : 1;
}

}  // namespace atelier::predictor
