#include "training/algorithm_template.h"

#include <algorithm>
#include <limits>

#include "training/algorithm_resolution.h"

namespace atelier::training {
namespace {

std::vector<Channel> Channels(const std::vector<DeclaredChannel>& declared) {
  std::vector<Channel> channels;
  for (const auto& channel : declared) channels.push_back({.name = channel.name, .description = channel.description});
  return channels;
}

std::vector<GivenChannel> Given(const std::vector<Channel>& channels) {
  std::vector<GivenChannel> given;
  for (const auto& channel : channels)
    if (!channel.url.empty()) given.push_back({.name = channel.name});
  return given;
}

// All flavors of this server are cores and memory.
Result<void> CheckRun(const AlgorithmSpec& spec, const ContainerRequest& run) {
  ATELIER_CHECK(CheckGivenInputs(spec, Given(run.inputs)));
  ATELIER_CHECK(CheckGivenOutputs(spec, Given(run.outputs)));
  constexpr std::int64_t kMost = std::numeric_limits<int>::max();
  return CheckGivenResources(spec, {.nodes = static_cast<int>(std::clamp<std::int64_t>(run.node_count, 0, kMost))});
}

}  // namespace

AlgorithmTemplate TemplateOf(const Algorithm& algorithm) {
  const auto& spec = algorithm.spec;
  AlgorithmTemplate made;
  made.id = algorithm.id;
  made.name = spec.name;
  made.run.code_dir = spec.code_dir;
  made.run.boot_file = spec.boot_file;
  made.run.command = spec.command;
  made.run.engine_id = spec.engine.id;
  made.run.engine_name = spec.engine.name;
  made.run.engine_version = spec.engine.version;
  made.run.inputs = Channels(spec.inputs);
  made.run.outputs = Channels(spec.outputs);
  for (const auto& parameter : spec.parameters)
    if (!parameter.description.empty()) made.run.parameter_notes[parameter.name] = parameter.description;
  made.merge_parameters = [spec](const std::vector<Parameter>& given) { return ResolveParameters(spec, given); };
  made.check = [spec](const ContainerRequest& run) { return CheckRun(spec, run); };
  return made;
}

}  // namespace atelier::training
