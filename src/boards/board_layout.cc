#include "boards/board_layout.h"

#include <fmt/format.h>

namespace atelier::boards {

BoardLayout::BoardLayout(const std::filesystem::path& directory, const Board& board)
    : root(directory / std::to_string(board.id)),
      events(root / "events"),
      run(root / fmt::format("run-{}", board.run.launch)),
      log(root / fmt::format("log-{}", board.run.launch)) {}

}  // namespace atelier::boards
