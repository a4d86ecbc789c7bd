#include "training/container_workload.h"

#include <fmt/format.h>

#include "base/files.h"
#include "training/container_limits.h"
#include "training/workload_parts.h"

namespace atelier::training {
namespace {

// What the script is told of its inputs, outputs and parameters.
struct Handover {
  std::vector<std::string> arguments;
  std::map<std::string, std::string> variables;
};

Handover MakeHandover(const JobSpec& spec, const RunLayout& layout, const compute::Workload& workload,
                      const compute::Backend& backend) {
  const auto& container = *spec.container;
  bool by_command = !container.command.empty();
  Handover handover;
  auto tell = [&](const std::string& name, const std::string& value, bool argument) {
    if (argument) handover.arguments.push_back(fmt::format("--{}={}", name, value));
    // A command is the user's own text: it reads arguments as "$@", or any of them as a variable.
    if ((!argument || by_command) && IsVariableName(name)) handover.variables[name] = value;
  };
  for (const auto& channels : {InputsOf(spec, layout), OutputsOf(spec, layout)})
    for (const auto& each : channels)
      tell(each.channel.name, PathOf(workload, each.inside, backend), each.channel.access == AccessMethod::kArgument);
  for (const auto& [label, value] : spec.parameters)
    if (!IsPlatformOption(spec, label)) tell(label, value, true);
  return handover;
}

Result<std::vector<std::string>> MakeCommand(const JobSpec& spec, const EngineRuntime& engine, const fs::path& folder,
                                             const Handover& handover) {
  std::vector<std::string> command;
  if (spec.container->command.empty()) {
    ATELIER_TRY(auto app, ObsPath::Parse(spec.app_url, "code_dir"));
    ATELIER_TRY(auto boot, ObsPath::Parse(spec.boot_file_url, "boot_file"));
    command = {engine.python, "-u", folder / boot.key.substr(app.AsFolder().key.size())};
  } else {
    command = {"/bin/sh", "-c", spec.container->command, "command"};
  }
  command.insert(command.end(), handover.arguments.begin(), handover.arguments.end());
  return command;
}

struct Places {
  fs::path home, code, folder;  // `folder`: the code folder itself
  fs::path site_packages;       // empty: nothing is installed
};

// The platform's variables; those of the user are laid over them, but for what only the platform knows.
std::map<std::string, std::string> MakeEnvironment(const Job& job, const JobVersion& version, const RunLayout& layout,
                                                   const EngineRuntime& engine, const Places& places) {
  const auto& user = version.spec.container->environment;
  auto extended = [&](const char* name, const std::string& own) {
    auto theirs = user.find(name);
    return theirs == user.end() ? own : fmt::format("{}:{}", own, theirs->second);
  };
  auto environment = CommonEnvironment(version, layout);
  for (const auto& [name, value] : engine.environment) environment[name] = value;
  environment["USER"] = environment["LOGNAME"] = "ma-user";
  for (const auto& [name, value] : user)
    if (!name.starts_with("VC_") && !name.starts_with("MA_")) environment[name] = value;
  environment["HOME"] = environment["MA_HOME"] = places.home;
  environment["MA_JOB_DIR"] = places.code;
  environment["MA_MOUNT_PATH"] = places.home / "modelarts";
  environment["MA_LOG_DIR"] = places.home / "modelarts" / "log";
  environment["MA_SCRIPT_INTERPRETER"] = engine.python;
  environment["MA_CURRENT_INSTANCE_NAME"] = InstanceName(job);
  environment["WORKSPACE"] = places.folder;
  environment["PATH"] = extended("PATH", engine.python.parent_path().string() + ":/usr/local/bin:/usr/bin:/bin");
  std::string python_path;
  for (const auto& folder : engine.python_path) python_path += folder.string() + ":";
  if (!places.site_packages.empty()) python_path += places.site_packages.string() + ":";
  environment["PYTHONPATH"] = extended("PYTHONPATH", python_path + places.code.string());
  return environment;
}

}  // namespace

std::string InstanceName(const Job& job) { return fmt::format("modelarts-job-{}-worker-0", job.uuid); }

Result<compute::Workload> BuildContainerWorkload(const Job& job, const JobVersion& version, const RunLayout& layout,
                                                 const EngineRuntime& engine, const WorkloadOptions& options,
                                                 const compute::Backend& backend) {
  const auto& spec = version.spec;
  auto inside = PlacesInside(spec);
  compute::Workload workload;
  workload.id = version.workload_id();
  AddMounts(version, layout, engine, workload);

  Places places{.home = PathOf(workload, inside.home, backend),
                .code = PathOf(workload, inside.code, backend),
                .folder = PathOf(workload, inside.code, backend),
                .site_packages = {}};
  if (auto app = ObsPath::Parse(spec.app_url, "code_dir")) places.folder /= app->LastName();
  bool install = HasRequirements(version, layout);
  if (install) places.site_packages = PathOf(workload, inside.site_packages, backend);

  auto handover = MakeHandover(spec, layout, workload, backend);
  ATELIER_TRY(auto command, MakeCommand(spec, engine, places.folder, handover));
  workload.command = install ? AfterInstalling(engine, places.site_packages, places.folder / kRequirementsFile, command)
                             : std::move(command);
  workload.environment = options.environment;
  for (auto& [name, value] : MakeEnvironment(job, version, layout, engine, places)) workload.environment[name] = value;
  for (auto& [name, value] : handover.variables) workload.environment[name] = value;
  const auto& asked = spec.container->working_dir;
  // Without a sandbox there are no folders of the cloud's: then the code folder is the nearest to what was asked.
  bool as_asked = !asked.empty() && backend.level() != compute::SandboxLevel::kNone;
  workload.working_directory = as_asked ? fs::path(asked) : places.folder;
  workload.limits = LimitsOf(spec, options);
  workload.network = options.network;
  workload.log_file = layout.log;
  return workload;
}

}  // namespace atelier::training
