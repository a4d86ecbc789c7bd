// The workload of a version that follows API v2's script contract (README.md; modelarts-api section 5).
#pragma once

#include "training/workload_builder.h"

namespace atelier::training {

// As BuildWorkload, which calls it for such versions.
Result<compute::Workload> BuildContainerWorkload(const Job& job, const JobVersion& version, const RunLayout& layout,
                                                 const EngineRuntime& engine, const WorkloadOptions& options,
                                                 const compute::Backend& backend);

// "modelarts-job-<uuid>-worker-0": the instance's name, and with ".log" behind it the log file's.
std::string InstanceName(const Job& job);

}  // namespace atelier::training
