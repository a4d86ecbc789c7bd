#include "training/container_checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "training/container_limits.h"

namespace atelier::training {
namespace {

constexpr std::string_view kInvalidParam = "ModelArts.2788";
constexpr std::string_view kInvalidObsPath = "ModelArts.2791";

constexpr RequestWords kWords = {.code = {"algorithm.code_dir", "ModelArts.2757"},
                                 .boot = {"algorithm.boot_file", "ModelArts.2758"},
                                 .engine = {"algorithm.engine", "ModelArts.2780"},
                                 .flavor_number = {"spec.resource.flavor_id", "ModelArts.2781"},
                                 .flavor = {"spec.resource.flavor_id", "ModelArts.2781"},
                                 .parameters = {"algorithm.parameters", kInvalidParam}};

std::unexpected<Error> Refuse(std::string_view field, std::string_view text, std::string_view code = kInvalidParam) {
  return InvalidArgument(fmt::format("{}: {}", field, text), std::string(code), std::string(field));
}

Result<void> CheckServed(const ContainerRequest& request) {
  auto unserved = [](std::string text) { return MakeError(ErrorKind::kUnimplemented, std::move(text)); };
  const auto& wishes = request.wishes;
  if (wishes.image)
    return unserved("algorithm.engine.image_url: images are not served by this server; give an engine by its id");
  if (wishes.dataset)
    return unserved("algorithm.inputs: datasets are not served by this server; give remote.obs.obs_url instead");
  if (wishes.volumes)
    return unserved("spec.volumes: volumes are not served by this server; give the files as an input instead");
  if (wishes.tasks) return unserved("tasks: heterogeneous jobs are not served by this server");
  if (wishes.subscription)
    return unserved("algorithm.subscription_id: subscribed algorithms are not served by this server");
  if (wishes.search)
    return unserved("algorithm.policies.auto_search: hyperparameter search is not served by this server");
  return {};
}

Result<void> CheckEnvironment(const std::map<std::string, std::string>& environment) {
  constexpr std::string_view kField = "algorithm.environments";
  if (environment.size() > kMostVariables)
    return Refuse(kField, fmt::format("expected at most {} pairs, got {}", kMostVariables, environment.size()));
  for (const auto& [name, value] : environment) {
    if (!IsVariableName(name) || name.size() > kMostVariableName)
      return Refuse(kField, fmt::format("expected names of letters, digits and '_', at most {} long and not beginning "
                                        "with a digit, got '{}'",
                                        kMostVariableName, name.substr(0, 64)));
    if (name.starts_with("MA_"))
      return Refuse(kField, fmt::format("'{}': names that begin with MA_ belong to the platform", name));
    if (value.size() > kMostVariableValue || value.find_first_of(std::string_view("$\0", 2)) != std::string::npos ||
        !IsValidUtf8(value))
      return Refuse(kField, fmt::format("the value of '{}' must be UTF-8 of at most {} bytes without '$' and NUL", name,
                                        kMostVariableValue));
  }
  return {};
}

// "inputs" and "outputs" alike.
Result<void> CheckChannelNames(std::string_view field, const std::vector<Channel>& channels,
                               std::set<std::string>& names) {
  if (channels.size() > kMostChannels)
    return Refuse(field, fmt::format("expected at most {}, got {}", kMostChannels, channels.size()));
  for (const auto& channel : channels) {
    if (auto checked = CheckJobName(channel.name); !checked || channel.name.starts_with('-'))
      return Refuse(field, fmt::format("expected a name of 1-64 letters, digits, '_' or '-', got '{}'", channel.name));
    if (!names.insert(channel.name).second)
      return Refuse(field, fmt::format("the name '{}' is given twice", channel.name));
    bool variable = channel.access == AccessMethod::kEnvironment;
    if (variable && (!IsVariableName(channel.name) || channel.name.starts_with("MA_")))
      return Refuse(field, fmt::format("'{}' cannot be the name of an environment variable; use access_method "
                                       "parameter, or a name of letters, digits and '_'",
                                       channel.name));
    if (channel.url.empty())
      return Refuse(field, fmt::format("'{}' needs remote.obs.obs_url", channel.name), kInvalidObsPath);
  }
  return {};
}

Result<void> CheckFolders(const ContainerRequest& request) {
  if (!request.local_code_dir.empty() && !IsPlainFolder(request.local_code_dir, "/home/"))
    return Refuse(
        "algorithm.local_code_dir",
        fmt::format("expected a folder below /home, such as /home/ma-user/code, got '{}'", request.local_code_dir),
        "ModelArts.2857");
  if (!request.working_dir.empty() && !IsPlainFolder(request.working_dir, "/"))
    return Refuse("algorithm.working_dir",
                  fmt::format("expected an absolute folder without '..', got '{}'", request.working_dir),
                  "ModelArts.2859");
  return {};
}

Result<void> CheckCommand(const std::string& command) {
  if (command.size() <= kMostCommand && IsValidUtf8(command) && command.find('\0') == std::string::npos) return {};
  return Refuse("algorithm.command", fmt::format("expected UTF-8 of at most {} bytes without NUL", kMostCommand));
}

Result<void> CheckAnnotations(const std::map<std::string, std::string>& annotations) {
  if (annotations.size() > kMostVariables)
    return Refuse("metadata.annotations",
                  fmt::format("expected at most {} pairs, got {}", kMostVariables, annotations.size()));
  for (const auto& [name, value] : annotations)
    if (name.size() + value.size() > kMostVariableValue)
      return Refuse("metadata.annotations", fmt::format("'{}' is longer than {}", name, kMostVariableValue));
  return {};
}

ContainerSpec ContainerOf(const ContainerJobRequest& request, RestartPolicy restart) {
  const auto& run = request.run;
  ContainerSpec container;
  container.command = run.command;
  container.local_code_dir = run.local_code_dir;
  container.working_dir = run.working_dir;
  container.inputs = run.inputs;
  container.outputs = run.outputs;
  container.environment = run.environment;
  container.parameter_notes = run.parameter_notes;
  container.algorithm_id = request.algorithm_id;
  container.algorithm_name = request.algorithm_name;
  container.restart = restart;
  container.auto_stop_hours = static_cast<int>(run.auto_stop_hours);
  container.annotations = request.annotations;
  container.workspace_id = request.workspace_id;
  container.pool_id = run.pool_id;
  container.user_name = request.user_name;
  return container;
}

}  // namespace

Result<RestartPolicy> RestartPolicyOf(const std::map<std::string, std::string>& annotations) {
  constexpr const char* kNumber = "fault-tolerance/job-retry-num";
  constexpr const char* kUnconditional = "fault-tolerance/job-unconditional-retry";
  RestartPolicy policy;
  if (auto found = annotations.find(kUnconditional); found != annotations.end())
    policy.unconditional = EqualsIgnoreCase(found->second, "true");
  if (policy.unconditional) policy.most_restarts = kRestartsUnlessSaid;
  auto found = annotations.find(kNumber);
  if (found == annotations.end() || found->second.empty()) return policy;
  auto number = ParseNumber<int>(found->second);
  if (!number || *number < 0 || *number > kMostRestarts)
    return Refuse("metadata.annotations",
                  fmt::format("{}: expected a number from 0 to {}, got '{}'", kNumber, kMostRestarts, found->second));
  policy.most_restarts = *number;
  return policy;
}

ContainerChecker::ContainerChecker(ArtifactStore& artifacts, EngineSource& engines,
                                   std::vector<compute::Flavor> flavors)
    : engines_(engines), checker_(artifacts, engines, std::move(flavors), kWords) {}

Result<JobSpec> ContainerChecker::Check(const std::string& project_id, const ContainerJobRequest& request) const {
  const auto& run = request.run;
  ATELIER_CHECK(CheckServed(run));
  if (run.node_count != 1)
    return Refuse("spec.resource.node_count",
                  fmt::format("expected 1, got {}: jobs of this server run on one node; use a larger flavor instead",
                              run.node_count),
                  "ModelArts.2793");
  if (run.auto_stop_hours < 0 || run.auto_stop_hours > kMostHours)
    return Refuse("spec.auto_stop.duration",
                  fmt::format("expected 1 to {} hours, got {}", kMostHours, run.auto_stop_hours));
  ATELIER_CHECK(checker_.CheckParameters(run.parameters));
  ATELIER_CHECK(CheckEnvironment(run.environment));
  ATELIER_CHECK(CheckFolders(run));
  ATELIER_CHECK(CheckCommand(run.command));
  ATELIER_CHECK(CheckAnnotations(request.annotations));
  ATELIER_TRY(auto restart, RestartPolicyOf(request.annotations));

  JobSpec spec;
  RunRequest choice;
  ATELIER_TRY(choice.engine_name, FindEngineName(engines_, run));
  choice.flavor_code = run.flavor_id;
  ATELIER_CHECK(checker_.ChooseEngine(choice, spec));
  ATELIER_CHECK(checker_.ChooseFlavor(choice, spec));
  ATELIER_CHECK(CheckCode(project_id, run, spec));
  ATELIER_CHECK(CheckChannels(project_id, run));
  ATELIER_CHECK(checker_.CheckTarget(project_id, run.log_url, {"spec.log_export_path.obs_url", kInvalidObsPath}));
  if (!run.inputs.empty()) spec.data_url = run.inputs.front().url;
  if (!run.outputs.empty()) spec.train_url = run.outputs.front().url;
  spec.log_url = run.log_url;
  spec.parameters = run.parameters;
  spec.container = ContainerOf(request, restart);
  return spec;
}

Result<void> ContainerChecker::CheckCode(const std::string& project_id, const ContainerRequest& request,
                                         JobSpec& spec) const {
  if (request.code_dir.empty() && request.boot_file.empty() && !request.command.empty()) return {};
  RunRequest code;
  code.app_url = request.code_dir;
  code.boot_file_url = request.boot_file;
  if (!request.command.empty()) {
    // A command runs without a boot file; its code folder must be there all the same.
    ATELIER_CHECK(checker_.CheckData(project_id, request.code_dir, kWords.code));
    spec.app_url = request.code_dir;
    return {};
  }
  bool whole = code.boot_file_url.starts_with('/') || code.boot_file_url.find("://") != std::string::npos;
  if (!whole && !code.boot_file_url.empty() && !code.app_url.empty()) {
    ATELIER_TRY(auto folder, ObsPath::Parse(code.app_url, kWords.code.field));
    code.boot_file_url = folder.Child(code.boot_file_url).ToText();
  }
  ATELIER_CHECK(checker_.CheckCode(project_id, code));
  spec.app_url = code.app_url;
  spec.boot_file_url = code.boot_file_url;
  return {};
}

Result<void> ContainerChecker::CheckChannels(const std::string& project_id, const ContainerRequest& request) const {
  std::set<std::string> names;
  ATELIER_CHECK(CheckChannelNames("algorithm.inputs", request.inputs, names));
  ATELIER_CHECK(CheckChannelNames("algorithm.outputs", request.outputs, names));
  for (const auto& input : request.inputs)
    ATELIER_CHECK(checker_.CheckData(project_id, input.url, {"algorithm.inputs", kInvalidObsPath}));
  for (const auto& output : request.outputs)
    ATELIER_CHECK(checker_.CheckTarget(project_id, output.url, {"algorithm.outputs", kInvalidObsPath}));
  return {};
}

}  // namespace atelier::training
