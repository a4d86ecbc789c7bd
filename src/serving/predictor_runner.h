// ReplicaRunner over a compute backend: a replica is a workload that runs atelier-predictor with a serving engine.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compute/backend.h"
#include "engines/engine_store.h"
#include "registry/predictor_workload.h"
#include "serving/replica_runner.h"

namespace atelier::serving {

class PredictorRunner final : public ReplicaRunner {
 public:
  // Replicas live in `directory`/<replica id>/: sockets, state, log. `workers`: 0 takes the flavor's cores, at most the
  // machine's.
  PredictorRunner(compute::Backend& backend, engines::EngineStore& engines, registry::PredictorPrograms programs,
                  std::filesystem::path directory, std::size_t workers);

  Result<void> Start(const ReplicaSpec& spec) override;
  Result<ReplicaView> Observe(const std::string& replica_id) override;
  Result<void> Stop(const std::string& replica_id) override;
  Result<void> Forget(const std::string& replica_id) override;
  std::filesystem::path RunDirectory(const std::string& replica_id) const override { return directory_ / replica_id; }
  std::size_t Workers(const std::string& specification) const override;
  bool KnowsSpecification(const std::string& specification) const override {
    return FindFlavor(specification) != nullptr;
  }
  Result<ReplicaUsage> Measure(const std::string& replica_id) override;
  Result<std::string> LogTail(const std::string& replica_id, std::size_t max_bytes) override;

 private:
  const compute::Flavor* FindFlavor(const std::string& specification) const;

  compute::Backend& backend_;
  engines::EngineStore& engines_;
  registry::PredictorPrograms programs_;
  std::filesystem::path directory_;
  std::size_t workers_;
  std::vector<compute::Flavor> flavors_;
};

}  // namespace atelier::serving
