// Where a board's files lie, on the host and inside its workload.
#pragma once

#include <filesystem>

#include "boards/types.h"

namespace atelier::boards {

// TensorBoard listens on this file in its run folder (python/board/serve.py).
inline constexpr const char* kSocketName = "board.sock";

inline constexpr const char* kEventsInside = "/home/board/events";
inline constexpr const char* kRunInside = "/home/board/run";

// The folders of one board below <data-dir>/boards/<id>/.
struct BoardLayout {
  BoardLayout(const std::filesystem::path& directory, const Board& board);

  std::filesystem::path root;
  std::filesystem::path events;  // the mirror; the workload only reads it
  std::filesystem::path run;     // run-<launch>: the socket; the workload may write anything here
  std::filesystem::path log;     // log-<launch>
};

}  // namespace atelier::boards
