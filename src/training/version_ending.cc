#include "training/version_ending.h"

#include <fmt/format.h>

#include "base/files.h"
#include "training/exit_reason.h"
#include "training/run_channels.h"
#include "training/run_log.h"
#include "training/workload_builder.h"

namespace atelier::training {
namespace {

constexpr std::size_t kTailForReason = 256 << 10;

bool InstallFailed(const RunLayout& layout) {
  std::error_code ignored;
  return fs::exists(layout.site_packages / kInstallFailedMarker, ignored);
}

void EndRecord(const compute::Observation& observation, TimePoint now, const std::string& reason, bool restarted,
               RunState& after) {
  const auto& exit = observation.exit;
  bool open = !after.history.records.empty() && !after.history.records.back().ended;
  if (!open && !exit) return;  // it never ran
  auto begun = open ? after.history.records.back().started : now;
  auto started = observation.started != TimePoint{} ? observation.started : begun;
  auto ended = observation.ended != TimePoint{} ? observation.ended : now;
  bool told = exit && !exit->lost && exit->message.empty();
  after.history.EndRun(started, ended, told ? std::optional(exit->code) : std::nullopt, reason, restarted);
  if (told)
    after.history.Note(ended, exit->code == 0 ? EventLevel::kInfo : EventLevel::kError, EventSource::kTask,
                       fmt::format("[worker-0] Training finished. Exit code {}.", exit->code));
}

}  // namespace

Event EndEvent(const RunState& run, const std::optional<compute::Exit>& exit) {
  if (run.status == Status::kKilling) return Event::kEnded;
  if (!run.fault.empty()) return Event::kExitedBadly;
  if (!exit || exit->lost) return Event::kVanished;
  return exit->code == 0 && exit->signal == 0 && exit->message.empty() ? Event::kExitedWell : Event::kExitedBadly;
}

std::string EndReason(const JobVersion& version, const RunLayout& layout, const std::optional<compute::Exit>& exit) {
  if (!version.run.fault.empty()) return version.run.fault;
  if (version.run.status == Status::kKilling) return "stopped on request";
  if (!exit) return DescribeExit(compute::Exit{.lost = true, .message = {}}, version.spec, {});
  if (InstallFailed(layout)) return "pip-requirements.txt could not be installed; the log shows what pip said";
  return DescribeExit(*exit, version.spec, LogTail(layout.log, kTailForReason));
}

Ending EndingOf(const RunState& run, const RunLayout& layout, Event event) {
  if (event == Event::kEnded) return Ending::kStopped;
  if (event == Event::kExitedWell) return Ending::kWell;
  if (!run.fault.empty() || InstallFailed(layout)) return Ending::kFault;
  return event == Event::kVanished ? Ending::kVanished : Ending::kBadly;
}

bool TimeIsUp(const JobVersion& version, TimePoint now) {
  const auto& container = version.spec.container;
  return container && container->auto_stop_hours > 0 && version.run.started &&
         now - *version.run.started >= std::chrono::hours(container->auto_stop_hours);
}

void NoteEnd(const JobVersion& version, const compute::Observation& observation, Status status,
             const std::string& output_failure, RunState& after) {
  auto now = *after.ended;
  auto note = [&](EventLevel level, std::string text) {
    after.history.Note(now, level, EventSource::kJob, std::move(text));
  };
  EndRecord(observation, now, after.reason, false, after);
  if (!output_failure.empty()) note(EventLevel::kError, output_failure);
  if (output_failure.empty() && !after.history.records.empty())
    for (const auto& output : OutputsOf(version.spec, RunLayout({}, version)))
      note(EventLevel::kInfo, fmt::format("Upload training output(parameter name: {}) finished.", output.channel.name));
  if (status == Status::kCompleted) {
    note(EventLevel::kInfo, "Training job completed.");
  } else if (status == Status::kKilled) {
    note(EventLevel::kInfo, "Training job terminated: " + after.reason);
  } else {
    note(EventLevel::kError, "Training job failed: " + after.reason);
  }
}

void NoteRestart(const compute::Observation& observation, TimePoint now, const std::string& reason, int most_restarts,
                 RunState& after) {
  EndRecord(observation, now, reason, true, after);
  after.history.Note(
      now, EventLevel::kWarning, EventSource::kJob,
      fmt::format("Training job is started again (restart {} of {}): {}", after.restarts, most_restarts, reason));
}

}  // namespace atelier::training
