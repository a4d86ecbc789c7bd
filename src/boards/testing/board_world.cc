#include "boards/testing/board_world.h"

#include <gtest/gtest.h>

namespace atelier::boards {

BoardWorld::BoardWorld() {
  events.MakeBucket("b", kProject);
  events.MakeBucket("foreign", "another project");
  backend.SetFlavors({{.spec_id = 7, .code = "modelarts.vm.cpu.2u", .cores = 2, .memory_bytes = 8ULL << 30},
                      {.spec_id = 8, .code = "modelarts.vm.cpu.8u", .cores = 8, .memory_bytes = 32ULL << 30}});
  options.runner.directory = folder.path() / "boards";
  options.runner.program_folder = folder.path() / "python/board";
  options.runner.engine = "TF-2.15.1-python3.11";
  options.runner.answers = [this](const fs::path& run_folder) { return answering.contains(run_folder); };
  options.quota = 3;
  Restart();
}

void BoardWorld::Restart() {
  service = std::make_unique<BoardService>(
      BoardPorts{.repository = repository, .events = events, .engines = engines, .backend = backend, .clock = clock},
      options);
}

BoardRequest BoardWorld::Request(const std::string& name) const {
  return {.name = name,
          .description = "of the digits",
          .train_url = "/b/out/",
          .type = "tensorboard",
          .flavor_code = {},
          .schedule = {}};
}

Board BoardWorld::Create(const BoardRequest& request) {
  auto board = service->Create(kProject, request);
  EXPECT_TRUE(board) << board.error().message;
  return board.value_or(Board{});
}

Board BoardWorld::Stored(std::int64_t board_id) {
  auto board = repository.Find(board_id);
  EXPECT_TRUE(board && *board);
  return board && *board ? **board : Board{};
}

void BoardWorld::Pass() {
  auto passed = service->reconciler().RunPass();
  EXPECT_TRUE(passed) << passed.error().message;
}

void BoardWorld::Settle() {
  constexpr int kPasses = 5;
  for (int pass = 0; pass < kPasses; ++pass) {
    Pass();
    clock.Advance(options.runner.look_interval);
  }
}

Board BoardWorld::Run() {
  auto board = Create();
  Pass();
  Answer(board);
  Pass();
  board = Stored(board.id);
  EXPECT_EQ(board.run.status, Status::kRunning) << board.run.reason;
  return board;
}

void BoardWorld::Answer(const Board& board) {
  answering.insert(BoardLayout(options.runner.directory, Stored(board.id)).run);
}

fs::path BoardWorld::FolderOf(const Board& board) const { return BoardLayout(options.runner.directory, board).root; }

std::string BoardWorld::EventsOf(const Board& board, const std::string& path) const {
  return ReadFile(BoardLayout(options.runner.directory, board).events / path).value_or("<none>");
}

}  // namespace atelier::boards
