// Filter, order and page of the list of boards.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "boards/types.h"

namespace atelier::boards {

enum class BoardOrder { kId, kName, kDescription, kStatus, kDuration, kCreated };

struct BoardQuery {
  std::vector<Status> statuses = {};  // empty: any
  std::string search = {};            // part of the name; case does not matter
  BoardOrder order = BoardOrder::kId;
  bool descending = false;
  int page = 1;       // 1..65535
  int per_page = 10;  // 1..1000
};

// "job_id", "create_time", ... as clients send them.
Result<BoardOrder> ParseBoardOrder(std::string_view text);

struct BoardPage {
  std::vector<Board> boards;
  std::size_t total = 0;  // that pass the filter
};
BoardPage SelectBoards(std::vector<Board> all, const BoardQuery& query, TimePoint now);

}  // namespace atelier::boards
