#include "training/workload_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"

namespace atelier::training {
namespace {

constexpr const char* kRequirements = "pip-requirements.txt";

// $1 python, $2 target folder, $3 requirements, then the arguments of python. exec keeps one process, so that signals
// and the exit code are the script's own.
constexpr const char* kInstallThenRun =
    R"(python=$1; target=$2; requirements=$3; shift 3
echo "[Modelarts Service Log]installing $requirements"
if "$python" -m pip install --disable-pip-version-check --no-input --target "$target" -r "$requirements"; then
  exec "$python" "$@"
fi
: > "$target/.atelier-install-failed"
echo "[Modelarts Service Log]pip-requirements.txt could not be installed; the script was not started"
exit 1)";

struct Places {
  std::string app_folder;     // name of the code folder
  std::string boot_relative;  // the script below it
};

Result<Places> PlacesOf(const JobSpec& spec) {
  ATELIER_TRY(auto app, ObsPath::Parse(spec.app_url, "app_url"));
  ATELIER_TRY(auto boot, ObsPath::Parse(spec.boot_file_url, "boot_file_url"));
  return Places{app.LastName(), boot.key.substr(app.AsFolder().key.size())};
}

std::string S3Url(const std::string& url) {
  if (url.empty()) return "";
  auto place = ObsPath::Parse(url, "url");
  return place ? place->AsFolder().ToS3Url() : url;
}

std::string InputsJson(const std::string& url) {
  json::array entries;
  if (!url.empty()) entries.push_back({{"data_source", {{"obs", {{"obs_url", S3Url(url)}}}}}});
  return CompactJson(json::object{{"inputs", entries}});
}

std::string OutputsJson(const std::string& url) {
  json::array entries;
  if (!url.empty()) entries.push_back({{"data_source", {{"obs", {{"obs_url", S3Url(url)}}}}}});
  return CompactJson(json::object{{"outputs", entries}});
}

void AddMounts(const JobVersion& version, const RunLayout& layout, const EngineRuntime& engine,
               compute::Workload& workload) {
  // Parents before children: /home/work is a folder of its own that the others are put into.
  workload.mounts = {
      {layout.home, kHomeInside, true}, {layout.code, kCodeInside, true}, {layout.scratch, kScratchInside, true}};
  if (!version.spec.data_url.empty()) workload.mounts.push_back({layout.data, kDataInside, false});
  if (!version.spec.train_url.empty()) workload.mounts.push_back({layout.output, kOutputInside, true});
  if (HasRequirements(version, layout)) workload.mounts.push_back({layout.site_packages, kSitePackagesInside, true});
  for (const auto& folder : engine.read_only) workload.mounts.push_back({folder, folder, false});
}

// Where the workload finds what is mounted at `target`.
std::filesystem::path PathOf(const compute::Workload& workload, std::string_view target,
                             const compute::Backend& backend) {
  auto mount = std::ranges::find_if(workload.mounts, [&](const compute::Mount& each) { return each.target == target; });
  return mount == workload.mounts.end() ? std::filesystem::path(target) : backend.PathInside(*mount);
}

std::map<std::string, std::string> ContainerEnvironment(const JobVersion& version) {
  const auto& spec = version.spec;
  return {
      {"PYTHONUNBUFFERED", "1"},
      {"LANG", "C.UTF-8"},
      {"LC_ALL", "C.UTF-8"},
      {"USER", "work"},
      {"LOGNAME", "work"},
      {"TF_CPP_MIN_LOG_LEVEL", "2"},
      {"TF_ENABLE_ONEDNN_OPTS", "0"},
      {"OMP_NUM_THREADS", std::to_string(spec.cores)},
      {"MA_SCRIPT_INTERPRETER", ""},
      {"MA_CURRENT_IP", "127.0.0.1"},
      {"MA_NUM_GPUS", "0"},
      {"MA_TASK_NAME", "worker"},
      {"MA_NUM_HOSTS", "1"},
      {"MA_CURRENT_INSTANCE_NAME", fmt::format("modelarts-job-{}-worker-0", version.job_id)},
      {"MA_INPUTS", InputsJson(spec.data_url)},
      {"MA_OUTPUTS", OutputsJson(spec.train_url)},
      {"VC_TASK_INDEX", "0"},
      {"VC_WORKER_NUM", "1"},
      {"VC_WORKER_HOSTS", "127.0.0.1"},
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
  return app && std::filesystem::is_regular_file(layout.code / app->LastName() / kRequirements, ignored);
}

bool IsPlatformOption(const std::string& label) { return label == "data_url" || label == "train_url"; }

Result<compute::Workload> BuildWorkload(const JobVersion& version, const RunLayout& layout, const EngineRuntime& engine,
                                        const WorkloadOptions& options, const compute::Backend& backend) {
  const auto& spec = version.spec;
  ATELIER_TRY(auto places, PlacesOf(spec));
  compute::Workload workload;
  workload.id = version.workload_id();
  AddMounts(version, layout, engine, workload);
  auto inside = [&](std::string_view target) { return PathOf(workload, target, backend); };
  auto code = inside(kCodeInside);
  auto app_folder = code / places.app_folder;

  std::vector<std::string> arguments = {"-u", app_folder / places.boot_relative};
  if (!spec.data_url.empty()) arguments.push_back(fmt::format("--data_url={}/", inside(kDataInside).string()));
  if (!spec.train_url.empty()) arguments.push_back(fmt::format("--train_url={}/", inside(kOutputInside).string()));
  for (const auto& [label, value] : spec.parameters)
    if (!IsPlatformOption(label)) arguments.push_back(fmt::format("--{}={}", label, value));
  bool install = HasRequirements(version, layout);
  if (install) {
    workload.command = {"/bin/sh",
                        "-c",
                        kInstallThenRun,
                        "atelier-start",
                        engine.python,
                        inside(kSitePackagesInside),
                        app_folder / kRequirements};
  } else {
    workload.command = {engine.python};
  }
  workload.command.insert(workload.command.end(), arguments.begin(), arguments.end());

  auto& environment = workload.environment;
  environment = options.environment;
  for (auto& [name, value] : ContainerEnvironment(version)) environment[name] = value;
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
  workload.limits = {.cores = static_cast<double>(spec.cores),
                     .memory_bytes = spec.memory_bytes,
                     .processes = 4096,
                     .file_bytes = options.disk_limit};
  workload.network = options.network;
  workload.log_file = layout.log;
  return workload;
}

}  // namespace atelier::training
