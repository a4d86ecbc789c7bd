#include "boards/board_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "base/strings.h"

namespace atelier::boards {
namespace {

constexpr std::array<std::pair<std::string_view, BoardOrder>, 6> kOrders = {{
    {"job_id", BoardOrder::kId},
    {"job_name", BoardOrder::kName},
    {"job_desc", BoardOrder::kDescription},
    {"status", BoardOrder::kStatus},
    {"duration", BoardOrder::kDuration},
    {"create_time", BoardOrder::kCreated},
}};

// A text and a number that order a board; the id last, so that pages do not overlap.
using OrderKey = std::tuple<std::string, std::int64_t, std::int64_t>;

OrderKey KeyOf(const Board& board, BoardOrder order, TimePoint now) {
  switch (order) {
    case BoardOrder::kId:
      return {"", 0, board.id};
    case BoardOrder::kName:
      return {board.name, 0, board.id};
    case BoardOrder::kDescription:
      return {board.description, 0, board.id};
    case BoardOrder::kStatus:
      return {"", static_cast<int>(board.run.status), board.id};
    case BoardOrder::kDuration:
      return {"", DurationOf(board.run, now).count(), board.id};
    case BoardOrder::kCreated:
      return {"", ToUnixMillis(board.created), board.id};
  }
  return {"", 0, board.id};
}

}  // namespace

Result<BoardOrder> ParseBoardOrder(std::string_view text) {
  for (const auto& [name, order] : kOrders)
    if (name == text) return order;
  return InvalidArgument(
      fmt::format("sortBy: expected job_id, job_name, job_desc, status, duration or create_time, got '{}'", text),
      "ModelArts.0104", "sortBy");
}

BoardPage SelectBoards(std::vector<Board> all, const BoardQuery& query, TimePoint now) {
  auto wanted = ToLower(query.search);
  std::erase_if(all, [&](const Board& board) {
    bool status_fits =
        query.statuses.empty() || std::ranges::find(query.statuses, board.run.status) != query.statuses.end();
    return !status_fits || ToLower(board.name).find(wanted) == std::string::npos;
  });
  std::ranges::sort(all, {}, [&](const Board& board) { return KeyOf(board, query.order, now); });
  if (query.descending) std::ranges::reverse(all);
  BoardPage page{.boards = {}, .total = all.size()};
  auto begin =
      std::min(all.size(), static_cast<std::size_t>(query.page - 1) * static_cast<std::size_t>(query.per_page));
  auto end = std::min(all.size(), begin + static_cast<std::size_t>(query.per_page));
  for (auto i = begin; i < end; ++i) page.boards.push_back(std::move(all[i]));
  return page;
}

}  // namespace atelier::boards
