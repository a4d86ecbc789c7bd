#include "registry/package_check.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/json.h"
#include "base/strings.h"

namespace atelier::registry {
namespace {

constexpr std::chrono::minutes kPatience{5};  // user code may loop while it is imported
constexpr std::uint64_t kMemory = 4ULL << 30;

std::string WorkloadId(const std::string& model_id) { return "model-" + model_id; }

}  // namespace

PackageCheck::PackageCheck(compute::Backend& backend, engines::EngineStore& engines,
                           engines::BackgroundInstaller& installer, const Clock& clock, PredictorPrograms programs,
                           std::filesystem::path directory)
    : backend_(backend),
      engines_(engines),
      installer_(installer),
      clock_(clock),
      programs_(std::move(programs)),
      directory_(std::move(directory)) {}

Result<void> PackageCheck::Start(const Model& model, const std::filesystem::path& package) {
  auto folder = directory_ / model.id;
  ATELIER_TRY(auto observed, backend_.Observe(WorkloadId(model.id)));
  if (observed.phase != compute::Phase::kAbsent) return {};
  ATELIER_TRY(auto readiness, installer_.Prepare(programs_.engine));
  if (readiness.state == engines::Readiness::State::kInstalling)
    return Unavailable(
        fmt::format("the engine {} that serves models is being installed: {}", programs_.engine, readiness.reason));
  if (readiness.state == engines::Readiness::State::kImpossible)
    return FailedPrecondition(
        fmt::format("the engine {} that serves models cannot be had: {}", programs_.engine, readiness.reason));
  ATELIER_CHECK(RemoveTree(folder));
  ATELIER_CHECK(MakeDirectories(folder));
  ATELIER_TRY(auto made,
              MakePredictorWorkload(backend_, engines_, programs_, WorkloadId(model.id), "check", package, folder));
  for (const auto& argument :
       {std::string("--report"), (made.run_inside / "report.json").string(), std::string("--model-name"), model.name})
    made.workload.command.push_back(argument);
  made.workload.limits.memory_bytes = kMemory;
  made.workload.limits.cores = 1;
  return backend_.Start(made.workload);
}

ModelChecker::Outcome PackageCheck::ReadReport(const std::string& model_id, const compute::Exit& exit) const {
  auto text = ReadFile(directory_ / model_id / "report.json", 16ULL << 20);
  auto report = text ? ParseJsonObject(*text) : std::unexpected(text.error());
  if (report) {
    const auto* ok = report->if_contains("ok");
    if (ok != nullptr && ok->is_bool() && ok->as_bool()) return {true, *text, {}};
    auto error = ReadString(*report, "error");
    if (error && *error) return {false, {}, **error};
  }
  auto log = ReadFile(directory_ / model_id / "log", 1ULL << 20);
  std::string last;
  if (log)
    for (auto line : Split(*log, '\n'))
      if (!Trim(line).empty()) last = line;
  return {false,
          {},
          fmt::format("the check of the model did not finish: {}{}", DescribeEnd(exit, kMemory),
                      last.empty() ? "" : "; " + last)};
}

Result<std::optional<ModelChecker::Outcome>> PackageCheck::Poll(const std::string& model_id) {
  ATELIER_TRY(auto observed, backend_.Observe(WorkloadId(model_id)));
  if (observed.phase == compute::Phase::kExited) return ReadReport(model_id, observed.exit.value_or(compute::Exit{}));
  if (observed.phase == compute::Phase::kRunning && clock_.Now() - observed.started > kPatience) {
    ATELIER_CHECK(backend_.Stop(WorkloadId(model_id), Milliseconds(0)));
    return Outcome{
        false,
        {},
        fmt::format("opening the model took longer than {} minutes; does customize_service.py loop at import?",
                    kPatience.count())};
  }
  return std::nullopt;
}

Result<void> PackageCheck::Forget(const std::string& model_id) {
  ATELIER_CHECK(backend_.Stop(WorkloadId(model_id), Milliseconds(0)));
  ATELIER_CHECK(backend_.Forget(WorkloadId(model_id)));
  return RemoveTree(directory_ / model_id);
}

}  // namespace atelier::registry
