// Runs workloads on this machine: a launcher process per workload holds the sandbox and reports the end, so that workloads outlive
// the server and a restarted server finds them again.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "compute/backend.h"

namespace atelier::compute {

struct LocalBackendOptions {
  std::filesystem::path directory;        // <data-dir>/workloads
  std::filesystem::path launcher;         // build/bin/atelier-launcher
  std::optional<SandboxLevel> level;      // nullopt: probe for the highest that really works
  std::vector<Flavor> flavors;
};

// The layout of workloads/<id>/: spec.json, launcher.json (pid + start time), exit.json (written durably, last), cgroup names.
class LocalBackend final : public Backend {
 public:
  // Probes the ladder by really running `true`; re-adopts workloads of the directory; starts the watcher thread (pidfd).
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
