// The boards of all projects: what the API surfaces call.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "boards/board_listing.h"
#include "boards/board_reconciler.h"
#include "boards/board_repository.h"
#include "boards/board_request.h"
#include "boards/board_runner.h"

namespace atelier::boards {

struct BoardOptions {
  RunnerOptions runner;
  std::chrono::milliseconds tick{1000};  // how often boards that run or wait are looked at without a reason
  std::size_t quota = 10;                // per project
};

struct BoardListPage {
  BoardPage page;
  std::size_t quota = 0;
  std::size_t left = 0;  // how many more can be made
};

// What is behind a board's address.
struct BoardView {
  Board board;
  std::filesystem::path run_folder;  // where TensorBoard's socket is while the board runs
};

// Thread-safe. Boards of another project do not exist for a caller: NotFound. Acknowledged changes are durable; the
// work itself happens behind (BoardReconciler).
class BoardService {
 public:
  BoardService(BoardPorts ports, BoardOptions options);

  // Begins to work on what is pending. Without it (tests) the work is driven through reconciler().
  void Start() { reconciler_.Start(); }
  void Stop() { reconciler_.Stop(); }
  void Wake() { reconciler_.Wake(); }

  Result<Board> Create(const std::string& project_id, const BoardRequest& request);
  Result<BoardListPage> List(const std::string& project_id, const BoardQuery& query);
  Result<Board> Find(const std::string& project_id, std::int64_t board_id);
  Result<void> Describe(const std::string& project_id, std::int64_t board_id, const std::string& description);
  // FailedPrecondition, ModelArts.0105, when it has ended or is being stopped.
  Result<void> StopBoard(const std::string& project_id, std::int64_t board_id);
  // FailedPrecondition, ModelArts.0105, unless it has ended. The board gets a new ticket.
  Result<Board> Restart(const std::string& project_id, std::int64_t board_id);
  // A running one is stopped first. Gone for callers at once; the rest happens behind. Events in the object store stay.
  Result<void> Delete(const std::string& project_id, std::int64_t board_id);

  // For who shows the ticket of the board, or speaks for a project. PermissionDenied alike for a wrong ticket, another
  // project's board and one that is not there: nobody learns which boards others have.
  Result<BoardView> ViewByTicket(std::int64_t board_id, std::string_view ticket);
  Result<BoardView> ViewOf(const std::string& project_id, std::int64_t board_id);

  TimePoint Now() const { return ports_.clock.Now(); }
  BoardReconciler& reconciler() { return reconciler_; }

 private:
  // Moves the board by what the user asked; `refused` is how an error calls it ("stop").
  Result<Board> Ask(const std::string& project_id, std::int64_t board_id, Event event, std::string_view refused);
  BoardView View(Board board) const;

  BoardPorts ports_;
  const BoardOptions options_;
  BoardRunner runner_;
  BoardReconciler reconciler_;  // last: its thread uses the members above
};

}  // namespace atelier::boards
