// Everything a BoardService stands on, in memory. The working folders are real.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "base/files.h"
#include "boards/board_service.h"
#include "boards/testing/memory_board_repository.h"
#include "boards/testing/memory_event_source.h"
#include "compute/testing/fake_backend.h"
#include "training/testing/fake_engine_source.h"

namespace atelier::boards {

inline constexpr const char* kProject = "0123456789abcdef0123456789abcdef";

class BoardWorld {
 public:
  BoardWorld();

  // The server goes away without a word and comes back over the same ports.
  void Restart();
  BoardRequest Request(const std::string& name = "curves") const;
  Board Create(const BoardRequest& request);
  Board Create() { return Create(Request()); }
  Board Stored(std::int64_t board_id);  // as the repository has it now
  void Pass();                          // what the reconciler does at one tick
  void Settle();                        // several, with time between them
  // A board that runs and answers.
  Board Run();
  // The present TensorBoard of the board begins to listen.
  void Answer(const Board& board);
  fs::path FolderOf(const Board& board) const;
  std::string EventsOf(const Board& board, const std::string& path) const;

  TemporaryDirectory folder;
  ManualClock clock{FromUnixMillis(1'700'000'000'000)};
  MemoryBoardRepository repository;
  MemoryEventSource events;
  training::FakeEngineSource engines;
  compute::FakeBackend backend{&clock};
  std::set<fs::path> answering;  // run folders
  BoardOptions options;
  std::unique_ptr<BoardService> service;
};

}  // namespace atelier::boards
