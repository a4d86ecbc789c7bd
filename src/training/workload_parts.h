// What the workloads of both script contracts are made of. Private to the workload builders.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compute/backend.h"
#include "training/engine_source.h"
#include "training/run_channels.h"
#include "training/workload_builder.h"

namespace atelier::training {

inline constexpr const char* kRequirementsFile = "pip-requirements.txt";

// Home, code, scratch, inputs, outputs, installed packages, engine: parents before children.
void AddMounts(const JobVersion& version, const RunLayout& layout, const EngineRuntime& engine,
               compute::Workload& workload);
// Where the workload finds what is mounted at `target`.
std::filesystem::path PathOf(const compute::Workload& workload, std::string_view target,
                             const compute::Backend& backend);

// The command that installs pip-requirements.txt into `target` and then becomes `command`.
std::vector<std::string> AfterInstalling(const EngineRuntime& engine, const std::filesystem::path& target,
                                         const std::filesystem::path& requirements, std::vector<std::string> command);

// {"inputs":[{"data_source":{"obs":{"obs_url":"s3://..."}}}]}; `key` is "inputs" or "outputs".
std::string ChannelsText(std::string_view key, const std::vector<RunChannel>& channels);
// "s3://bucket/folder/", or "" for "".
std::string S3Url(const std::string& url);

// Variables that both contracts set to the same values.
std::map<std::string, std::string> CommonEnvironment(const JobVersion& version, const RunLayout& layout);
compute::Limits LimitsOf(const JobSpec& spec, const WorkloadOptions& options);

}  // namespace atelier::training
