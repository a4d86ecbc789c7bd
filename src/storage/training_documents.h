// The parts of a job version that are kept as JSON. Private to training_rows.cc.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "training/container_spec.h"
#include "training/run_history.h"

namespace atelier::storage {

// Absent is "".
std::string ContainerText(const std::optional<training::ContainerSpec>& container);
Result<std::optional<training::ContainerSpec>> ParseContainer(const std::string& text);

// An empty history is "".
std::string HistoryText(const training::RunHistory& history);
Result<training::RunHistory> ParseHistory(const std::string& text);

}  // namespace atelier::storage
