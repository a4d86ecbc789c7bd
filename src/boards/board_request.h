// What a client asks for when it makes a board, and the checks of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "boards/event_source.h"
#include "boards/types.h"
#include "compute/workload.h"

namespace atelier::boards {

struct Schedule {
  std::string type;       // "stop" is the only one
  std::string time_unit;  // "HOURS" is the only one
  std::int64_t duration = 0;
};

struct BoardRequest {
  std::string name;
  std::string description;
  std::string train_url;
  std::string type;         // "tensorboard"; empty means that
  std::string flavor_code;  // empty: the smallest
  std::optional<Schedule> schedule;
};

// 1-20 of [A-Za-z0-9_-]: InvalidArgument, ModelArts.0104, "Illegal name: X".
Result<void> CheckBoardName(std::string_view name);

// The spec to keep. Errors say which field, what was expected, what came, what to do; Unimplemented for MindInsight. A
// folder without events, or that is not there yet, is fine; its bucket must be there.
Result<BoardSpec> CheckRequest(EventSource& events, const std::vector<compute::Flavor>& flavors,
                               const std::string& project_id, const BoardRequest& request);

}  // namespace atelier::boards
