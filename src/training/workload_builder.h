// Turns a version into the workload that a compute backend runs: the script contract of the cloud (README.md).
#pragma once

#include <map>
#include <string>

#include "base/error.h"
#include "compute/backend.h"
#include "training/engine_source.h"
#include "training/run_layout.h"
#include "training/types.h"

namespace atelier::training {

struct WorkloadOptions {
  std::uint64_t disk_limit = 50ULL << 30;  // also the largest single file
  compute::NetworkAccess network = compute::NetworkAccess::kHost;
  // Given to every workload: package index and proxy settings of the server's environment (PIP_INDEX_URL, HTTPS_PROXY,
  // ...), the object store's address. Never secrets.
  std::map<std::string, std::string> environment;
};

// Expects the code to be in place: a pip-requirements.txt among it puts an installation before the script.
Result<compute::Workload> BuildWorkload(const Job& job, const JobVersion& version, const RunLayout& layout,
                                        const EngineRuntime& engine, const WorkloadOptions& options,
                                        const compute::Backend& backend);

// Left in the site-packages folder when pip-requirements.txt could not be installed.
inline constexpr const char* kInstallFailedMarker = ".atelier-install-failed";
bool HasRequirements(const JobVersion& version, const RunLayout& layout);

// Options that the platform sets itself; a user's parameter of the same label is not passed on (the log says so).
bool IsPlatformOption(const JobSpec& spec, const std::string& label);

}  // namespace atelier::training
