// Runs workloads on this machine: a launcher process per workload holds the sandbox and reports the end, so that
// workloads outlive the server and a restarted server finds them again.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "compute/backend.h"

namespace atelier::compute {

struct LocalBackendOptions {
  std::filesystem::path directory;    // <data-dir>/workloads
  std::filesystem::path launcher;     // build/bin/atelier-launcher; atelier-init lies beside it
  std::optional<SandboxLevel> level;  // nullopt: probe for the highest that really works
  std::vector<Flavor> flavors;        // empty: DefaultFlavors(ThisMachine())
  std::filesystem::path bwrap;        // empty: found on PATH
};

// Owns workloads/: a folder for each workload with what is known of it (internal/run_folder.h), so that nothing is lost
// with this object or the server. Thread-safe. One object per directory at a time (the server's lock on the data
// directory sees to it).
//
// A crash between spec.json and the launcher leaves a spec that never ran: Observe says kAbsent, the next Start starts
// it. Two launchers can never run one workload: each takes the folder's lock first and writes launcher.json before
// anything runs.
class LocalBackend final : public Backend {
 public:
  // Probes the ladder by really running `true`; re-adopts workloads of the directory; starts the watcher thread
  // (pidfd). FailedPrecondition when `level` is asked for and does not work here.
  static Result<std::unique_ptr<LocalBackend>> Open(LocalBackendOptions options);
  ~LocalBackend() override;  // workloads go on

  Result<void> Start(const Workload& workload) override;
  Result<Observation> Observe(const std::string& id) override;
  Result<void> Stop(const std::string& id, Milliseconds grace) override;
  Result<void> Forget(const std::string& id) override;
  Result<Usage> Measure(const std::string& id) override;
  Result<std::vector<std::string>> List() override;
  void OnChange(std::function<void(const std::string&)> callback) override;
  SandboxLevel level() const override;
  std::string level_reason() const override;
  std::vector<Flavor> Flavors() const override;

 private:
  LocalBackend();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace atelier::compute
