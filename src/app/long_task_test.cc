#include "app/long_task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace atelier::app {
namespace {

json::object WaitForEnd(LongTask& task) {
  for (;;) {
    json::object status = task.Status();
    if (status["state"] != "running") return status;
    std::this_thread::yield();
  }
}

TEST(LongTask, TellsWhatItIsAtAndWhatCameOut) {
  SystemClock clock;
  LongTask task("verification", clock);
  EXPECT_EQ(task.Status()["state"], "idle");
  std::promise<void> reported, go;
  auto work = [&](const LongTask::Report& report) -> Result<json::object> {
    EXPECT_TRUE(report("reading", 3, 10));
    reported.set_value();
    go.get_future().wait();
    return json::object{{"blobs", 7}};
  };
  ASSERT_TRUE(task.Start(work));
  reported.get_future().wait();
  json::object status = task.Status();
  EXPECT_EQ(status["state"], "running");
  EXPECT_EQ(status["stage"], "reading");
  EXPECT_EQ(status["done_bytes"], 3U);
  EXPECT_EQ(status["total_bytes"], 10U);
  auto second = task.Start(work);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kFailedPrecondition);
  go.set_value();
  status = WaitForEnd(task);
  EXPECT_EQ(status["state"], "done");
  EXPECT_EQ(status["result"], (json::object{{"blobs", 7}}));
  EXPECT_TRUE(status.contains("ended"));
}

TEST(LongTask, CanBeStoppedAndStartedAgain) {
  SystemClock clock;
  LongTask task("backup", clock);
  auto until_stopped = [](const LongTask::Report& report) -> Result<json::object> {
    while (report("working", 0, 0)) std::this_thread::yield();
    return MakeError(ErrorKind::kCancelled, "stopped");
  };
  ASSERT_TRUE(task.Start(until_stopped));
  task.Stop();
  EXPECT_EQ(WaitForEnd(task)["state"], "stopped");
  auto fail = [](const LongTask::Report&) -> Result<json::object> { return Internal("no disk"); };
  ASSERT_TRUE(task.Start(fail));
  json::object status = WaitForEnd(task);
  EXPECT_EQ(status["state"], "failed");
  EXPECT_EQ(status["error"], "no disk");
  ASSERT_TRUE(task.Start(until_stopped)) << "the destructor ends it";
}

}  // namespace
}  // namespace atelier::app
