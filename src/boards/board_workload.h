// Turns a board into the workload that a compute backend runs, and tells whether it listens and how it ended.
#pragma once

#include <filesystem>
#include <string>

#include "boards/board_layout.h"
#include "compute/backend.h"
#include "training/engine_source.h"

namespace atelier::boards {

// `program_folder`: python/board of the installation. The workload has no network: whoever reaches it does so through
// the socket file.
compute::Workload BuildWorkload(const Board& board, const BoardLayout& layout, const training::EngineRuntime& engine,
                                const std::filesystem::path& program_folder, const compute::Backend& backend);

// Whether something takes connections on the socket file of a run folder. Never blocks.
bool Answers(const std::filesystem::path& run_folder);

// One line: what ended it and what it said last.
std::string DescribeEnd(const compute::Exit& exit, const std::filesystem::path& log);

}  // namespace atelier::boards
