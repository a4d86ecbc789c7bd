// Real workloads of a local backend for tests: a backend in a directory of its own, short scripts, waiting for
// conditions.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "base/files.h"
#include "compute/local_backend.h"

namespace atelier::compute {

// Waits, woken by OnChange and by a short timeout, until something is true; false after 30 s.
bool Eventually(const std::function<bool()>& is_true);

class LocalRuns {
 public:
  explicit LocalRuns(std::optional<SandboxLevel> level = std::nullopt);
  // Ends and forgets everything, and checks that nothing is left.
  ~LocalRuns();
  LocalRuns(const LocalRuns&) = delete;
  LocalRuns& operator=(const LocalRuns&) = delete;

  LocalBackend& backend() { return *backend_; }
  bool open() const { return backend_ != nullptr; }
  const std::string& problem() const { return problem_; }  // why it is not open
  void Close() { backend_.reset(); }
  void Reopen();

  fs::path path() const { return directory_.path(); }
  fs::path Folder(const std::string& id) const { return path() / "workloads" / id; }
  // A shell script as a workload; its log is <path>/<id>.log.
  Workload Script(const std::string& id, const std::string& script) const;
  std::string LogOf(const std::string& id) const;

  Exit RunToEnd(const Workload& workload);
  Exit AwaitExit(const std::string& id);
  bool AwaitPhase(const std::string& id, Phase phase);
  bool AwaitLog(const std::string& id, const std::string& text);

 private:
  TemporaryDirectory directory_;
  std::optional<SandboxLevel> level_;
  std::unique_ptr<LocalBackend> backend_;
  std::string problem_;
};

// Living processes whose command line holds `text`; for marks that only the test's own workloads have.
std::vector<pid_t> ProcessesWith(const std::string& text);
// Control groups of this machine whose path ends in -<id>.
std::vector<std::string> CgroupsOf(const std::string& id);

}  // namespace atelier::compute
