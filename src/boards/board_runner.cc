#include "boards/board_runner.h"

#include <fmt/format.h>

#include <utility>

#include "base/files.h"
#include "boards/board_workload.h"

namespace atelier::boards {
namespace {

RunnerOptions Completed(RunnerOptions options) {
  options.directory = fs::absolute(options.directory);  // mounts need absolute paths
  if (!options.answers) options.answers = Answers;
  return options;
}

bool IsAlive(const compute::Observation& observation) {
  return observation.phase == compute::Phase::kStarting || observation.phase == compute::Phase::kRunning;
}

// The request itself can never be served, whatever the machine does.
bool IsPermanent(ErrorKind kind) {
  return kind == ErrorKind::kInvalidArgument || kind == ErrorKind::kNotFound || kind == ErrorKind::kPermissionDenied ||
         kind == ErrorKind::kFailedPrecondition || kind == ErrorKind::kUnimplemented;
}

Result<training::ObsPath> FolderOf(const Board& board) {
  ATELIER_TRY(auto place, training::ObsPath::Parse(board.spec.train_url, "train_url"));
  return place.AsFolder();
}

}  // namespace

BoardRunner::BoardRunner(BoardPorts ports, RunnerOptions options)
    : ports_(ports), options_(Completed(std::move(options))), mirror_(ports.events, options_.mirror) {}

Result<StepOutcome> BoardRunner::Step(std::int64_t board_id, RunMemory& memory) {
  ATELIER_TRY(auto board, ports_.repository.Find(board_id));
  if (!board) return StepOutcome::kDone;
  Context context{*board, BoardLayout(options_.directory, *board), memory};
  if (board->run.deleting) return Remove(context);
  switch (board->run.status) {
    case Status::kInit: {
      auto after = board->run;
      ++after.launch;
      return Move(context, Event::kTakenUp, after);
    }
    case Status::kWaiting:
      return Wait(context);
    case Status::kRunning:
      return Watch(context);
    case Status::kKilling:
      return Finish(context);
    default:
      return StepOutcome::kDone;
  }
}

Result<StepOutcome> BoardRunner::Move(Context& context, Event event, BoardRun after) {
  const auto& board = context.board;
  auto next = Next(board.run.status, event);
  if (!next) return Internal(fmt::format("no way on from status {}", static_cast<int>(board.run.status)));
  after.status = *next;
  auto updated = ports_.repository.Update(board.id, board.run, after);
  if (!updated && updated.error().kind != ErrorKind::kConflict) return std::unexpected(std::move(updated).error());
  return StepOutcome::kAgain;
}

Result<StepOutcome> BoardRunner::Explain(Context& context, const std::string& reason) {
  if (context.board.run.reason == reason) return StepOutcome::kLater;
  auto after = context.board.run;
  after.reason = reason;
  auto updated = ports_.repository.Update(context.board.id, context.board.run, after);
  if (!updated && updated.error().kind != ErrorKind::kConflict) return std::unexpected(std::move(updated).error());
  return StepOutcome::kLater;
}

Result<StepOutcome> BoardRunner::Wait(Context& context) {
  ATELIER_TRY(auto observation, ports_.backend.Observe(context.board.workload_id()));
  if (observation.phase == compute::Phase::kAbsent) return Launch(context);
  if (IsAlive(observation)) return AwaitAnswer(context, observation);
  return JudgeEnded(context, observation);
}

Result<StepOutcome> BoardRunner::Launch(Context& context) {
  auto& [board, layout, memory] = context;
  if (ports_.clock.Now() < memory.next_start) return StepOutcome::kLater;
  ATELIER_TRY(auto engine, ports_.engines.Prepare(options_.engine));
  if (engine.state == training::EngineReadiness::State::kImpossible)
    return GiveUp(context, fmt::format("the engine {} cannot be used: {}", options_.engine, engine.reason));
  if (engine.state == training::EngineReadiness::State::kInstalling)
    return Explain(context, fmt::format("the engine {} is being installed: {}", options_.engine, engine.reason));
  ATELIER_TRY(bool ended, EndWorkloads(board, /*all=*/false));
  if (!ended) return StepOutcome::kLater;

  ATELIER_CHECK(RemoveTree(layout.run));
  ATELIER_CHECK(MakeDirectories(layout.run));
  // What is there now is there from the start; a large rest follows while it runs.
  ATELIER_TRY(auto folder, FolderOf(board));
  if (auto looked = mirror_.Look(board.project_id, folder, layout.events, memory.mirror); !looked)
    return Explain(context, fmt::format("the events could not be brought here yet: {}", looked.error().message));
  auto workload = BuildWorkload(board, layout, engine.runtime, options_.program_folder, ports_.backend);
  workload.stop_grace = options_.stop_grace;
  auto started = ports_.backend.Start(workload);
  if (!started && IsPermanent(started.error().kind))
    return GiveUp(context, fmt::format("TensorBoard could not be started: {}", started.error().message));
  if (!started)
    return Explain(context, fmt::format("TensorBoard could not be started yet: {}", started.error().message));
  return Explain(context, "TensorBoard is starting");
}

Result<StepOutcome> BoardRunner::AwaitAnswer(Context& context, const compute::Observation& observation) {
  const auto& board = context.board;
  auto now = ports_.clock.Now();
  if (options_.answers(context.layout.run)) {
    auto after = board.run;
    after.reason.clear();
    if (!after.started) after.started = now;
    return Move(context, Event::kAnswers, after);
  }
  if (observation.phase == compute::Phase::kRunning && now - observation.started > options_.patience)
    ATELIER_CHECK(ports_.backend.Stop(board.workload_id(), options_.stop_grace));
  return StepOutcome::kLater;
}

Result<StepOutcome> BoardRunner::Watch(Context& context) {
  const auto& board = context.board;
  ATELIER_TRY(auto observation, ports_.backend.Observe(board.workload_id()));
  // No trace of it: what is known here is older than the workloads (a restored backup).
  if (observation.phase == compute::Phase::kAbsent) return Relaunch(context, "TensorBoard is started again", 0);
  if (!IsAlive(observation)) return JudgeEnded(context, observation);
  auto hours = board.spec.stop_after_hours;
  if (hours > 0 && board.run.started && ports_.clock.Now() - *board.run.started >= std::chrono::hours(hours)) {
    auto after = board.run;
    after.time_is_up = true;
    return Move(context, Event::kTimeIsUp, after);
  }
  return LookForEvents(context);
}

Result<StepOutcome> BoardRunner::LookForEvents(Context& context) {
  auto& [board, layout, memory] = context;
  if (ports_.clock.Now() < memory.next_look) return StepOutcome::kLater;
  ATELIER_TRY(auto folder, FolderOf(board));
  auto report = mirror_.Look(board.project_id, folder, layout.events, memory.mirror);
  memory.next_look = ports_.clock.Now() + options_.look_interval;
  if (!report) return std::unexpected(std::move(report).error());
  // TensorBoard never forgets what it has read of a file that it had open.
  if (report->removed + report->replaced > 0)
    return Relaunch(context, "events were removed or written anew: TensorBoard starts again over the present ones",
                    board.run.failures);
  if (report->more) memory.next_look = {};
  if (report->left_out == 0) return Explain(context, "");
  return Explain(context, fmt::format("{} event files are not shown: there are too many, or their keys cannot be the "
                                      "names of files",
                                      report->left_out));
}

Result<StepOutcome> BoardRunner::JudgeEnded(Context& context, const compute::Observation& observation) {
  auto& [board, layout, memory] = context;
  auto exit = observation.exit.value_or(compute::Exit{});
  bool began = observation.started != TimePoint{};
  auto judged = JudgeEnd(board.run.failures, began ? observation.ended - observation.started : Milliseconds(0));
  auto reason = fmt::format("TensorBoard ended: {}", DescribeEnd(exit, layout.log));
  if (judged.give_up) return GiveUp(context, fmt::format("{}; it ended too often", reason));
  memory.next_start = ports_.clock.Now() + judged.pause;
  return Relaunch(context, reason + "; it is started again", judged.failures);
}

Result<StepOutcome> BoardRunner::Relaunch(Context& context, const std::string& reason, int failures) {
  auto after = context.board.run;
  ++after.launch;
  after.failures = failures;
  after.reason = reason;
  return Move(context, Event::kRelaunch, after);
}

Result<StepOutcome> BoardRunner::GiveUp(Context& context, const std::string& reason) {
  ATELIER_TRY(bool ended, EndWorkloads(context.board, /*all=*/true));
  if (!ended) return StepOutcome::kLater;
  ATELIER_CHECK(Clear(context));
  auto after = context.board.run;
  after.reason = reason;
  after.ended = ports_.clock.Now();
  return Move(context, Event::kGivenUp, after);
}

Result<StepOutcome> BoardRunner::Finish(Context& context) {
  const auto& board = context.board;
  ATELIER_TRY(bool ended, EndWorkloads(board, /*all=*/true));
  if (!ended) return StepOutcome::kLater;
  ATELIER_CHECK(Clear(context));
  auto after = board.run;
  after.ended = ports_.clock.Now();
  after.reason = after.time_is_up ? fmt::format("it ran for {} h, as it was to", board.spec.stop_after_hours)
                                  : std::string("stopped on request");
  return Move(context, board.run.time_is_up ? Event::kEndedInTime : Event::kEnded, after);
}

Result<StepOutcome> BoardRunner::Remove(Context& context) {
  ATELIER_TRY(bool ended, EndWorkloads(context.board, /*all=*/true));
  if (!ended) return StepOutcome::kLater;
  ATELIER_CHECK(Clear(context));
  ATELIER_CHECK(ports_.repository.Remove(context.board.id));
  return StepOutcome::kDone;
}

Result<void> BoardRunner::Clear(Context& context) {
  context.memory = {};
  return RemoveTree(context.layout.root);
}

Result<bool> BoardRunner::EndWorkloads(const Board& board, bool all) {
  ATELIER_TRY(auto ids, ports_.backend.List());
  bool ended = true;
  for (const auto& id : ids) {
    if (!id.starts_with(board.workload_prefix()) || (!all && id == board.workload_id())) continue;
    ATELIER_TRY(auto observation, ports_.backend.Observe(id));
    if (IsAlive(observation)) {
      ATELIER_CHECK(ports_.backend.Stop(id, options_.stop_grace));
      ended = false;
      continue;
    }
    auto forgotten = ports_.backend.Forget(id);
    if (!forgotten && forgotten.error().kind != ErrorKind::kFailedPrecondition)
      return std::unexpected(std::move(forgotten).error());
    ended = ended && forgotten.has_value();
  }
  return ended;
}

}  // namespace atelier::boards
