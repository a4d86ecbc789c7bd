#include "serving/predictor_runner.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/files.h"
#include "base/json.h"

namespace atelier::serving {
namespace {

constexpr Milliseconds kStopGrace{5000};

struct PredictorState {
  std::string phase, reason;
};

// state.json, or nothing while there is none.
PredictorState ReadState(const std::filesystem::path& run_directory) {
  auto text = ReadFile(run_directory / "state.json", 1ULL << 20);
  auto object = text ? ParseJsonObject(*text) : std::unexpected(text.error());
  if (!object) return {};
  auto phase = ReadString(*object, "phase");
  auto reason = ReadString(*object, "reason");
  return {phase ? phase->value_or("") : "", reason ? reason->value_or("") : ""};
}

}  // namespace

PredictorRunner::PredictorRunner(compute::Backend& backend, engines::EngineStore& engines,
                                 registry::PredictorPrograms programs, std::filesystem::path directory,
                                 std::size_t workers)
    : backend_(backend),
      engines_(engines),
      programs_(std::move(programs)),
      directory_(std::move(directory)),
      workers_(workers),
      flavors_(backend.Flavors()) {}

const compute::Flavor* PredictorRunner::FindFlavor(const std::string& specification) const {
  auto found = std::ranges::find(flavors_, specification, &compute::Flavor::code);
  return found == flavors_.end() ? nullptr : &*found;
}

std::size_t PredictorRunner::Workers(const std::string& specification) const {
  if (workers_ > 0) return workers_;
  const auto* flavor = FindFlavor(specification);
  auto cores = flavor == nullptr ? 1U : static_cast<unsigned>(std::max(1, flavor->cores));
  return std::min(cores, std::max(1U, std::thread::hardware_concurrency()));
}

Result<void> PredictorRunner::Start(const ReplicaSpec& spec) {
  const auto* flavor = FindFlavor(spec.specification);
  if (flavor == nullptr) return InvalidArgument("unknown specification " + spec.specification);
  auto run_directory = RunDirectory(spec.id);
  ATELIER_CHECK(MakeDirectories(run_directory));
  ATELIER_TRY(auto made, registry::MakePredictorWorkload(backend_, engines_, programs_, spec.id, "serve", spec.package,
                                                         run_directory));
  auto workers = Workers(spec.specification);
  auto& workload = made.workload;
  for (const auto& argument :
       {std::string("--run-dir"), made.run_inside.string(), std::string("--workers"), std::to_string(workers),
        std::string("--memory-limit"), std::to_string(flavor->memory_bytes / workers), std::string("--service-name"),
        spec.service_name, std::string("--model-name"), spec.model_name})
    workload.command.push_back(argument);
  for (const auto& [name, value] : spec.environment) workload.environment[name] = value;
  workload.stop_grace = kStopGrace;
  workload.limits.cores = flavor->cores;
  workload.limits.memory_bytes = flavor->memory_bytes;
  return backend_.Start(workload);
}

Result<ReplicaView> PredictorRunner::Observe(const std::string& replica_id) {
  using Phase = ReplicaView::Phase;
  ATELIER_TRY(auto observed, backend_.Observe(replica_id));
  if (observed.phase == compute::Phase::kAbsent) return ReplicaView{Phase::kAbsent, {}};
  auto state = ReadState(RunDirectory(replica_id));
  if (observed.phase == compute::Phase::kExited) {
    if (state.phase == "failed" && !state.reason.empty()) return ReplicaView{Phase::kEnded, state.reason};
    return ReplicaView{Phase::kEnded, registry::DescribeEnd(observed.exit.value_or(compute::Exit{}), 0)};
  }
  return ReplicaView{state.phase == "ready" ? Phase::kReady : Phase::kStarting, state.reason};
}

Result<void> PredictorRunner::Stop(const std::string& replica_id) { return backend_.Stop(replica_id, kStopGrace); }

Result<void> PredictorRunner::Forget(const std::string& replica_id) {
  ATELIER_CHECK(backend_.Forget(replica_id));
  return RemoveTree(RunDirectory(replica_id));
}

Result<ReplicaUsage> PredictorRunner::Measure(const std::string& replica_id) {
  ATELIER_TRY(auto observed, backend_.Observe(replica_id));
  if (observed.phase != compute::Phase::kStarting && observed.phase != compute::Phase::kRunning)
    return NotFound("replica " + replica_id + " does not run");
  ATELIER_TRY(auto usage, backend_.Measure(replica_id));
  return ReplicaUsage{observed.started, usage.cpu_seconds, usage.memory_bytes};
}

Result<std::string> PredictorRunner::LogTail(const std::string& replica_id, std::size_t max_bytes) {
  auto path = RunDirectory(replica_id) / "log";
  std::error_code error;
  auto size = std::filesystem::file_size(path, error);
  if (error) return NotFound("there is no log of " + replica_id);
  auto take = std::min<std::uint64_t>(size, max_bytes);
  ATELIER_TRY(UniqueFd file, OpenFile(path, O_RDONLY));
  return PreadExactly(file.get(), size - take, take);
}

}  // namespace atelier::serving
