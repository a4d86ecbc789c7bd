#include "boards/state_machine.h"

namespace atelier::boards {
namespace {

// One that lived as long as this was well: its end says nothing about the next one.
constexpr std::chrono::minutes kWell(1);
constexpr int kMostFailures = 5;
constexpr Milliseconds kPause(2000);

std::optional<Status> WhileWaiting(Event event) {
  switch (event) {
    case Event::kAnswers:
      return Status::kRunning;
    case Event::kRelaunch:
      return Status::kWaiting;
    case Event::kGivenUp:
      return Status::kFailed;
    case Event::kStopAsked:
    case Event::kTimeIsUp:
      return Status::kKilling;
    case Event::kTakenUp:
    case Event::kEnded:
    case Event::kEndedInTime:
    case Event::kRestartAsked:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Status> WhileKilling(Event event) {
  if (event == Event::kEnded) return Status::kKilled;
  if (event == Event::kEndedInTime) return Status::kCompleted;
  return std::nullopt;
}

std::optional<Status> BeforeAnything(Event event) {
  if (event == Event::kTakenUp) return Status::kWaiting;
  if (event == Event::kStopAsked) return Status::kCanceled;
  return std::nullopt;
}

}  // namespace

std::optional<Status> Next(Status status, Event event) {
  switch (status) {
    case Status::kInit:
      return BeforeAnything(event);
    case Status::kWaiting:
      return WhileWaiting(event);
    case Status::kRunning:
      return event == Event::kAnswers ? std::nullopt : WhileWaiting(event);
    case Status::kKilling:
      return WhileKilling(event);
    case Status::kCompleted:
    case Status::kFailed:
    case Status::kKilled:
    case Status::kCanceled:
      return event == Event::kRestartAsked ? std::optional(Status::kInit) : std::nullopt;
    case Status::kUnknown:
    case Status::kImageCreating:
    case Status::kImageFailed:
    case Status::kSubmitTrying:
    case Status::kSubmitFailed:
    case Status::kDeleteFailed:
    case Status::kLost:
      return std::nullopt;
  }
  return std::nullopt;
}

bool IsFinal(Status status) {
  return status == Status::kCompleted || status == Status::kFailed || status == Status::kKilled ||
         status == Status::kCanceled;
}

AfterEnd JudgeEnd(int failures_before, Milliseconds lived) {
  AfterEnd after;
  after.failures = lived >= kWell ? 1 : failures_before + 1;
  after.give_up = after.failures > kMostFailures;
  after.pause = kPause * (after.failures - 1);
  return after;
}

}  // namespace atelier::boards
