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
  // The tail of what the replica printed, for `service logs`.
  virtual Result<std::string> LogTail(const std::string& replica_id, std::size_t max_bytes) = 0;
};

}  // namespace atelier::serving
