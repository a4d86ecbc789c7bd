#include "compute/testing/local_fixture.h"

#include <poll.h>
#include <unistd.h>

#include <chrono>

#include "base/strings.h"

namespace atelier::compute {

bool Eventually(const std::function<bool()>& is_true) {
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!is_true()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    ::poll(nullptr, 0, 5);
  }
  return true;
}

LocalRuns::LocalRuns(std::optional<SandboxLevel> level) : level_(level) { Reopen(); }

void LocalRuns::Reopen() {
  LocalBackendOptions options{.directory = path() / "workloads",
                              .launcher = fs::path(ATELIER_BIN_DIR) / "atelier-launcher",
                              .level = level_,
                              .flavors = {},
                              .bwrap = {}};
  auto opened = LocalBackend::Open(std::move(options));
  if (opened) {
    backend_ = *std::move(opened);
  } else {
    problem_ = opened.error().message;
  }
}

LocalRuns::~LocalRuns() {
  if (!open()) Reopen();
  if (!open()) return;
  auto ids = backend_->List();
  EXPECT_TRUE(ids.has_value());
  for (const std::string& id : ids.value_or(std::vector<std::string>())) {
    EXPECT_TRUE(backend_->Stop(id, Milliseconds(0)).has_value());
    EXPECT_TRUE(Eventually([&] { return backend_->Forget(id).has_value(); })) << id;
    EXPECT_EQ(CgroupsOf(id), std::vector<std::string>()) << id;
  }
  EXPECT_TRUE(fs::is_empty(path() / "workloads"));
}

Workload LocalRuns::Script(const std::string& id, const std::string& script) const {
  Workload workload;
  workload.id = id;
  workload.command = {"/bin/sh", "-c", script};
  workload.environment = {{"PATH", "/usr/bin:/bin"}};
  workload.log_file = path() / (id + ".log");
  return workload;
}

std::string LocalRuns::LogOf(const std::string& id) const { return ReadFile(path() / (id + ".log")).value_or(""); }

Exit LocalRuns::RunToEnd(const Workload& workload) {
  auto started = backend_->Start(workload);
  EXPECT_TRUE(started.has_value()) << (started ? "" : started.error().message);
  return started ? AwaitExit(workload.id) : Exit{};
}

Exit LocalRuns::AwaitExit(const std::string& id) {
  EXPECT_TRUE(AwaitPhase(id, Phase::kExited)) << id << " did not end; its log: " << LogOf(id);
  auto observation = backend_->Observe(id);
  return observation && observation->exit ? *observation->exit : Exit{};
}

bool LocalRuns::AwaitPhase(const std::string& id, Phase phase) {
  return Eventually([&] {
    auto observation = backend_->Observe(id);
    return observation && observation->phase == phase;
  });
}

bool LocalRuns::AwaitLog(const std::string& id, const std::string& text) {
  return Eventually([&] { return LogOf(id).find(text) != std::string::npos; });
}

std::vector<pid_t> ProcessesWith(const std::string& text) {
  std::vector<pid_t> found;
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
    auto pid = ParseNumber<pid_t>(at->path().filename().string());
    if (!pid || *pid == ::getpid()) continue;
    if (ReadFile(at->path() / "cmdline", 1 << 20).value_or("").find(text) != std::string::npos) found.push_back(*pid);
  }
  return found;
}

std::vector<std::string> CgroupsOf(const std::string& id) {
  std::vector<std::string> found;
  std::error_code error;
  auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator at("/sys/fs/cgroup", options, error), end; !error && at != end;
       at.increment(error)) {
    std::string name = at->path().filename().string();
    if (name.starts_with("atelier-") && name.ends_with("-" + id)) found.push_back(at->path().string());
  }
  return found;
}

}  // namespace atelier::compute
