// A compute backend in memory for the tests of other rooms: workloads do what the test says.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "compute/backend.h"

namespace atelier::compute {

// Thread-safe. A started workload is running until Finish; Stop ends it with signal 15 unless it ignores that.
// Listeners are called on the thread of the call that caused the change. Times come from `clock` (the system's when
// null; must outlive the backend).
class FakeBackend final : public Backend {
 public:
  explicit FakeBackend(const Clock* clock = nullptr) : clock_(clock) {}

  // The script.
  void Finish(const std::string& id, Exit exit);  // ends a started workload; no effect on others
  void Finish(const std::string& id, int code = 0);
  void FailNextStart(Error error);         // the next new Start returns it
  void HoldStarts(bool hold);              // workloads started meanwhile stay kStarting
  void Run(const std::string& id);         // kStarting -> kRunning
  void IgnoreStop(const std::string& id);  // Stop is only recorded
  void SetUsage(const std::string& id, Usage usage);
  void SetLevel(SandboxLevel level, std::string reason = "");
  void SetFlavors(std::vector<Flavor> flavors);

  // What was asked.
  std::optional<Workload> Started(const std::string& id) const;  // nullopt when absent
  int start_count() const;                                       // Starts that were not repetitions
  std::optional<Milliseconds> StopGrace(const std::string& id) const;

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
  struct Entry {
    Workload workload;
    Observation observation;
    Usage usage;
    bool ignores_stop = false;
    std::optional<Milliseconds> stop_grace;
  };

  TimePoint Now() const;
  void Notify(const std::string& id);

  const Clock* clock_;
  mutable std::mutex mutex_;  // guards:
  std::map<std::string, Entry> runs_;
  std::vector<std::function<void(const std::string&)>> listeners_;
  std::optional<Error> next_failure_;
  std::vector<Flavor> flavors_;
  SandboxLevel level_ = SandboxLevel::kFull;
  std::string level_reason_;
  bool hold_starts_ = false;
  int start_count_ = 0;
};

}  // namespace atelier::compute
