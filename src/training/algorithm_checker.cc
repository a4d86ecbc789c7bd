#include "training/algorithm_checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/strings.h"
#include "training/obs_path.h"
#include "training/parameter_value.h"

namespace atelier::training {
namespace {

constexpr std::size_t kMostName = 64;
constexpr std::size_t kMostDescription = 256;
constexpr std::size_t kMostText = 4096;
constexpr std::size_t kMostItems = 100;
constexpr std::size_t kMostDocument = 64 * 1024;

std::unexpected<Error> Refuse(std::string_view field, std::string_view text, std::string code = "ModelArts.2788") {
  return InvalidArgument(fmt::format("Invalid parameter({}): {}", field, text), std::move(code), std::string(field));
}

bool IsName(std::string_view text) {
  auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !text.empty() && text.size() <= kMostName && std::ranges::all_of(text, plain);
}

Result<void> CheckName(std::string_view field, std::string_view name) {
  if (IsName(name)) return {};
  return Refuse(field, fmt::format("expected 1 to {} letters, digits, '_' or '-', got '{}'", kMostName, name));
}

Result<void> CheckText(std::string_view field, std::string_view text, std::size_t most) {
  if (text.size() <= most && IsValidUtf8(text) && text.find('\0') == std::string_view::npos) return {};
  return Refuse(field, fmt::format("expected UTF-8 of at most {} bytes without NUL, got {} bytes", most, text.size()));
}

template <class Items>
Result<void> CheckCount(std::string_view field, const Items& items) {
  if (items.size() <= kMostItems) return {};
  return Refuse(field, fmt::format("expected at most {} items, got {}", kMostItems, items.size()));
}

// The object store's own words about a place, under the code of the field.
Result<ObsPath> Place(std::string_view field, const std::string& text, const char* code) {
  auto path = ObsPath::Parse(text, field);
  if (!path) path.error().code = code;
  return path;
}

Result<void> CheckCode(const AlgorithmSpec& spec) {
  if (spec.code_dir.empty() != spec.boot_file.empty() && spec.command.empty())
    return Refuse(spec.code_dir.empty() ? "job_config.code_dir" : "job_config.boot_file",
                  "code_dir and boot_file come together: give both, or a command");
  if (spec.code_dir.empty() && spec.command.empty())
    return Refuse("job_config.code_dir", "expected code_dir and boot_file, or a command");
  if (spec.code_dir.empty()) return {};
  ATELIER_TRY(auto code, Place("job_config.code_dir", spec.code_dir, "ModelArts.2757"));
  if (spec.boot_file.empty()) return {};
  ATELIER_TRY(auto boot, Place("job_config.boot_file", spec.boot_file, "ModelArts.2758"));
  if (boot.bucket != code.bucket || !boot.key.starts_with(code.AsFolder().key) || !boot.key.ends_with(".py"))
    return Refuse("job_config.boot_file",
                  fmt::format("expected a .py file in {}, got '{}'", code.AsFolder().ToText(), spec.boot_file),
                  "ModelArts.2758");
  return {};
}

Result<void> CheckEngine(const AlgorithmSpec& spec) {
  const auto& engine = spec.engine;
  for (const auto* text : {&engine.id, &engine.name, &engine.version, &engine.image_url})
    ATELIER_CHECK(CheckText("job_config.engine", *text, kMostDescription));
  if (!engine.image_url.empty())
    return MakeError(ErrorKind::kUnimplemented,
                     "job_config.engine.image_url: images of one's own are not served by this server; give engine_id, "
                     "or engine_name and engine_version",
                     {}, "job_config.engine.image_url");
  if (!engine.id.empty() || (!engine.name.empty() && !engine.version.empty())) return {};
  return Refuse("job_config.engine",
                "expected engine_id, or engine_name and engine_version; GET training-job-engines lists them",
                spec.command.empty() ? "ModelArts.2788" : "ModelArts.2806");
}

Result<void> CheckParameters(const std::vector<DeclaredParameter>& parameters) {
  ATELIER_CHECK(CheckCount("job_config.parameters", parameters));
  std::set<std::string_view> seen;
  for (const auto& parameter : parameters) {
    ATELIER_CHECK(CheckName("job_config.parameters.name", parameter.name));
    if (!seen.insert(parameter.name).second)
      return Refuse("job_config.parameters", fmt::format("'{}' is declared twice", parameter.name), "ModelArts.2767");
    for (const auto* text : {&parameter.value, &parameter.description, &parameter.i18n_description})
      ATELIER_CHECK(CheckText(fmt::format("job_config.parameters.{}", parameter.name), *text, kMostText));
    ATELIER_CHECK(CheckText("job_config.parameters.i18n_description.language", parameter.i18n_language, kMostName));
    ATELIER_CHECK(CheckCount("job_config.parameters.constraint.valid_range", parameter.constraint.valid_range));
    for (const auto& value : parameter.constraint.valid_range)
      ATELIER_CHECK(CheckText("job_config.parameters.constraint.valid_range", value, kMostText));
    ATELIER_CHECK(CheckParameterConstraint(parameter));
  }
  return {};
}

Result<void> CheckChannels(std::string_view field, const std::vector<DeclaredChannel>& channels,
                           std::set<std::string_view>& seen) {
  ATELIER_CHECK(CheckCount(field, channels));
  for (const auto& channel : channels) {
    ATELIER_CHECK(CheckName(fmt::format("{}.name", field), channel.name));
    ATELIER_CHECK(CheckText(fmt::format("{}.description", field), channel.description, kMostText));
    if (!seen.insert(channel.name).second)
      return Refuse(field, fmt::format("'{}' is the name of another input, output or parameter", channel.name),
                    "ModelArts.2767");
    ATELIER_CHECK(CheckCount(fmt::format("{}.remote_constraints", field), channel.remote_constraints));
    for (const auto& constraint : channel.remote_constraints) {
      auto attributes = fmt::format("{}.remote_constraints.attributes", field);
      ATELIER_CHECK(CheckText(attributes, constraint.attributes, kMostDocument));
      if (!EqualsIgnoreCase(constraint.data_type, "obs") && !EqualsIgnoreCase(constraint.data_type, "dataset"))
        return Refuse(fmt::format("{}.remote_constraints.data_type", field),
                      fmt::format("expected obs or dataset, got '{}'", constraint.data_type));
    }
  }
  return {};
}

Result<void> CheckRequirements(const std::vector<ResourceRequirement>& requirements) {
  constexpr std::array<std::string_view, 3> kKeys = {"flavor_type", "device_distributed_mode", "host_distributed_mode"};
  ATELIER_CHECK(CheckCount("resource_requirements", requirements));
  for (const auto& requirement : requirements) {
    if (std::ranges::find(kKeys, requirement.key) == kKeys.end())
      return Refuse("resource_requirements.key",
                    fmt::format("expected flavor_type, device_distributed_mode or host_distributed_mode, got '{}'",
                                requirement.key));
    if (requirement.op != "in")
      return Refuse("resource_requirements.operator", fmt::format("expected in, got '{}'", requirement.op));
    ATELIER_CHECK(CheckCount("resource_requirements.values", requirement.values));
    if (requirement.values.empty())
      return Refuse("resource_requirements.values", fmt::format("expected values for '{}'", requirement.key));
    for (const auto& value : requirement.values)
      ATELIER_CHECK(CheckText("resource_requirements.values", value, kMostName));
  }
  return {};
}

}  // namespace

Result<void> CheckAlgorithm(const AlgorithmSpec& spec) {
  ATELIER_CHECK(CheckName("metadata.name", spec.name));
  ATELIER_CHECK(CheckText("metadata.description", spec.description, kMostDescription));
  ATELIER_CHECK(CheckText("job_config.code_dir", spec.code_dir, kMostText));
  ATELIER_CHECK(CheckText("job_config.boot_file", spec.boot_file, kMostText));
  ATELIER_CHECK(CheckText("job_config.command", spec.command, kMostText));
  ATELIER_CHECK(CheckText("advanced_config", spec.advanced_config, kMostDocument));
  ATELIER_CHECK(CheckCode(spec));
  ATELIER_CHECK(CheckEngine(spec));
  ATELIER_CHECK(CheckParameters(spec.parameters));
  std::set<std::string_view> seen;
  for (const auto& parameter : spec.parameters) seen.insert(parameter.name);
  ATELIER_CHECK(CheckChannels("job_config.inputs", spec.inputs, seen));
  ATELIER_CHECK(CheckChannels("job_config.outputs", spec.outputs, seen));
  return CheckRequirements(spec.resource_requirements);
}

}  // namespace atelier::training
