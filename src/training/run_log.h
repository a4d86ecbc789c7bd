// The platform's own lines in a version's log, before and after the script's.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "compute/backend.h"
#include "training/engine_source.h"
#include "training/types.h"

namespace atelier::training {

// Puts the prefix of platform lines before each.
std::string PlatformLines(const std::vector<std::string>& lines);

std::vector<std::string> OpeningLines(const JobVersion& version, const EngineRuntime& engine,
                                      const compute::Workload& workload, const compute::Backend& backend);
// `code`: absent when the run was stopped or lost before it could tell.
std::vector<std::string> ClosingLines(Status status, const std::optional<compute::Exit>& exit,
                                      const std::string& reason);

// Creates the log with these lines unless it is there already (then a repeated start does not write them twice).
Result<void> BeginLog(const std::filesystem::path& log, std::string_view text);
// Appends the text unless the log ends with it already; begins a new line first when the script left one open.
Result<void> EndLog(const std::filesystem::path& log, std::string_view text);
// At most the last `bytes` of the log; empty when there is none.
std::string LogTail(const std::filesystem::path& log, std::size_t bytes);

}  // namespace atelier::training
