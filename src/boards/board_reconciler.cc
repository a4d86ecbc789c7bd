#include "boards/board_reconciler.h"

#include <set>

#include "base/log.h"

namespace atelier::boards {
namespace {

// Steps of one board in one pass: more than any way from one wait to the next has.
constexpr int kMostSteps = 20;

}  // namespace

BoardReconciler::BoardReconciler(BoardPorts ports, BoardRunner& runner, std::chrono::milliseconds tick)
    : ports_(ports), runner_(runner), loop_("boards", tick, [this] { return Pass(); }) {}

ReconcileLoop::Outcome BoardReconciler::Pass() {
  if (!reaped_) {
    auto reaped = ReapOrphans();
    if (!reaped) LogWarning("looking for orphans of boards failed", {{"error", reaped.error().message}});
    reaped_ = reaped.has_value();
  }
  auto pending = RunPass();
  if (!pending) LogError("reading pending boards failed", {{"error", pending.error().message}});
  bool settled = pending && !*pending && reaped_;
  return settled ? ReconcileLoop::Outcome::kSettled : ReconcileLoop::Outcome::kUnsettled;
}

Result<bool> BoardReconciler::RunPass() {
  ATELIER_TRY(auto pending, ports_.repository.Pending());
  std::set<std::int64_t> known;
  for (const auto& board : pending) {
    known.insert(board.id);
    TakeSteps(board.id, entries_[board.id]);
  }
  std::erase_if(entries_, [&](const auto& entry) { return !known.contains(entry.first); });
  return !pending.empty();
}

void BoardReconciler::TakeSteps(std::int64_t board_id, Entry& entry) {
  for (int step = 0; step < kMostSteps; ++step) {
    auto outcome = runner_.Step(board_id, entry.memory);
    if (!outcome) {
      if (entry.last_error != outcome.error().message)
        LogError("a board's step failed; it is tried again", {{"board", board_id}, {"error", outcome.error().message}});
      entry.last_error = outcome.error().message;
      return;
    }
    entry.last_error.clear();
    if (*outcome != StepOutcome::kAgain) return;
  }
}

Result<void> BoardReconciler::ReapOrphans() {
  ATELIER_TRY(auto workloads, ports_.backend.List());
  ATELIER_TRY(auto pending, ports_.repository.Pending());
  auto is_known = [&](const std::string& id) {
    return std::ranges::any_of(pending, [&](const Board& board) { return id.starts_with(board.workload_prefix()); });
  };
  for (const auto& id : workloads) {
    if (!id.starts_with(kWorkloads) || is_known(id)) continue;
    LogWarning("ending a workload that no board knows", {{"workload", id}});
    ATELIER_CHECK(ports_.backend.Stop(id, Milliseconds(0)));
    auto forgotten = ports_.backend.Forget(id);
    // Still ending: the next start forgets it.
    if (!forgotten && forgotten.error().kind != ErrorKind::kFailedPrecondition) return forgotten;
  }
  return {};
}

}  // namespace atelier::boards
