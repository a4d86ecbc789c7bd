// A workload that runs the predictor program on a model package: for the check at import here, for replicas in
// serving/.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "compute/backend.h"
#include "engines/engine_store.h"

namespace atelier::registry {

struct PredictorPrograms {
  std::filesystem::path program;     // atelier-predictor
  std::filesystem::path python_dir;  // the Python that ships: model_service
  std::string engine;                // whose TensorFlow library serves
};

// Mounts (package and system read-only, `run_directory` writable), environment and arguments up to those that `serve`
// and `check` share. The caller adds its own arguments and limits. FailedPrecondition when the engine is not installed.
struct PredictorWorkload {
  compute::Workload workload;
  std::filesystem::path run_inside;  // where the workload sees `run_directory`
};
Result<PredictorWorkload> MakePredictorWorkload(const compute::Backend& backend, engines::EngineStore& engines,
                                                const PredictorPrograms& programs, const std::string& id,
                                                const std::string& verb, const std::filesystem::path& package,
                                                const std::filesystem::path& run_directory);

// How an ended workload ended, in a sentence.
std::string DescribeEnd(const compute::Exit& exit, std::uint64_t memory_limit);

}  // namespace atelier::registry
