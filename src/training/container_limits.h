// The limits of API v2's job requests, and small checks that they need (modelarts-api sections 2B.2, 6).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "training/container_request.h"
#include "training/engine_source.h"

namespace atelier::training {

inline constexpr std::size_t kMostVariables = 100;
inline constexpr std::size_t kMostVariableName = 8192;
inline constexpr std::size_t kMostVariableValue = 4096;
inline constexpr std::size_t kMostChannels = 64;
inline constexpr std::size_t kMostCommand = 32'768;
inline constexpr int kMostRestarts = 128;
inline constexpr int kRestartsUnlessSaid = 3;  // of an unconditional retry that names no number
inline constexpr int kMostHours = 24 * 366;

// Letters, digits and '_', not beginning with a digit.
bool IsVariableName(std::string_view name);
// An absolute folder strictly below `root`, of plain names, that does not hide the home folder of scripts.
bool IsPlainFolder(const std::string& folder, std::string_view root);

// The name of the engine that a request means: by id (a name in any case, or API v1's number), or by framework and
// version. Empty when it names none. NotFound-like errors carry ModelArts.2780.
Result<std::string> FindEngineName(EngineSource& engines, const ContainerRequest& request);

}  // namespace atelier::training
