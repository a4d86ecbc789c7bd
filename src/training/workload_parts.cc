#include "training/workload_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"

namespace atelier::training {
namespace {

// $1 python, $2 target folder, $3 requirements, then the command. exec keeps one process, so that signals and the exit
// code are the script's own.
constexpr const char* kInstallThenRun =
    R"(python=$1; target=$2; requirements=$3; shift 3
echo "[Modelarts Service Log]installing $requirements"
if "$python" -m pip install --disable-pip-version-check --no-input --target "$target" -r "$requirements"; then
  exec "$@"
fi
: > "$target/.atelier-install-failed"
echo "[Modelarts Service Log]pip-requirements.txt could not be installed; the script was not started"
exit 1)";

}  // namespace

void AddMounts(const JobVersion& version, const RunLayout& layout, const EngineRuntime& engine,
               compute::Workload& workload) {
  auto inside = PlacesInside(version.spec);
  // The home folder first: it is a folder of its own that the others are put into.
  workload.mounts = {
      {layout.home, inside.home, true}, {layout.code, inside.code, true}, {layout.scratch, kScratchInside, true}};
  for (const auto& input : InputsOf(version.spec, layout)) workload.mounts.push_back({input.host, input.inside, false});
  for (const auto& output : OutputsOf(version.spec, layout))
    workload.mounts.push_back({output.host, output.inside, true});
  if (HasRequirements(version, layout)) workload.mounts.push_back({layout.site_packages, inside.site_packages, true});
  for (const auto& folder : engine.read_only) workload.mounts.push_back({folder, folder, false});
}

std::filesystem::path PathOf(const compute::Workload& workload, std::string_view target,
                             const compute::Backend& backend) {
  auto mount = std::ranges::find_if(workload.mounts, [&](const compute::Mount& each) { return each.target == target; });
  return mount == workload.mounts.end() ? std::filesystem::path(target) : backend.PathInside(*mount);
}

std::vector<std::string> AfterInstalling(const EngineRuntime& engine, const std::filesystem::path& target,
                                         const std::filesystem::path& requirements, std::vector<std::string> command) {
  std::vector<std::string> whole = {"/bin/sh",     "-c",   kInstallThenRun, "atelier-start",
                                    engine.python, target, requirements};
  whole.insert(whole.end(), std::make_move_iterator(command.begin()), std::make_move_iterator(command.end()));
  return whole;
}

std::string ChannelsText(std::string_view key, const std::vector<RunChannel>& channels) {
  json::array entries;
  for (const auto& each : channels)
    entries.push_back({{"data_source", {{"obs", {{"obs_url", S3Url(each.channel.url)}}}}}});
  return CompactJson(json::object{{key, entries}});
}

std::string S3Url(const std::string& url) {
  if (url.empty()) return "";
  auto place = ObsPath::Parse(url, "url");
  return place ? place->AsFolder().ToS3Url() : url;
}

std::map<std::string, std::string> CommonEnvironment(const JobVersion& version, const RunLayout& layout) {
  const auto& spec = version.spec;
  return {
      {"PYTHONUNBUFFERED", "1"},
      {"LANG", "C.UTF-8"},
      {"LC_ALL", "C.UTF-8"},
      {"TF_CPP_MIN_LOG_LEVEL", "2"},
      {"TF_ENABLE_ONEDNN_OPTS", "0"},
      {"OMP_NUM_THREADS", std::to_string(spec.cores)},
      {"MA_CURRENT_IP", "127.0.0.1"},
      {"MA_NUM_GPUS", "0"},
      {"MA_TASK_NAME", "worker"},
      {"MA_NUM_HOSTS", "1"},
      {"MA_INPUTS", ChannelsText("inputs", InputsOf(spec, layout))},
      {"MA_OUTPUTS", ChannelsText("outputs", OutputsOf(spec, layout))},
      {"VC_TASK_INDEX", "0"},
      {"VC_WORKER_NUM", "1"},
      {"VC_WORKER_HOSTS", "127.0.0.1"},
  };
}

compute::Limits LimitsOf(const JobSpec& spec, const WorkloadOptions& options) {
  return {.cores = static_cast<double>(spec.cores),
          .memory_bytes = spec.memory_bytes,
          .processes = 4096,
          .file_bytes = options.disk_limit};
}

}  // namespace atelier::training
