#include "boards/testing/memory_board_repository.h"

#include <fmt/format.h>

#include "boards/state_machine.h"

namespace atelier::boards {

Result<Board> MemoryBoardRepository::Create(Board board, std::size_t most) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  std::size_t count = 0;
  for (const auto& [id, other] : boards_) {
    if (other.project_id != board.project_id || other.run.deleting) continue;
    if (other.name == board.name)
      return AlreadyExists(fmt::format("Job name:{} is existed", board.name), "ModelArts.0103", board.name);
    ++count;
  }
  if (count >= most)
    return ResourceExhausted(fmt::format("the project has {} visualization jobs, which is its quota", count));
  board.id = ++last_;
  boards_[board.id] = board;
  return board;
}

Result<std::optional<Board>> MemoryBoardRepository::Find(std::int64_t board_id) {
  std::lock_guard lock(mutex_);
  auto found = boards_.find(board_id);
  return found == boards_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::vector<Board>> MemoryBoardRepository::OfProject(const std::string& project_id) {
  std::lock_guard lock(mutex_);
  std::vector<Board> boards;
  for (const auto& [id, board] : boards_)
    if (board.project_id == project_id && !board.run.deleting) boards.push_back(board);
  return boards;
}

Result<std::vector<Board>> MemoryBoardRepository::Pending() {
  std::lock_guard lock(mutex_);
  std::vector<Board> boards;
  for (const auto& [id, board] : boards_)
    if (board.run.deleting || !IsFinal(board.run.status)) boards.push_back(board);
  return boards;
}

Result<void> MemoryBoardRepository::SetDescription(std::int64_t board_id, const std::string& description) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  if (auto found = boards_.find(board_id); found != boards_.end()) found->second.description = description;
  return {};
}

Result<void> MemoryBoardRepository::Update(std::int64_t board_id, const BoardRun& before, const BoardRun& after) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  auto found = boards_.find(board_id);
  if (found == boards_.end() || found->second.run.status != before.status ||
      found->second.run.launch != before.launch || found->second.run.deleting != before.deleting)
    return MakeError(ErrorKind::kConflict, fmt::format("board {} was changed meanwhile", board_id));
  found->second.run = after;
  return {};
}

Result<void> MemoryBoardRepository::MarkDeleting(std::int64_t board_id) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  if (auto found = boards_.find(board_id); found != boards_.end()) found->second.run.deleting = true;
  return {};
}

Result<void> MemoryBoardRepository::Remove(std::int64_t board_id) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  boards_.erase(board_id);
  return {};
}

void MemoryBoardRepository::AllowWrites(int count) {
  std::lock_guard lock(mutex_);
  writes_left_ = count;
}

Result<void> MemoryBoardRepository::SpendWrite() {
  if (writes_left_ <= 0) return Unavailable("the test allows no further write");
  --writes_left_;
  return {};
}

}  // namespace atelier::boards
