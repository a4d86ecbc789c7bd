#include "registry/predictor_workload.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace atelier::registry {
namespace {

constexpr const char* kPackageInside = "/home/mind/model";
constexpr const char* kRunInside = "/home/mind/run";

}  // namespace

Result<PredictorWorkload> MakePredictorWorkload(const compute::Backend& backend, engines::EngineStore& engines,
                                                const PredictorPrograms& programs, const std::string& id,
                                                const std::string& verb, const std::filesystem::path& package,
                                                const std::filesystem::path& run_directory) {
  ATELIER_TRY(auto engine, engines.Resolve(programs.engine));
  if (!engine.serving)
    return FailedPrecondition(fmt::format(
        "the engine {} has no library that serves models; set serving-engine to a TensorFlow 2", engine.running->name));
  compute::Mount package_mount{package, kPackageInside, false};
  compute::Mount run_mount{run_directory, kRunInside, true};
  PredictorWorkload made;
  auto& workload = made.workload;
  workload.id = id;
  workload.mounts = {package_mount,
                     run_mount,
                     {programs.program.parent_path(), programs.program.parent_path(), false},
                     {programs.python_dir, programs.python_dir, false}};
  for (const auto& folder : engine.read_only) workload.mounts.push_back({folder, folder, false});
  made.run_inside = backend.PathInside(run_mount);
  workload.command = {programs.program.string(),
                      verb,
                      "--model-dir",
                      backend.PathInside(package_mount).string(),
                      "--engine-dir",
                      engine.environment_directory.string(),
                      "--python-dir",
                      programs.python_dir.string()};
  workload.environment = engine.environment;
  workload.environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
  workload.environment["HOME"] = "/tmp";
  workload.environment["LANG"] = "C.UTF-8";
  workload.environment["TF_CPP_MIN_LOG_LEVEL"] = "2";
  workload.environment["TF_ENABLE_ONEDNN_OPTS"] = "0";
  workload.environment["PYTHONDONTWRITEBYTECODE"] = "1";
  workload.environment["OMP_NUM_THREADS"] = "1";       // one request at a time per worker: pools of threads only
  workload.environment["OPENBLAS_NUM_THREADS"] = "1";  // take cores from the other workers
  workload.working_directory = made.run_inside;
  workload.network = compute::NetworkAccess::kNone;
  workload.log_file = run_directory / "log";
  workload.log_limit_bytes = 64ULL << 20;
  return made;
}

std::string DescribeEnd(const compute::Exit& exit, std::uint64_t memory_limit) {
  if (exit.out_of_memory) return fmt::format("killed: out of memory (limit {})", HumanBytes(memory_limit));
  if (!exit.message.empty()) return exit.message;
  if (exit.lost) return "lost: its launcher vanished";
  if (exit.signal != 0) return fmt::format("killed by signal {}", exit.signal);
  return fmt::format("exited with code {}", exit.code);
}

}  // namespace atelier::registry
