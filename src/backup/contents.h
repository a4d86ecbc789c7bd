// What of a data directory a backup holds.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace atelier::backup {

inline constexpr const char* kControl = "control.db";
inline constexpr const char* kObjects = "objects.db";
inline constexpr const char* kBlobs = "blobs";

// Files that are taken as they are, as paths below the data directory: credentials, the format, the packages of models
// (their source may have changed since), the logs of jobs and the outputs that could not be stored. Not: engines (made
// anew by installing), a run's code, inputs and scratch (taken from the store again), workloads, replicas and checks
// (processes that a restored server does not have), the lock and server.json.
Result<std::vector<std::string>> PlainFiles(const std::filesystem::path& data_dir);

}  // namespace atelier::backup
