// The dispatch of a step, and the way to a started workload. How a started one is watched and ended: version_end.cc.
#include "training/version_runner.h"

#include <fmt/format.h>

#include "training/run_channels.h"
#include "training/run_log.h"
#include "training/version_context.h"

namespace atelier::training {
namespace {

// Tries of something that should work soon (a full disk, a busy database) before the version is given up.
constexpr int kMostFailures = 60;

// The request itself can never be served, whatever the machine does.
bool IsPermanent(ErrorKind kind) {
  return kind == ErrorKind::kInvalidArgument || kind == ErrorKind::kNotFound || kind == ErrorKind::kPermissionDenied ||
         kind == ErrorKind::kFailedPrecondition || kind == ErrorKind::kUnimplemented ||
         kind == ErrorKind::kAlreadyExists;
}

// Beside, then renamed: what carries the name is whole.
Result<void> MaterializeOnce(ArtifactStore& artifacts, const std::string& project_id, const ObsPath& folder,
                             const fs::path& target, bool link) {
  std::error_code failed;
  if (fs::exists(target, failed)) return {};
  auto partial = target;
  partial += ".partial";
  ATELIER_CHECK(RemoveTree(partial));
  ATELIER_CHECK(MakeDirectories(partial.parent_path()));
  ATELIER_CHECK(artifacts.Materialize(project_id, folder, partial, link));
  fs::rename(partial, target, failed);
  if (failed) return ErrnoError("rename " + partial.string(), failed.value());
  return {};
}

}  // namespace

VersionRunner::VersionRunner(JobRepository& repository, ArtifactStore& artifacts, EngineSource& engines,
                             compute::Backend& backend, const Clock& clock, RunnerOptions options)
    : repository_(repository),
      artifacts_(artifacts),
      engines_(engines),
      backend_(backend),
      clock_(clock),
      options_(std::move(options)),
      publisher_(artifacts, repository) {}

Result<StepOutcome> VersionRunner::Step(std::int64_t version_id, RunMemory& memory) {
  ATELIER_TRY(auto version, repository_.FindVersion(version_id));
  if (!version) return StepOutcome::kDone;
  ATELIER_TRY(auto job, repository_.FindJob(version->job_id));
  if (!job)
    return Internal(fmt::format("version {} belongs to job {}, which is not there", version_id, version->job_id));
  Context context{*version, *job, RunLayout(options_.directory, *version), memory};
  return version->run.deleting ? Remove(context) : StepByStatus(context);
}

Result<StepOutcome> VersionRunner::StepByStatus(Context& context) {
  const auto& run = context.version.run;
  switch (run.status) {
    case Status::kInit: {
      auto after = run;
      after.history.Note(clock_.Now(), EventLevel::kInfo, EventSource::kJob, "Training job is being prepared.");
      return Move(context, Event::kSubmit, std::move(after));
    }
    case Status::kSubmitTrying:
    case Status::kWaiting:
      return Submit(context);
    case Status::kRunning:
    case Status::kKilling:
      return Watch(context);
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
      break;
  }
  if (run.mirror == Mirror::kWanted) {
    ATELIER_CHECK(publisher_.MirrorFirst(context.job.project_id, context.version));
    auto after = run;
    after.mirror = Mirror::kDone;
    return Move(context, std::nullopt, after);
  }
  return run.cleaned ? StepOutcome::kDone : Clean(context);
}

Result<StepOutcome> VersionRunner::Move(Context& context, std::optional<Event> event, RunState after) {
  if (event) {
    auto next = Next(context.version.run.status, *event);
    if (!next) return Internal(fmt::format("no way on from status {}", static_cast<int>(context.version.run.status)));
    after.status = *next;
  }
  auto updated = repository_.Update(context.version.id, context.version.run, after);
  if (!updated && updated.error().kind == ErrorKind::kConflict) return StepOutcome::kAgain;
  if (!updated) return std::unexpected(std::move(updated).error());
  context.version.run = std::move(after);
  return StepOutcome::kAgain;
}

Result<StepOutcome> VersionRunner::Submit(Context& context) {
  const auto& spec = context.version.spec;
  ATELIER_CHECK(ForgetPrevious(context));
  ATELIER_TRY(auto engine, engines_.Prepare(spec.engine_name));
  if (engine.state == EngineReadiness::State::kImpossible)
    return RefuseSubmit(context, fmt::format("the engine {} cannot be used: {}", spec.engine_name, engine.reason));
  if (engine.state == EngineReadiness::State::kInstalling)
    return Wait(context, fmt::format("the engine {} is being installed: {}", spec.engine_name, engine.reason));

  auto prepared = PrepareInputs(context);
  if (!prepared && (IsPermanent(prepared.error().kind) || ++context.memory.failures > kMostFailures))
    return RefuseSubmit(context, fmt::format("could not prepare the inputs: {}", prepared.error().message));
  if (!prepared) return Wait(context, fmt::format("could not prepare the inputs yet: {}", prepared.error().message));

  auto workload =
      BuildWorkload(context.job, context.version, context.layout, engine.runtime, options_.workload, backend_);
  if (!workload) return RefuseSubmit(context, workload.error().message);
  workload->stop_grace = options_.stop_grace;
  ATELIER_CHECK(
      BeginLog(context.layout.log, PlatformLines(OpeningLines(context.version, engine.runtime, *workload, backend_))));
  auto started = backend_.Start(*workload);
  // A machine without room now is worth any wait; the reason says what it waits for.
  if (!started && started.error().kind == ErrorKind::kResourceExhausted)
    return Wait(context, fmt::format("waiting for room: {}", started.error().message));
  if (!started && (IsPermanent(started.error().kind) || ++context.memory.failures > kMostFailures))
    return RefuseSubmit(context, fmt::format("could not start: {}", started.error().message));
  if (!started) return Wait(context, fmt::format("could not start yet: {}", started.error().message));

  context.memory.failures = 0;
  auto after = context.version.run;
  after.reason.clear();
  if (!after.started) after.started = clock_.Now();
  after.history.BeginRun(clock_.Now());
  after.history.Note(clock_.Now(), EventLevel::kInfo, EventSource::kTask, "[worker-0] training started.");
  after.running_engine = engine.runtime.name;
  after.sandbox_level = ToString(backend_.level());
  return Move(context, Event::kStarted, after);
}

Result<void> VersionRunner::MakeFolders(const Context& context) {
  const auto& [version, job, layout, memory] = context;
  auto inside = PlacesInside(version.spec);
  ATELIER_CHECK(MakeDirectories(layout.root));
  // The points where the other folders are put into the home folder; a read-only parent could not grow them later.
  std::vector<std::string> points = {inside.code, inside.site_packages, inside.home + "/modelarts/log"};
  if (version.spec.container) points.push_back(version.spec.container->working_dir);
  for (const auto& input : InputsOf(version.spec, layout)) points.push_back(input.inside);
  for (const auto& output : OutputsOf(version.spec, layout)) {
    points.push_back(output.inside);
    ATELIER_CHECK(MakeDirectories(output.host));
  }
  for (const auto& point : points)
    if (point.starts_with(inside.home + "/"))
      ATELIER_CHECK(MakeDirectories(layout.home / fs::path(point).lexically_relative(inside.home)));
  ATELIER_CHECK(MakeDirectories(layout.code));
  return MakeDirectories(layout.scratch);
}

Result<void> VersionRunner::PrepareInputs(Context& context) {
  const auto& [version, job, layout, memory] = context;
  const auto& spec = version.spec;
  ATELIER_CHECK(MakeFolders(context));
  if (!spec.app_url.empty()) {
    ATELIER_TRY(auto app, ObsPath::Parse(spec.app_url, "app_url"));
    ATELIER_CHECK(
        MaterializeOnce(artifacts_, job.project_id, app.AsFolder(), layout.code / app.LastName(), /*link=*/false));
  }
  if (HasRequirements(version, layout)) ATELIER_CHECK(MakeDirectories(layout.site_packages));
  // Links are safe only where the workload sees them through a read-only mount.
  bool link = backend_.level() != compute::SandboxLevel::kNone;
  for (const auto& input : InputsOf(spec, layout)) {
    ATELIER_TRY(auto data, ObsPath::Parse(input.channel.url, input.channel.name));
    ATELIER_CHECK(MaterializeOnce(artifacts_, job.project_id, data.AsFolder(), input.host, link));
  }
  return {};
}

Result<StepOutcome> VersionRunner::Wait(Context& context, const std::string& reason) {
  const auto& run = context.version.run;
  if (run.status == Status::kWaiting && run.reason == reason) return StepOutcome::kLater;
  auto after = run;
  after.reason = reason;
  if (run.status == Status::kSubmitTrying)
    after.history.Note(clock_.Now(), EventLevel::kInfo, EventSource::kJob, "Training job is waiting: " + reason);
  ATELIER_CHECK(Move(context, run.status == Status::kSubmitTrying ? std::optional(Event::kWait) : std::nullopt, after));
  return StepOutcome::kLater;
}

Result<StepOutcome> VersionRunner::RefuseSubmit(Context& context, std::string reason) {
  ATELIER_CHECK(MakeDirectories(context.layout.root));
  if (context.version.run.restarts > 0) {  // the run before this start has written outputs
    ATELIER_TRY(auto outputs, PublishRest(context));
    if (!outputs.settled) return StepOutcome::kLater;
    if (!outputs.failure.empty()) reason += "; " + outputs.failure;
  }
  ATELIER_CHECK(EndLog(context.layout.log, PlatformLines(ClosingLines(Status::kSubmitFailed, std::nullopt, reason))));
  auto after = context.version.run;
  after.history.Note(clock_.Now(), EventLevel::kError, EventSource::kJob, "Training job failed: " + reason);
  after.reason = std::move(reason);
  after.ended = clock_.Now();
  return Move(context, Event::kSubmitFailed, after);
}

}  // namespace atelier::training
