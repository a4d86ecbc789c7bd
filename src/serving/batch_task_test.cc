#include "serving/batch_task.h"

#include <gtest/gtest.h>

#include "serving/types.h"

namespace atelier::serving {
namespace {

Service Batch(DesiredState desired, ServiceStatus status, BatchOutcome outcome) {
  Service service;
  service.desired = desired;
  service.status = status;
  service.batch.emplace();
  service.batch->outcome = outcome;
  return service;
}

TEST(BatchTask, WhatIsShownAndWhatIsToBeDone) {
  using enum ServiceStatus;
  constexpr auto kOn = DesiredState::kRunning, kOff = DesiredState::kStopped, kGone = DesiredState::kDeleted;
  constexpr auto kNone = BatchOutcome::kNone, kDone = BatchOutcome::kFinished, kBad = BatchOutcome::kFailed;
  struct Case {
    DesiredState desired;
    ServiceStatus status;
    BatchOutcome outcome;
    ServiceStatus shown;
    bool works;
  };
  const Case cases[] = {
      {kOn, kDeploying, kNone, kDeploying, false}, {kOn, kRunning, kNone, kRunning, true},
      {kOn, kConcerning, kNone, kRunning, true},   {kOn, ServiceStatus::kFailed, kNone, ServiceStatus::kFailed, false},
      {kOff, kStopping, kNone, kStopping, false},  {kOff, kStopped, kNone, kStopped, false},
      {kOff, kStopping, kDone, kRunning, false},   {kOff, kStopped, kDone, ServiceStatus::kFinished, false},
      {kOff, kStopping, kBad, kRunning, false},    {kOff, kStopped, kBad, ServiceStatus::kFailed, false},
      {kGone, kDeleting, kDone, kDeleting, false}, {kGone, kDeleting, kNone, kDeleting, false},
      {kOff, kRunning, kNone, kRunning, false},
  };
  for (const auto& one : cases) {
    auto service = Batch(one.desired, one.status, one.outcome);
    EXPECT_EQ(ShownStatus(service), one.shown) << ToString(one.status) << " " << ToString(one.outcome);
    EXPECT_EQ(WantsBatchWork(service), one.works) << ToString(one.status) << " " << ToString(one.outcome);
  }
  Service real_time;
  real_time.status = kRunning;
  EXPECT_FALSE(WantsBatchWork(real_time));
}

TEST(BatchTask, OnlyAnEndIsAHundredPercent) {
  BatchTask task;
  EXPECT_EQ(PercentOf(task), 0);
  task.progress.objects_total = 3;
  task.progress.objects = 1;
  EXPECT_EQ(PercentOf(task), 33);
  task.progress.objects = 5;  // more came than were found at first
  EXPECT_EQ(PercentOf(task), 99);
  task.outcome = BatchOutcome::kFinished;
  EXPECT_EQ(PercentOf(task), 100);
  auto before = TaskMark("s", task);
  StartAgain(task, FromUnixMillis(9));
  EXPECT_EQ(PercentOf(task), 0);
  EXPECT_NE(TaskMark("s", task), before);
  EXPECT_EQ(task.outcome, BatchOutcome::kNone);
}

}  // namespace
}  // namespace atelier::serving
