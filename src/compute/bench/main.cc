// compute_bench [<runs>]: how long a workload takes from Start to the first instruction of its command, and to its end,
// against the same command started plainly. Prints medians of alternating runs, so that a busy machine weighs on both.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/ids.h"
#include "base/strings.h"
#include "compute/local_backend.h"

namespace atelier::compute {
namespace {

using Clock = std::chrono::steady_clock;

double MillisSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

// The command tells the time of its first instruction: CLOCK_MONOTONIC is the same inside and outside of a sandbox.
const std::vector<std::string> kCommand = {"/usr/bin/python3", "-I", "-S", "-c",
                                           "import time; print(time.clock_gettime_ns(time.CLOCK_MONOTONIC))"};

double FirstInstructionMillis(const fs::path& log, Clock::time_point start) {
  auto nanos = ParseNumber<std::int64_t>(Trim(ReadFile(log).value_or(""))).value_or(0);
  return static_cast<double>(nanos - start.time_since_epoch().count()) / 1e6;
}

struct Times {
  std::vector<double> first, whole;
};

void RunPlain(const fs::path& log, Times& times) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  std::vector<std::string> command = kCommand;
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  auto start = Clock::now();
  pid_t pid = 0;
  if (::posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ) == 0) ::waitpid(pid, nullptr, 0);
  times.whole.push_back(MillisSince(start));
  times.first.push_back(FirstInstructionMillis(log, start));
  ::posix_spawn_file_actions_destroy(&actions);
}

class Ends {
 public:
  void Listen(LocalBackend& backend) {
    backend.OnChange([this, &backend](const std::string& id) {
      auto observation = backend.Observe(id);
      if (!observation || observation->phase != Phase::kExited) return;
      std::lock_guard lock(mutex_);
      ended_.insert(id);
      changed_.notify_all();
    });
  }
  void Await(const std::string& id) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_.contains(id); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> ended_;
};

void RunWorkload(LocalBackend& backend, Ends& ends, const fs::path& log, Times& times) {
  Workload workload;
  workload.id = "bench-" + RandomHex(8);
  workload.command = kCommand;
  workload.log_file = log;
  workload.limits.memory_bytes = 1ULL << 30;
  workload.limits.cores = 2;
  auto start = Clock::now();
  if (auto started = backend.Start(workload); !started) {
    std::fprintf(stderr, "%s\n", started.error().message.c_str());
    return;
  }
  ends.Await(workload.id);
  times.whole.push_back(MillisSince(start));
  times.first.push_back(FirstInstructionMillis(log, start));
  if (auto gone = backend.Forget(workload.id); !gone) std::fprintf(stderr, "%s\n", gone.error().message.c_str());
}

int Main(int runs) {
  TemporaryDirectory directory;
  std::printf("%-8s %14s %14s %14s %14s   (ms, median of %d)\n", "level", "to first", "over plain", "to end",
              "over plain", runs);
  for (SandboxLevel level : {SandboxLevel::kFull, SandboxLevel::kLimits, SandboxLevel::kNone}) {
    std::error_code error;
    fs::path launcher = fs::read_symlink("/proc/self/exe", error).parent_path() / "atelier-launcher";
    LocalBackendOptions options{.directory = directory.path() / ToString(level),
                                .launcher = launcher,
                                .level = level,
                                .flavors = {},
                                .bwrap = {}};
    auto backend = LocalBackend::Open(options);
    if (!backend) {
      std::printf("%-8s %s\n", std::string(ToString(level)).c_str(), backend.error().message.c_str());
      continue;
    }
    Ends ends;
    ends.Listen(**backend);
    Times plain, sandboxed;
    for (int i = 0; i < runs; ++i) {
      RunPlain(directory.path() / "plain.log", plain);
      fs::path log = directory.path() / (std::to_string(i) + std::string(ToString(level)));
      RunWorkload(**backend, ends, log, sandboxed);
    }
    double first = Median(sandboxed.first), whole = Median(sandboxed.whole);
    std::printf("%-8s %14.1f %14.1f %14.1f %14.1f\n", std::string(ToString(level)).c_str(), first,
                first - Median(plain.first), whole, whole - Median(plain.whole));
    backend->reset();
  }
  return 0;
}

}  // namespace
}  // namespace atelier::compute

int main(int argc, char** argv) {
  return atelier::compute::Main(argc > 1 ? atelier::ParseNumber<int>(argv[1]).value_or(20) : 20);
}
