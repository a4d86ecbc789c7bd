#include "boards/types.h"

#include <fmt/format.h>

#include <algorithm>

namespace atelier::boards {

std::string Board::workload_prefix() const { return fmt::format("{}{}-", kWorkloads, id); }
std::string Board::workload_id() const { return workload_prefix() + std::to_string(run.launch); }

Milliseconds DurationOf(const BoardRun& run, TimePoint now) {
  if (!run.started) return Milliseconds(0);
  return std::max(Milliseconds(0), run.ended.value_or(now) - *run.started);
}

std::string PagePath(std::int64_t board_id) { return fmt::format("/boards/{}", board_id); }

}  // namespace atelier::boards
