#include "training/state_machine.h"

namespace atelier::training {
namespace {

std::optional<Status> BeforeRunning(Status status, Event event) {
  switch (event) {
    case Event::kSubmit:
      return status == Status::kInit ? std::optional(Status::kSubmitTrying) : std::nullopt;
    case Event::kWait:
      return status == Status::kSubmitTrying ? std::optional(Status::kWaiting) : std::nullopt;
    case Event::kStarted:
      return status == Status::kInit ? std::nullopt : std::optional(Status::kRunning);
    case Event::kSubmitFailed:
      return Status::kSubmitFailed;
    case Event::kStopAsked:
      return Status::kKilling;
    case Event::kExitedWell:
    case Event::kExitedBadly:
    case Event::kVanished:
    case Event::kRestart:
    case Event::kEnded:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Status> WhileRunning(Event event) {
  switch (event) {
    case Event::kExitedWell:
      return Status::kCompleted;
    case Event::kExitedBadly:
      return Status::kFailed;
    case Event::kVanished:
      return Status::kLost;
    case Event::kRestart:
      return Status::kWaiting;
    case Event::kStopAsked:
      return Status::kKilling;
    case Event::kSubmit:
    case Event::kWait:
    case Event::kSubmitFailed:
    case Event::kStarted:
    case Event::kEnded:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Status> Next(Status status, Event event) {
  switch (status) {
    case Status::kInit:
    case Status::kSubmitTrying:
    case Status::kWaiting:
      return BeforeRunning(status, event);
    case Status::kRunning:
      return WhileRunning(event);
    case Status::kKilling:
      return event == Event::kEnded ? std::optional(Status::kKilled) : std::nullopt;
    case Status::kUnknown:
    case Status::kImageCreating:
    case Status::kImageFailed:
    case Status::kSubmitFailed:
    case Status::kDeleteFailed:
    case Status::kCompleted:
    case Status::kFailed:
    case Status::kKilled:
    case Status::kCanceled:
    case Status::kLost:
      return std::nullopt;
  }
  return std::nullopt;
}

bool IsFinal(Status status) {
  switch (status) {
    case Status::kImageFailed:
    case Status::kSubmitFailed:
    case Status::kDeleteFailed:
    case Status::kCompleted:
    case Status::kFailed:
    case Status::kKilled:
    case Status::kCanceled:
    case Status::kLost:
      return true;
    case Status::kUnknown:
    case Status::kInit:
    case Status::kImageCreating:
    case Status::kSubmitTrying:
    case Status::kWaiting:
    case Status::kRunning:
    case Status::kKilling:
      return false;
  }
  return false;
}

bool CanStop(Status status) { return Next(status, Event::kStopAsked).has_value(); }

std::string_view ToString(Status status) {
  switch (status) {
    case Status::kUnknown:
      return "UNKNOWN";
    case Status::kInit:
      return "INIT";
    case Status::kImageCreating:
      return "IMAGE_CREATING";
    case Status::kImageFailed:
      return "IMAGE_FAILED";
    case Status::kSubmitTrying:
      return "SUBMIT_TRYING";
    case Status::kSubmitFailed:
      return "SUBMIT_FAILED";
    case Status::kDeleteFailed:
      return "DELETE_FAILED";
    case Status::kWaiting:
      return "WAITING";
    case Status::kRunning:
      return "RUNNING";
    case Status::kKilling:
      return "KILLING";
    case Status::kCompleted:
      return "COMPLETED";
    case Status::kFailed:
      return "FAILED";
    case Status::kKilled:
      return "KILLED";
    case Status::kCanceled:
      return "CANCELED";
    case Status::kLost:
      return "LOST";
  }
  return "UNKNOWN";
}

}  // namespace atelier::training
