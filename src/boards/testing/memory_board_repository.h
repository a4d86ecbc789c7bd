// BoardRepository in memory, for tests.
#pragma once

#include <limits>
#include <map>
#include <mutex>

#include "boards/board_repository.h"

namespace atelier::boards {

class MemoryBoardRepository final : public BoardRepository {
 public:
  Result<Board> Create(Board board, std::size_t most) override;
  Result<std::optional<Board>> Find(std::int64_t board_id) override;
  Result<std::vector<Board>> OfProject(const std::string& project_id) override;
  Result<std::vector<Board>> Pending() override;
  Result<void> SetDescription(std::int64_t board_id, const std::string& description) override;
  Result<void> Update(std::int64_t board_id, const BoardRun& before, const BoardRun& after) override;
  Result<void> MarkDeleting(std::int64_t board_id) override;
  Result<void> Remove(std::int64_t board_id) override;

  // After this many further writes every write fails with Unavailable, as if the process had died there.
  void AllowWrites(int count);

 private:
  Result<void> SpendWrite();

  std::mutex mutex_;  // guards all of:
  int writes_left_ = std::numeric_limits<int>::max();
  std::int64_t last_ = 0;
  std::map<std::int64_t, Board> boards_;
};

}  // namespace atelier::boards
