// Port: starts and watches predictors. Implemented by PredictorRunner over a compute backend; faked in tests.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/error.h"
#include "serving/types.h"

namespace atelier::serving {

struct ReplicaSpec {
  std::string id;  // the workload's id, unique for ever
  std::string service_name, model_name;
  std::filesystem::path package;  // the model folder on the host
  std::string specification;      // flavor code
  std::map<std::string, std::string> environment;
};

// What a replica has taken of the machine.
struct ReplicaUsage {
  TimePoint started;
  double cpu_seconds = 0;          // since then
  std::uint64_t memory_bytes = 0;  // now
};

// Thread-safe; every operation is idempotent.
class ReplicaRunner {
 public:
  virtual ~ReplicaRunner() = default;
  virtual Result<void> Start(const ReplicaSpec& spec) = 0;
  virtual Result<ReplicaView> Observe(const std::string& replica_id) = 0;
  virtual Result<void> Stop(const std::string& replica_id) = 0;
  virtual Result<void> Forget(const std::string& replica_id) = 0;  // FailedPrecondition until it has ended
  // Where its sockets are, and how many workers it has been told to keep.
  virtual std::filesystem::path RunDirectory(const std::string& replica_id) const = 0;
  virtual std::size_t Workers(const std::string& specification) const = 0;
  virtual bool KnowsSpecification(const std::string& specification) const = 0;
  virtual Result<ReplicaUsage> Measure(const std::string& replica_id) = 0;  // NotFound when it does not run
  // The tail of what the replica printed, for `service logs`.
  virtual Result<std::string> LogTail(const std::string& replica_id, std::size_t max_bytes) = 0;
};

}  // namespace atelier::serving
