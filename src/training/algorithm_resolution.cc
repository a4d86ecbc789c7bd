#include "training/algorithm_resolution.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/strings.h"
#include "training/parameter_value.h"

namespace atelier::training {
namespace {

constexpr const char* kInvalid = "ModelArts.2788";

std::unexpected<Error> Refuse(std::string_view name, std::string_view text, const char* code = kInvalid) {
  return InvalidArgument(fmt::format("Invalid parameter({}): {}", name, text), code, std::string(name));
}

// The value of a declared parameter; empty: it is left out.
Result<std::string> ValueOf(const DeclaredParameter& declared, const std::string* given) {
  if (given != nullptr && !declared.constraint.editable && *given != declared.value)
    return Refuse(declared.name,
                  fmt::format("the algorithm does not let jobs change it: leave it out, or give '{}' (got '{}')",
                              declared.value, *given));
  const std::string& value = given != nullptr ? *given : declared.value;
  if (value.empty() && declared.constraint.required)
    return Refuse(declared.name, "the algorithm requires it and has no default: give a value");
  if (!value.empty()) ATELIER_CHECK(CheckParameterValue(declared, value));
  return value;
}

Result<void> CheckChannels(std::string_view kind, const std::vector<DeclaredChannel>& declared,
                           const std::vector<GivenChannel>& given) {
  for (const auto& channel : declared) {
    auto found = std::ranges::find(given, channel.name, &GivenChannel::name);
    if (found == given.end())
      return Refuse(fmt::format("algorithm.{}s", kind),
                    fmt::format("the algorithm declares the {} '{}': say where it lies", kind, channel.name));
    auto allows = [&](const RemoteConstraint& constraint) {
      return EqualsIgnoreCase(constraint.data_type, found->data_type);
    };
    if (!channel.remote_constraints.empty() && std::ranges::none_of(channel.remote_constraints, allows))
      return Refuse(fmt::format("algorithm.{}s", kind),
                    fmt::format("the {} '{}' takes {}, got {}", kind, channel.name,
                                channel.remote_constraints.front().data_type, found->data_type));
  }
  return {};
}

bool Includes(const ResourceRequirement& requirement, std::string_view value) {
  return std::ranges::any_of(requirement.values, [&](const auto& known) { return EqualsIgnoreCase(known, value); });
}

std::string_view Mode(int count) { return count > 1 ? "multiple" : "singular"; }

}  // namespace

Result<std::vector<Parameter>> ResolveParameters(const AlgorithmSpec& algorithm, const std::vector<Parameter>& given) {
  std::map<std::string_view, const std::string*> values;
  for (const auto& [label, value] : given)
    if (!values.emplace(label, &value).second) return Refuse(label, "it is given twice", "ModelArts.2767");
  std::vector<Parameter> resolved;
  for (const auto& declared : algorithm.parameters) {
    auto found = values.find(declared.name);
    ATELIER_TRY(auto value, ValueOf(declared, found == values.end() ? nullptr : found->second));
    if (!value.empty()) resolved.push_back({declared.name, std::move(value)});
  }
  auto is_declared = [&](const Parameter& parameter) {
    return std::ranges::find(algorithm.parameters, parameter.label, &DeclaredParameter::name) !=
           algorithm.parameters.end();
  };
  for (const auto& parameter : given) {
    if (is_declared(parameter)) continue;
    if (!algorithm.parameters_customization)
      return Refuse(parameter.label, fmt::format("the algorithm '{}' does not declare it, and does not let jobs add "
                                                 "parameters of their own",
                                                 algorithm.name));
    resolved.push_back(parameter);
  }
  return resolved;
}

Result<void> CheckGivenInputs(const AlgorithmSpec& algorithm, const std::vector<GivenChannel>& given) {
  return CheckChannels("input", algorithm.inputs, given);
}

Result<void> CheckGivenOutputs(const AlgorithmSpec& algorithm, const std::vector<GivenChannel>& given) {
  return CheckChannels("output", algorithm.outputs, given);
}

Result<void> CheckGivenResources(const AlgorithmSpec& algorithm, const GivenResources& given) {
  for (const auto& requirement : algorithm.resource_requirements) {
    std::string_view value = given.flavor_type;
    if (requirement.key == "device_distributed_mode") value = Mode(given.devices);
    if (requirement.key == "host_distributed_mode") value = Mode(given.nodes);
    if (!Includes(requirement, value))
      return Refuse("spec.resource", fmt::format("the algorithm '{}' requires {} in [{}], got {}", algorithm.name,
                                                 requirement.key, fmt::join(requirement.values, ", "), value));
  }
  return {};
}

}  // namespace atelier::training
