// Watching a started workload, and everything from its end to the removal of its traces.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/log.h"
#include "base/strings.h"
#include "training/evaluation.h"
#include "training/run_channels.h"
#include "training/run_log.h"
#include "training/version_context.h"
#include "training/version_ending.h"
#include "training/version_runner.h"

namespace atelier::training {
namespace {

// Tries of storing outputs, one per tick, before they are kept on the machine instead.
constexpr int kMostStoreFailures = 300;
constexpr std::size_t kMostNames = 5;

bool WorthRetry(ErrorKind kind) {
  return kind == ErrorKind::kUnavailable || kind == ErrorKind::kResourceExhausted || kind == ErrorKind::kInternal ||
         kind == ErrorKind::kDeadlineExceeded || kind == ErrorKind::kConflict;
}

std::vector<std::string> LeftoverLines(const OutputPublisher::Leftovers& leftovers) {
  const auto& names = leftovers.not_stored;
  if (names.empty()) return {};
  auto shown = std::min(names.size(), kMostNames);
  return {fmt::format("note: {} outputs were not stored (links, pipes, or names that are no object keys): {}{}",
                      names.size(), fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                      names.size() > shown ? ", ..." : "")};
}

// What the script says about its model; whatever else lies there is told in a note, and changes nothing.
std::string TakeEvaluation(const RunLayout& layout, std::vector<std::string>& notes) {
  std::error_code ignored;
  auto evaluation = ReadEvaluation(fs::exists(layout.output, ignored) ? layout.output : layout.unpublished);
  if (evaluation) return *evaluation;
  notes.push_back(fmt::format("note: {} was not taken as metrics: {}", kMetricFile, evaluation.error().message));
  return {};
}

void AddReason(std::string& reason, const std::string& more) {
  if (more.empty()) return;
  reason += reason.empty() ? more : "; " + more;
}

float Percent(double part, double whole) {
  return whole > 0 ? static_cast<float>(std::clamp(100 * part / whole, 0.0, 100.0)) : 0;
}

}  // namespace

Result<StepOutcome> VersionRunner::Watch(Context& context) {
  ATELIER_TRY(auto observation, backend_.Observe(context.version.workload_id()));
  bool alive = observation.phase == compute::Phase::kStarting || observation.phase == compute::Phase::kRunning;
  return alive ? WatchAlive(context) : Finish(context, observation);
}

Result<StepOutcome> VersionRunner::WatchAlive(Context& context) {
  auto& [version, job, layout, memory] = context;
  if (version.run.status == Status::kKilling || !version.run.fault.empty()) {
    if (!memory.stop_sent) ATELIER_CHECK(backend_.Stop(version.workload_id(), options_.stop_grace));
    memory.stop_sent = true;
    return StepOutcome::kLater;
  }
  if (TimeIsUp(version, clock_.Now())) {
    auto after = version.run;
    after.fault = fmt::format("stopped after {} h, as spec.auto_stop asked", version.spec.container->auto_stop_hours);
    after.history.Note(clock_.Now(), EventLevel::kInfo, EventSource::kJob, "Training job is being " + after.fault);
    return Move(context, Event::kStopAsked, after);
  }
  ATELIER_CHECK(SampleUsage(context));
  auto output = OutputRoot(version.spec, layout);
  ATELIER_TRY(auto scan, ScanTree(output));
  auto bytes =
      scan.disk_bytes + TreeDiskBytes(layout.scratch) + TreeDiskBytes(layout.code) + TreeDiskBytes(layout.home);
  auto limit = options_.workload.disk_limit;
  if (limit != 0 && bytes > limit) {
    auto after = version.run;
    after.fault = fmt::format(
        "wrote more than {} (outputs, code folder and /cache together); write less, or raise the server's "
        "job-disk-limit",
        HumanBytes(limit));
    return Move(context, std::nullopt, after);
  }
  if (!HasOutputs(version.spec)) return StepOutcome::kLater;
  auto published = publisher_.PublishChanged(job.project_id, version, output, scan, memory.publish);
  // The end of the run stores everything again, so a failure now loses nothing.
  if (!published && memory.failures++ == 0)
    LogWarning("storing outputs of a running job failed",
               {{"workload", version.workload_id()}, {"error", published.error().message}});
  if (published) memory.failures = 0;
  return StepOutcome::kLater;
}

Result<StepOutcome> VersionRunner::SampleUsage(Context& context) {
  auto& [version, job, layout, memory] = context;
  auto now = clock_.Now();
  if (!memory.last_usage) {
    auto usage = backend_.Measure(version.workload_id());
    if (usage) memory.last_usage = *usage;
    memory.last_sample = now;
    return StepOutcome::kLater;
  }
  auto elapsed = now - memory.last_sample;
  if (elapsed < options_.sample_interval * version.run.usage.interval_minutes) return StepOutcome::kLater;
  auto usage = backend_.Measure(version.workload_id());
  if (!usage) return StepOutcome::kLater;  // it is ending: the next observation says so
  double seconds = static_cast<double>(elapsed.count()) / 1000;
  auto after = version.run;
  after.usage.Add(Percent(usage->cpu_seconds - memory.last_usage->cpu_seconds, seconds * version.spec.cores),
                  Percent(static_cast<double>(usage->memory_bytes), static_cast<double>(version.spec.memory_bytes)));
  memory.last_usage = *usage;
  memory.last_sample = now;
  return Move(context, std::nullopt, after);
}

Result<VersionRunner::Settlement> VersionRunner::PublishRest(Context& context) {
  auto& [version, job, layout, memory] = context;
  std::error_code failed;
  Settlement settlement{.settled = true, .failure = {}, .notes = {}};
  auto output = OutputRoot(version.spec, layout);
  if (!HasOutputs(version.spec)) return settlement;
  if (!fs::exists(output, failed)) {
    if (fs::exists(layout.unpublished, failed))
      settlement.failure =
          fmt::format("the outputs could not be stored; they are kept in {} until the version is deleted",
                      layout.unpublished.string());
    return settlement;
  }
  auto leftovers = publisher_.PublishAll(job.project_id, version, output);
  if (leftovers) {
    settlement.notes = LeftoverLines(*leftovers);
    return settlement;
  }
  settlement.settled = !WorthRetry(leftovers.error().kind) || ++memory.failures >= kMostStoreFailures;
  if (!settlement.settled) return settlement;
  fs::rename(output, layout.unpublished, failed);
  if (failed) return ErrnoError("rename " + output.string(), failed.value());
  settlement.failure =
      fmt::format("the outputs could not be stored: {}; they are kept in {} until the version is deleted",
                  leftovers.error().message, layout.unpublished.string());
  return settlement;
}

// The log goes to log_url as well; a note when that is impossible.
Result<VersionRunner::Settlement> VersionRunner::PublishLog(Context& context) {
  auto& [version, job, layout, memory] = context;
  Settlement settlement{.settled = true, .failure = {}, .notes = {}};
  if (version.spec.log_url.empty()) return settlement;
  ATELIER_TRY(auto folder, VersionFolder(version.spec.log_url, version.number));
  ATELIER_TRY(auto file, OpenBeneath(layout.root, layout.log.filename()));
  auto stored = artifacts_.Store(job.project_id, folder.Child(LogObjectName(job, version)), file.get());
  if (stored) return settlement;
  settlement.settled = !WorthRetry(stored.error().kind) || ++memory.failures >= kMostStoreFailures;
  settlement.failure = fmt::format("the log could not be stored under log_url: {}", stored.error().message);
  return settlement;
}

Result<StepOutcome> VersionRunner::Finish(Context& context, const compute::Observation& observation) {
  auto& [version, job, layout, memory] = context;
  const auto& exit = observation.exit;
  ATELIER_CHECK(MakeDirectories(layout.root));
  // The reason first: it looks at the log before the platform's closing lines come behind the script's last words.
  auto event = EndEvent(version.run, exit);
  auto after = version.run;
  if (auto ending = EndingOf(version.run, layout, event);
      version.spec.container && MayRestart(version.spec.container->restart, version.run.restarts, ending))
    return Restart(context, observation, EndReason(version, layout, exit));
  after.reason = event == Event::kExitedWell ? "" : EndReason(version, layout, exit);
  // Before the outputs go: storing them may move the folder away.
  std::vector<std::string> notes;
  after.metrics = TakeEvaluation(layout, notes);
  ATELIER_TRY(auto outputs, PublishRest(context));
  if (!outputs.settled) return StepOutcome::kLater;
  if (!outputs.failure.empty() && event == Event::kExitedWell) event = Event::kExitedBadly;
  AddReason(after.reason, outputs.failure);
  auto status = Next(version.run.status, event).value_or(version.run.status);
  // In one piece, so that a repetition finds it whole or not at all.
  auto lines = notes;
  lines.insert(lines.end(), outputs.notes.begin(), outputs.notes.end());
  for (auto& line : ClosingLines(status, exit, after.reason)) lines.push_back(std::move(line));
  ATELIER_CHECK(EndLog(layout.log, PlatformLines(lines)));
  ATELIER_TRY(auto log, PublishLog(context));
  if (!log.settled) return StepOutcome::kLater;
  AddReason(after.reason, log.failure);
  if (observation.started != TimePoint{} && after.restarts == 0) after.started = observation.started;
  after.ended = observation.ended != TimePoint{} ? observation.ended : clock_.Now();
  if (exit && after.usage.cpu_percent.empty() && after.started) {
    double seconds = static_cast<double>((*after.ended - *after.started).count()) / 1000;
    after.usage.Add(
        Percent(exit->cpu_seconds, seconds * version.spec.cores),
        Percent(static_cast<double>(exit->peak_memory_bytes), static_cast<double>(version.spec.memory_bytes)));
  }
  NoteEnd(version, observation, status, outputs.failure, after);
  return Move(context, event, after);
}

Result<StepOutcome> VersionRunner::Clean(Context& context) {
  auto& [version, job, layout, memory] = context;
  ATELIER_CHECK(ForgetPrevious(context));
  auto forgotten = backend_.Forget(version.workload_id());
  if (!forgotten && forgotten.error().kind == ErrorKind::kFailedPrecondition) return StepOutcome::kLater;
  if (!forgotten) return std::unexpected(std::move(forgotten).error());
  for (const auto& folder : {layout.code, layout.data.parent_path(), layout.output.parent_path(), layout.scratch,
                             layout.home, layout.site_packages})
    ATELIER_CHECK(RemoveScriptTree(folder));
  auto after = version.run;
  after.cleaned = true;
  return Move(context, std::nullopt, after);
}

Result<StepOutcome> VersionRunner::Remove(Context& context) {
  const auto& run = context.version.run;
  if (CanStop(run.status)) return Move(context, Event::kStopAsked, run);
  if (!IsFinal(run.status) || !run.cleaned || run.mirror == Mirror::kWanted) return StepByStatus(context);
  ATELIER_CHECK(RemoveScriptTree(context.layout.root));
  ATELIER_CHECK(repository_.RemoveVersion(context.version.id));
  return StepOutcome::kDone;
}

}  // namespace atelier::training
