#include "training/container_request.h"

#include <algorithm>

namespace atelier::training {
namespace {

void Inherit(std::string& text, const std::string& from) {
  if (text.empty()) text = from;
}

// A channel of the job keeps its place and takes what it does not say from the algorithm's of the same name.
void InheritChannels(std::vector<Channel>& channels, const std::vector<Channel>& declared) {
  for (const auto& from : declared) {
    auto same = std::ranges::find(channels, from.name, &Channel::name);
    if (same == channels.end()) {
      if (!from.url.empty()) channels.push_back(from);
      continue;
    }
    Inherit(same->description, from.description);
    Inherit(same->url, from.url);
    if (same->access == AccessMethod::kArgument) same->access = from.access;
  }
}

std::vector<Parameter> OverDefaults(std::vector<Parameter> parameters, const std::vector<Parameter>& defaults) {
  for (const auto& from : defaults)
    if (std::ranges::find(parameters, from.label, &Parameter::label) == parameters.end()) parameters.push_back(from);
  return parameters;
}

}  // namespace

Result<ContainerRequest> LayOver(const AlgorithmTemplate& algorithm, ContainerRequest request) {
  const auto& from = algorithm.run;
  if (request.code_dir.empty() && request.command.empty()) {
    request.code_dir = from.code_dir;
    request.boot_file = from.boot_file;
    request.command = from.command;
  }
  Inherit(request.local_code_dir, from.local_code_dir);
  Inherit(request.working_dir, from.working_dir);
  if (request.engine_id.empty() && request.engine_name.empty() && request.engine_version.empty()) {
    request.engine_id = from.engine_id;
    request.engine_name = from.engine_name;
    request.engine_version = from.engine_version;
  }
  if (algorithm.merge_parameters) {
    ATELIER_TRY(request.parameters, algorithm.merge_parameters(request.parameters));
  } else {
    request.parameters = OverDefaults(std::move(request.parameters), from.parameters);
  }
  for (const auto& [name, note] : from.parameter_notes) request.parameter_notes.try_emplace(name, note);
  InheritChannels(request.inputs, from.inputs);
  InheritChannels(request.outputs, from.outputs);
  for (const auto& [name, value] : from.environment) request.environment.try_emplace(name, value);
  Inherit(request.flavor_id, from.flavor_id);
  if (algorithm.check) ATELIER_CHECK(algorithm.check(request));
  return request;
}

}  // namespace atelier::training
