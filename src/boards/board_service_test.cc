#include "boards/board_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boards/testing/board_world.h"

namespace atelier::boards {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class BoardServiceTest : public testing::Test {
 protected:
  Error Refusal(const BoardRequest& request) {
    auto made = world_.service->Create(kProject, request);
    EXPECT_FALSE(made) << request.name;
    return made ? Error{} : made.error();
  }
  void Exit(const Board& board, int code = 1) { world_.backend.Finish(world_.Stored(board.id).workload_id(), code); }
  Status StatusOf(const Board& board) { return world_.Stored(board.id).run.status; }

  BoardWorld world_;
};

TEST_F(BoardServiceTest, ABoardStartsAndAnswers) {
  world_.events.Put("b", "out/tfevents.1", "events");
  auto board = world_.Create();
  EXPECT_EQ(board.run.status, Status::kInit);
  EXPECT_EQ(board.spec.flavor, "modelarts.vm.cpu.2u");
  world_.Pass();
  EXPECT_EQ(StatusOf(board), Status::kWaiting);
  EXPECT_EQ(world_.Stored(board.id).run.reason, "TensorBoard is starting");
  EXPECT_EQ(world_.EventsOf(board, "tfevents.1"), "events");
  auto workload = world_.backend.Started("board-1-1");
  ASSERT_TRUE(workload);
  EXPECT_EQ(workload->network, compute::NetworkAccess::kNone);
  EXPECT_EQ(workload->limits.memory_bytes, 8ULL << 30);
  EXPECT_THAT(workload->command, ElementsAre("/engines/tf/bin/python", "-u", HasSubstr("python/board/serve.py"),
                                             kEventsInside, "/boards/1", "curves - TensorBoard"));
  world_.clock.Advance(Milliseconds(5000));
  world_.Answer(board);
  world_.Pass();
  board = world_.Stored(board.id);
  EXPECT_EQ(board.run.status, Status::kRunning);
  EXPECT_EQ(board.run.reason, "");
  EXPECT_EQ(board.run.started, world_.clock.Now());
  EXPECT_EQ(world_.backend.start_count(), 1);
}

TEST_F(BoardServiceTest, WhatIsAskedIsChecked) {
  auto request = world_.Request();
  for (const char* name : {"", "%%123", "a b", "a-name-of-21-letters-"}) {
    request.name = name;
    EXPECT_EQ(Refusal(request).code, "ModelArts.0104");
    EXPECT_THAT(Refusal(request).message, HasSubstr(std::string("Illegal name: ") + name));
  }
  auto with = [&](auto change) {
    auto changed = world_.Request();
    change(changed);
    return Refusal(changed);
  };
  EXPECT_EQ(with([](auto& r) { r.type = "mindinsight"; }).kind, ErrorKind::kUnimplemented);
  EXPECT_THAT(with([](auto& r) { r.type = "other"; }).message, HasSubstr("job_type: expected tensorboard"));
  EXPECT_THAT(with([](auto& r) { r.train_url = ""; }).message, HasSubstr("train_url: expected the folder"));
  EXPECT_THAT(with([](auto& r) { r.train_url = "nowhere"; }).message, HasSubstr("train_url: expected a path"));
  EXPECT_EQ(with([](auto& r) { r.train_url = "/absent/x/"; }).message,
            "train_url: there is no bucket absent; create it first");
  EXPECT_EQ(with([](auto& r) { r.train_url = "/foreign/x/"; }).kind, ErrorKind::kInvalidArgument);
  EXPECT_THAT(with([](auto& r) { r.flavor_code = "huge"; }).message, HasSubstr("known are: modelarts.vm.cpu.2u"));
  EXPECT_THAT(with([](auto& r) { r.schedule = Schedule{"start", "HOURS", 1}; }).message, HasSubstr("schedule.type"));
  EXPECT_THAT(with([](auto& r) { r.schedule = Schedule{"stop", "DAYS", 1}; }).message, HasSubstr("time_unit"));
  EXPECT_THAT(with([](auto& r) { r.schedule = Schedule{"stop", "HOURS", 25}; }).message, HasSubstr("duration"));
  EXPECT_THAT(with([](auto& r) { r.description = std::string(257, 'd'); }).message, HasSubstr("job_desc"));
  EXPECT_THAT(*world_.repository.OfProject(kProject), IsEmpty());
}

TEST_F(BoardServiceTest, NamesAndQuotaAreKept) {
  world_.Create();
  EXPECT_EQ(Refusal(world_.Request()).message, "Job name:curves is existed");
  world_.Create(world_.Request("b"));
  world_.Create(world_.Request("c"));
  auto refused = Refusal(world_.Request("d"));
  EXPECT_EQ(refused.code, "ModelArts.0118");
  EXPECT_THAT(refused.message, HasSubstr("has 3 visualization jobs, which is its quota; delete some first"));
  auto page = world_.service->List(kProject, {});
  EXPECT_EQ(page->quota, 3U);
  EXPECT_EQ(page->left, 0U);
}

TEST_F(BoardServiceTest, EventsAreKeptUpWith) {
  auto board = world_.Run();
  world_.events.Put("b", "out/run/tfevents.1", "abc");
  world_.Settle();
  EXPECT_EQ(world_.EventsOf(board, "run/tfevents.1"), "abc");
  world_.events.Put("b", "out/run/tfevents.1", "abcdef");
  world_.Settle();
  EXPECT_EQ(world_.EventsOf(board, "run/tfevents.1"), "abcdef");
  EXPECT_EQ(world_.backend.start_count(), 1) << "TensorBoard reads on by itself";
}

TEST_F(BoardServiceTest, RemovedOrRewrittenEventsStartTensorBoardAnew) {
  world_.events.Put("b", "out/tfevents.1", "abc");
  world_.events.Put("b", "out/tfevents.2", "abc");
  auto board = world_.Run();
  world_.events.Delete("b", "out/tfevents.1");
  world_.Settle();
  EXPECT_EQ(StatusOf(board), Status::kWaiting);
  EXPECT_TRUE(world_.backend.Started("board-1-2"));
  EXPECT_FALSE(world_.backend.Started("board-1-1")) << "the old one is ended and forgotten first";
  EXPECT_EQ(world_.EventsOf(board, "tfevents.1"), "<none>");
  world_.Answer(board);
  world_.Settle();
  EXPECT_EQ(StatusOf(board), Status::kRunning);
  EXPECT_EQ(world_.Stored(board.id).run.failures, 0);
  world_.events.Put("b", "out/tfevents.2", "other");
  world_.Settle();
  EXPECT_TRUE(world_.backend.Started("board-1-3"));
}

TEST_F(BoardServiceTest, StopAndRestart) {
  world_.events.Put("b", "out/tfevents.1", "abc");
  auto board = world_.Run();
  world_.clock.Advance(Milliseconds(10'000));
  ASSERT_TRUE(world_.service->StopBoard(kProject, board.id));
  EXPECT_EQ(StatusOf(board), Status::kKilling);
  auto again = world_.service->StopBoard(kProject, board.id);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "This job can't be stop. job status: 9");
  EXPECT_EQ(again.error().code, "ModelArts.0105");
  EXPECT_EQ(world_.service->Restart(kProject, board.id).error().message, "This job can't be resubmit. job status: 9");
  world_.Settle();
  auto stopped = world_.Stored(board.id);
  EXPECT_EQ(stopped.run.status, Status::kKilled);
  EXPECT_EQ(stopped.run.reason, "stopped on request");
  EXPECT_GE(DurationOf(stopped.run, world_.clock.Now()), Milliseconds(10'000));
  EXPECT_THAT(*world_.backend.List(), IsEmpty());
  EXPECT_FALSE(fs::exists(world_.FolderOf(board)));

  auto restarted = world_.service->Restart(kProject, board.id);
  ASSERT_TRUE(restarted);
  EXPECT_NE(restarted->run.ticket, board.run.ticket);
  world_.Pass();
  world_.Answer(board);
  world_.Pass();
  EXPECT_EQ(StatusOf(board), Status::kRunning);
  EXPECT_TRUE(world_.backend.Started("board-1-2"));
  EXPECT_EQ(world_.EventsOf(board, "tfevents.1"), "abc");
}

TEST_F(BoardServiceTest, ABoardThatNeverBeganIsCanceled) {
  auto board = world_.Create();
  ASSERT_TRUE(world_.service->StopBoard(kProject, board.id));
  EXPECT_EQ(StatusOf(board), Status::kCanceled);
  world_.Settle();
  EXPECT_EQ(StatusOf(board), Status::kCanceled);
  EXPECT_EQ(world_.backend.start_count(), 0);
}

TEST_F(BoardServiceTest, ItsTimeIsUpAfterTheHoursOfItsSchedule) {
  auto request = world_.Request();
  request.schedule = Schedule{"stop", "HOURS", 2};
  auto board = world_.Create(request);
  world_.Pass();
  world_.Answer(board);
  world_.Pass();
  world_.clock.Advance(std::chrono::hours(2) - Milliseconds(1));
  world_.Pass();
  EXPECT_EQ(StatusOf(board), Status::kRunning);
  world_.clock.Advance(Milliseconds(1));
  world_.Settle();
  EXPECT_EQ(StatusOf(board), Status::kCompleted);
  EXPECT_EQ(world_.Stored(board.id).run.reason, "it ran for 2 h, as it was to");
  EXPECT_EQ(world_.service->StopBoard(kProject, board.id).error().message, "This job can't be stop. job status: 10");
  ASSERT_TRUE(world_.service->Restart(kProject, board.id));
  world_.Pass();
  world_.Answer(board);
  world_.Settle();
  EXPECT_EQ(StatusOf(board), Status::kRunning) << "its hours begin anew";
}

TEST_F(BoardServiceTest, AKilledTensorBoardComesBack) {
  auto board = world_.Run();
  world_.clock.Advance(std::chrono::minutes(5));
  compute::Exit killed;
  killed.signal = 9;
  world_.backend.Finish("board-1-1", killed);
  world_.Pass();
  auto now = world_.Stored(board.id);
  EXPECT_EQ(now.run.status, Status::kWaiting);
  EXPECT_TRUE(world_.backend.Started("board-1-2"));
  world_.Answer(board);
  world_.Pass();
  EXPECT_EQ(StatusOf(board), Status::kRunning);
  EXPECT_EQ(world_.Stored(board.id).run.started, board.run.started) << "to its user it is one board";
}

TEST_F(BoardServiceTest, OneThatEndsAtOnceIsGivenUpInTheEnd) {
  auto board = world_.Create();
  for (int end = 0; end < 40 && StatusOf(board) != Status::kFailed; ++end) {
    world_.Pass();
    Exit(board, 3);
    world_.clock.Advance(Milliseconds(1000));
  }
  auto failed = world_.Stored(board.id);
  EXPECT_EQ(failed.run.status, Status::kFailed);
  EXPECT_EQ(failed.run.reason, "TensorBoard ended: it exited with code 3; it ended too often");
  EXPECT_EQ(world_.backend.start_count(), 6);
  EXPECT_THAT(*world_.backend.List(), IsEmpty());
  EXPECT_TRUE(world_.service->Restart(kProject, board.id));
}

TEST_F(BoardServiceTest, OneThatNeverAnswersIsStartedAnew) {
  auto board = world_.Create();
  world_.Pass();
  world_.clock.Advance(world_.options.runner.patience);
  world_.Pass();
  EXPECT_EQ(world_.Stored(board.id).run.launch, 1);
  world_.clock.Advance(Milliseconds(1));
  world_.Settle();
  EXPECT_EQ(world_.Stored(board.id).run.launch, 2);
  EXPECT_TRUE(world_.backend.Started("board-1-2"));
}

TEST_F(BoardServiceTest, ItWaitsForTheEngineAndForRoom) {
  using State = training::EngineReadiness::State;
  auto ready = *world_.engines.Prepare("");
  world_.engines.SetReadiness({State::kInstalling, {}, "packages are fetched"});
  auto board = world_.Create();
  world_.Settle();
  EXPECT_EQ(StatusOf(board), Status::kWaiting);
  EXPECT_THAT(world_.Stored(board.id).run.reason, HasSubstr("is being installed: packages are fetched"));
  world_.engines.SetReadiness(ready);
  world_.backend.FailNextStart({ErrorKind::kResourceExhausted, "no room", {}, {}});
  world_.Pass();
  EXPECT_THAT(world_.Stored(board.id).run.reason, HasSubstr("not be started yet: no room"));
  world_.Pass();
  EXPECT_EQ(world_.Stored(board.id).run.reason, "TensorBoard is starting");

  world_.engines.SetReadiness({State::kImpossible, {}, "no such interpreter"});
  auto hopeless = world_.Create(world_.Request("hopeless"));
  world_.Settle();
  EXPECT_EQ(StatusOf(hopeless), Status::kFailed);
  EXPECT_THAT(world_.Stored(hopeless.id).run.reason, HasSubstr("cannot be used: no such interpreter"));
}

TEST_F(BoardServiceTest, ARestartedServerAdoptsTheRunningBoard) {
  world_.events.Put("b", "out/tfevents.1", "abc");
  auto board = world_.Run();
  world_.events.Put("b", "out/tfevents.1", "abcdef");
  world_.Restart();
  ASSERT_TRUE(world_.service->reconciler().ReapOrphans());
  world_.Settle();
  EXPECT_EQ(StatusOf(board), Status::kRunning);
  EXPECT_EQ(world_.backend.start_count(), 1);
  EXPECT_EQ(world_.EventsOf(board, "tfevents.1"), "abcdef");
}

TEST_F(BoardServiceTest, ACrashBetweenAnyTwoWritesLosesNothing) {
  for (int writes = 0; writes < 12; ++writes) {
    BoardWorld world;
    auto board = world.Create();
    world.repository.AllowWrites(writes);
    auto drive = [&](bool stop) {
      for (int pass = 0; pass < 6; ++pass) {
        (void)world.service->reconciler().RunPass();  // fails where the writes end: that is the crash
        world.Answer(board);
        if (stop && pass == 3) (void)world.service->StopBoard(kProject, board.id);
        world.clock.Advance(Milliseconds(3000));
      }
    };
    drive(true);
    world.repository.AllowWrites(1000);
    world.Restart();
    ASSERT_TRUE(world.service->reconciler().ReapOrphans());
    drive(false);
    auto status = world.Stored(board.id).run.status;
    auto left = world.backend.List()->size();
    EXPECT_TRUE((status == Status::kRunning && left == 1) || (status == Status::kKilled && left == 0))
        << writes << ": " << static_cast<int>(status) << " with " << left;
  }
}

TEST_F(BoardServiceTest, WorkloadsWithoutABoardAreEnded) {
  auto board = world_.Run();
  ASSERT_TRUE(world_.repository.Remove(board.id));
  compute::Workload other = *world_.backend.Started("board-1-1");
  other.id = "job-1-v0001";
  ASSERT_TRUE(world_.backend.Start(other));
  world_.Restart();
  ASSERT_TRUE(world_.service->reconciler().ReapOrphans());
  EXPECT_THAT(*world_.backend.List(), ElementsAre("job-1-v0001"));
}

TEST_F(BoardServiceTest, DeletingStopsAndClears) {
  auto board = world_.Run();
  world_.backend.IgnoreStop("board-1-1");
  ASSERT_TRUE(world_.service->Delete(kProject, board.id));
  EXPECT_EQ(world_.service->Find(kProject, board.id).error().kind, ErrorKind::kNotFound);
  EXPECT_FALSE(world_.service->ViewByTicket(board.id, board.run.ticket));
  EXPECT_FALSE(world_.service->Delete(kProject, board.id));
  world_.Settle();
  EXPECT_TRUE(world_.repository.Find(board.id)->has_value()) << "it still ends";
  world_.backend.Finish("board-1-1");
  world_.Settle();
  EXPECT_FALSE(world_.repository.Find(board.id)->has_value());
  EXPECT_THAT(*world_.backend.List(), IsEmpty());
  EXPECT_FALSE(fs::exists(world_.FolderOf(board)));
}

TEST_F(BoardServiceTest, ViewsNeedTheTicketOrTheProject) {
  auto board = world_.Run();
  auto by_ticket = world_.service->ViewByTicket(board.id, board.run.ticket);
  ASSERT_TRUE(by_ticket);
  EXPECT_EQ(by_ticket->run_folder, world_.options.runner.directory / "1" / "run-1");
  EXPECT_EQ(board.run.ticket.size(), 22U);
  EXPECT_TRUE(world_.service->ViewOf(kProject, board.id));
  auto message = [](const Result<BoardView>& view) { return view ? std::string("shown") : view.error().message; };
  auto refused = message(world_.service->ViewByTicket(board.id, "guess"));
  EXPECT_THAT(refused, HasSubstr("not a key to board 1"));
  EXPECT_EQ(message(world_.service->ViewByTicket(board.id, "")), refused);
  EXPECT_EQ(message(world_.service->ViewOf("another project", board.id)), refused);
  EXPECT_EQ(world_.service->ViewByTicket(7, board.run.ticket).error().kind, ErrorKind::kPermissionDenied);
  EXPECT_EQ(world_.service->ViewOf(kProject, 7).error().kind, ErrorKind::kPermissionDenied);
}

TEST_F(BoardServiceTest, BoardsOfOthersDoNotExist) {
  auto board = world_.Create();
  EXPECT_EQ(world_.service->Find("other", board.id).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(world_.service->StopBoard("other", board.id).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(world_.service->Restart("other", board.id).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(world_.service->Delete("other", board.id).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(world_.service->Describe("other", board.id, "x").error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(world_.service->Describe(kProject, board.id, "new words"));
  EXPECT_EQ(world_.Stored(board.id).description, "new words");
  EXPECT_EQ(world_.service->List("other", {})->page.total, 0U);
}

TEST_F(BoardServiceTest, ListsFilterSortAndPage) {
  for (const char* name : {"beta", "Alpha", "gamma"}) world_.Create(world_.Request(name));
  ASSERT_TRUE(world_.service->StopBoard(kProject, 2));
  auto names = [&](const BoardQuery& query) {
    std::vector<std::string> found;
    for (const auto& board : world_.service->List(kProject, query)->page.boards) found.push_back(board.name);
    return found;
  };
  EXPECT_THAT(names({}), ElementsAre("beta", "Alpha", "gamma"));
  EXPECT_THAT(names({.descending = true}), ElementsAre("gamma", "Alpha", "beta"));
  EXPECT_THAT(names({.order = BoardOrder::kName}), ElementsAre("Alpha", "beta", "gamma"));
  EXPECT_THAT(names({.search = "alph"}), ElementsAre("Alpha"));
  EXPECT_THAT(names({.statuses = {Status::kCanceled}}), ElementsAre("Alpha"));
  EXPECT_THAT(names({.page = 2, .per_page = 2}), ElementsAre("gamma"));
  EXPECT_THAT(names({.page = 9}), IsEmpty());
  EXPECT_EQ(ParseBoardOrder("create_time").value(), BoardOrder::kCreated);
  EXPECT_EQ(ParseBoardOrder("size").error().code, "ModelArts.0104");
}

}  // namespace
}  // namespace atelier::boards
