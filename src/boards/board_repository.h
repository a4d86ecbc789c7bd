// Port: where boards are kept. Implemented by storage/ (SOCI) and boards/testing/ (memory).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "boards/types.h"

namespace atelier::boards {

// Thread-safe. Every write is durable when it returns. Absent things are nullopt, not errors. Ids are never used twice.
class BoardRepository {
 public:
  virtual ~BoardRepository() = default;

  // Gives the board its id. Those that are being deleted do not count: AlreadyExists (code ModelArts.0103) when another
  // one of the project has the name; ResourceExhausted when the project has `most` of them.
  virtual Result<Board> Create(Board board, std::size_t most) = 0;
  // Also one that is being deleted.
  virtual Result<std::optional<Board>> Find(std::int64_t board_id) = 0;
  // By id, without those that are being deleted.
  virtual Result<std::vector<Board>> OfProject(const std::string& project_id) = 0;
  // Boards of all projects with work left: those that are not final, or being deleted. By id.
  virtual Result<std::vector<Board>> Pending() = 0;

  virtual Result<void> SetDescription(std::int64_t board_id, const std::string& description) = 0;
  // Writes `after` if status, launch and deleting are still what `before` says; Conflict otherwise.
  virtual Result<void> Update(std::int64_t board_id, const BoardRun& before, const BoardRun& after) = 0;
  virtual Result<void> MarkDeleting(std::int64_t board_id) = 0;
  virtual Result<void> Remove(std::int64_t board_id) = 0;  // absent is fine
};

}  // namespace atelier::boards
