#include "training/workload_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "training/container_workload.h"
#include "training/workload_parts.h"

namespace atelier::training {
namespace {

struct Places {
  std::string app_folder;     // name of the code folder
  std::string boot_relative;  // the script below it
};

Result<Places> PlacesOf(const JobSpec& spec) {
  ATELIER_TRY(auto app, ObsPath::Parse(spec.app_url, "app_url"));
  ATELIER_TRY(auto boot, ObsPath::Parse(spec.boot_file_url, "boot_file_url"));
  return Places{app.LastName(), boot.key.substr(app.AsFolder().key.size())};
}

// What only the contract of API v1 has.
std::map<std::string, std::string> FirstContractEnvironment(const JobVersion& version) {
  const auto& spec = version.spec;
  return {
      {"USER", "work"},
      {"LOGNAME", "work"},
      {"MA_CURRENT_INSTANCE_NAME", fmt::format("modelarts-job-{}-worker-0", version.job_id)},
      {"DLS_TASK_INDEX", "0"},
      {"DLS_TASK_NUMBER", "1"},
      {"DLS_APP_URL", S3Url(spec.app_url)},
      {"DLS_DATA_URL", S3Url(spec.data_url)},
      {"DLS_TRAIN_URL", S3Url(spec.train_url)},
      {"BATCH_CUSTOM0_HOSTS", "127.0.0.1:6666"},
  };
}

}  // namespace

bool HasRequirements(const JobVersion& version, const RunLayout& layout) {
  auto app = ObsPath::Parse(version.spec.app_url, "app_url");
  std::error_code ignored;
  return app && std::filesystem::is_regular_file(layout.code / app->LastName() / kRequirementsFile, ignored);
}

bool IsPlatformOption(const JobSpec& spec, const std::string& label) {
  if (!spec.container) return label == "data_url" || label == "train_url";
  auto sets = [&](const Channel& channel) {
    return channel.name == label && channel.access == AccessMethod::kArgument;
  };
  return std::ranges::any_of(spec.container->inputs, sets) || std::ranges::any_of(spec.container->outputs, sets);
}

Result<compute::Workload> BuildWorkload(const Job& job, const JobVersion& version, const RunLayout& layout,
                                        const EngineRuntime& engine, const WorkloadOptions& options,
                                        const compute::Backend& backend) {
  if (version.spec.container) return BuildContainerWorkload(job, version, layout, engine, options, backend);
  const auto& spec = version.spec;
  ATELIER_TRY(auto places, PlacesOf(spec));
  compute::Workload workload;
  workload.id = version.workload_id();
  AddMounts(version, layout, engine, workload);
  auto inside = [&](std::string_view target) { return PathOf(workload, target, backend); };
  auto code = inside(kCodeInside);
  auto app_folder = code / places.app_folder;

  std::vector<std::string> command = {engine.python, "-u", app_folder / places.boot_relative};
  if (!spec.data_url.empty()) command.push_back(fmt::format("--data_url={}/", inside(kDataInside).string()));
  if (!spec.train_url.empty()) command.push_back(fmt::format("--train_url={}/", inside(kOutputInside).string()));
  for (const auto& [label, value] : spec.parameters)
    if (!IsPlatformOption(spec, label)) command.push_back(fmt::format("--{}={}", label, value));
  bool install = HasRequirements(version, layout);
  workload.command =
      install ? AfterInstalling(engine, inside(kSitePackagesInside), app_folder / kRequirementsFile, std::move(command))
              : std::move(command);

  auto& environment = workload.environment;
  environment = options.environment;
  for (auto& [name, value] : CommonEnvironment(version, layout)) environment[name] = value;
  for (auto& [name, value] : FirstContractEnvironment(version)) environment[name] = value;
  environment["HOME"] = environment["MA_HOME"] = inside(kHomeInside);
  environment["MA_JOB_DIR"] = code;
  environment["MA_MOUNT_PATH"] = inside(kHomeInside) / "modelarts";
  environment["MA_LOG_DIR"] = inside(kHomeInside) / "modelarts" / "log";
  environment["MA_SCRIPT_INTERPRETER"] = engine.python;
  environment["WORKSPACE"] = app_folder;
  environment["PATH"] = engine.python.parent_path().string() + ":/usr/local/bin:/usr/bin:/bin";
  std::string python_path;
  for (const auto& folder : engine.python_path) python_path += folder.string() + ":";
  if (install) python_path += inside(kSitePackagesInside).string() + ":";
  for (const auto& [name, value] : engine.environment) environment[name] = value;
  environment["PYTHONPATH"] = python_path + code.string();

  workload.working_directory = code;
  workload.limits = LimitsOf(spec, options);
  workload.network = options.network;
  workload.log_file = layout.log;
  return workload;
}

}  // namespace atelier::training
