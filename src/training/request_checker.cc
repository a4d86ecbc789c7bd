#include "training/request_checker.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/strings.h"

namespace atelier::training {
namespace {

constexpr std::string_view kIllegal = "ModelArts.0104";
constexpr std::size_t kMostName = 64;
constexpr std::size_t kMostDescription = 256;
constexpr std::size_t kMostParameters = 256;
constexpr std::size_t kMostParameterBytes = 4096;

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::unexpected<Error> Refuse(FieldWord word, const std::string& text) {
  return InvalidArgument(fmt::format("{}: {}", word.field, text), std::string(word.code), std::string(word.field));
}
std::unexpected<Error> Refuse(std::string_view field, const std::string& text) {
  return Refuse(FieldWord{field}, text);
}

// "app_url" of "config.app_url".
std::string_view LastName(FieldWord word) { return word.field.substr(word.field.rfind('.') + 1); }

// A place as its user wrote it, refused in the words of the request.
Result<ObsPath> ParsePlace(const std::string& url, FieldWord word) {
  auto place = ObsPath::Parse(url, word.field);
  if (!place) place.error().code = word.code;
  return place;
}

// What the cloud has and this server does not.
std::unexpected<Error> NotServed(std::string_view field, std::string_view text) {
  return MakeError(ErrorKind::kUnimplemented, fmt::format("{}: {}", field, text), {}, std::string(field));
}

// The object store's own words, with the field that led there in front. Kinds stay as they are.
std::unexpected<Error> Around(FieldWord word, Error error) {
  error.code = word.code;
  error.subject = word.field;
  return std::unexpected(std::move(error).Within(word.field));
}

Result<void> CheckServed(const RunRequest& request) {
  if (request.worker_count != 1)
    return Refuse("config.worker_server_num",
                  fmt::format("expected 1, got {}: jobs of this server run on one node; use a larger flavor instead",
                              request.worker_count));
  if (request.wants_image)
    return NotServed("config.user_image_url",
                     "custom images are not served here; give engine_id, app_url and boot_file_url instead");
  if (request.wants_dataset)
    return NotServed("config.dataset_id",
                     "datasets are not served here; give the folder of the data as data_url instead");
  if (request.wants_volumes)
    return NotServed("config.volumes",
                     "volumes are not served here; put the files into the object store and give data_url instead");
  if (request.wants_pool)
    return NotServed("config.pool_id",
                     "dedicated pools are not served here; give spec_id or flavor.code of job/resource-specs instead");
  return {};
}

}  // namespace

Result<void> CheckName(std::string_view name, std::string_view field) {
  if (!name.empty() && name.size() <= kMostName && std::ranges::all_of(name, IsNameCharacter)) return {};
  return InvalidArgument(fmt::format("Illegal name: {} (expected 1-64 letters, digits, '_' or '-')", name),
                         std::string(kIllegal), std::string(field));
}

Result<void> CheckDescription(std::string_view text, std::string_view field) {
  auto characters = std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  if (IsValidUtf8(text) && static_cast<std::size_t>(characters) <= kMostDescription) return {};
  return Refuse(field, fmt::format("expected 0-{} characters of UTF-8, got {}", kMostDescription, characters));
}

Result<void> CheckParameters(const std::vector<Parameter>& parameters, std::string_view field) {
  if (parameters.size() > kMostParameters)
    return Refuse(field, fmt::format("expected at most {}, got {}", kMostParameters, parameters.size()));
  std::set<std::string_view> seen;
  for (const auto& [label, value] : parameters) {
    auto plain = [](char c) { return IsNameCharacter(c) || c == '.'; };
    if (label.empty() || label.size() > kMostName || !std::ranges::all_of(label, plain) || label.starts_with('-'))
      return Refuse(
          field,
          fmt::format("expected a label of 1-64 letters, digits, '_', '-' or '.', without leading dashes (they are "
                      "added), got '{}'",
                      label));
    if (value.size() > kMostParameterBytes || value.find('\0') != std::string::npos || !IsValidUtf8(value))
      return Refuse(field, fmt::format("the value of '{}' must be UTF-8 of at most {} bytes without NUL", label,
                                       kMostParameterBytes));
    if (!seen.insert(label).second) return Refuse(field, fmt::format("'{}' is given twice", label));
  }
  return {};
}

Result<JobSpec> RequestChecker::Check(const std::string& project_id, const RunRequest& request) const {
  ATELIER_CHECK(CheckServed(request));
  ATELIER_CHECK(CheckParameters(request.parameters));
  JobSpec spec;
  ATELIER_CHECK(ChooseEngine(request, spec));
  ATELIER_CHECK(ChooseFlavor(request, spec));
  ATELIER_CHECK(CheckCode(project_id, request));
  if (!request.data_url.empty()) ATELIER_CHECK(CheckData(project_id, request.data_url, {"config.data_url"}));
  ATELIER_CHECK(CheckTarget(project_id, request.train_url, {"config.train_url"}));
  ATELIER_CHECK(CheckTarget(project_id, request.log_url, {"config.log_url"}));
  spec.app_url = request.app_url;
  spec.boot_file_url = request.boot_file_url;
  spec.data_url = request.data_url;
  spec.train_url = request.train_url;
  spec.log_url = request.log_url;
  spec.parameters = request.parameters;
  spec.pre_version_id = request.pre_version_id;
  spec.model_id = request.model_id;
  return spec;
}

Result<void> RequestChecker::CheckParameters(const std::vector<Parameter>& parameters) const {
  if (parameters.size() > kMostParameters)
    return Refuse(words_.parameters, fmt::format("expected at most {}, got {}", kMostParameters, parameters.size()));
  std::set<std::string_view> seen;
  for (const auto& [label, value] : parameters) {
    auto plain = [](char c) { return IsNameCharacter(c) || c == '.'; };
    if (label.empty() || label.size() > kMostName || !std::ranges::all_of(label, plain) || label.starts_with('-'))
      return Refuse(
          words_.parameters,
          fmt::format("expected a label of 1-64 letters, digits, '_', '-' or '.', without leading dashes (they are "
                      "added), got '{}'",
                      label));
    if (value.size() > kMostParameterBytes || value.find('\0') != std::string::npos || !IsValidUtf8(value))
      return Refuse(words_.parameters, fmt::format("the value of '{}' must be UTF-8 of at most {} bytes without NUL",
                                                   label, kMostParameterBytes));
    if (!seen.insert(label).second) return Refuse(words_.parameters, fmt::format("'{}' is given twice", label));
  }
  return {};
}

Result<void> RequestChecker::CheckCode(const std::string& project_id, const RunRequest& request) const {
  if (request.app_url.empty() || request.boot_file_url.empty()) {
    if (request.model_id != 0)
      return Refuse("config.model_id",
                    fmt::format("there are no built-in algorithms on this server (got {}); give app_url and "
                                "boot_file_url of your own script",
                                request.model_id));
    return Refuse(request.app_url.empty() ? words_.code : words_.boot,
                  fmt::format("expected the code folder as {} and the script in it as {}, got nothing",
                              LastName(words_.code), LastName(words_.boot)));
  }
  ATELIER_TRY(auto app, ParsePlace(request.app_url, words_.code));
  ATELIER_TRY(auto boot, ParsePlace(request.boot_file_url, words_.boot));
  auto folder = app.AsFolder();
  if (boot.bucket != folder.bucket || !boot.key.starts_with(folder.key) || boot.key.size() == folder.key.size())
    return Refuse(words_.boot, fmt::format("expected a script in the code folder {}, got {}; move it there or name its "
                                           "folder as {}",
                                           folder.ToText(), boot.ToText(), LastName(words_.code)));
  if (!boot.key.ends_with(".py"))
    return Refuse(words_.boot, fmt::format("expected a Python script (.py), got {}", boot.ToText()));
  auto count = artifacts_.CountFolder(project_id, folder);
  if (!count) return Around(words_.code, std::move(count).error());
  if (!count->exists)
    return Refuse(words_.code, fmt::format("there is no folder {}; upload the code first", folder.ToText()));
  auto has_boot = artifacts_.HasObject(project_id, boot);
  if (!has_boot) return Around(words_.boot, std::move(has_boot).error());
  if (!*has_boot)
    return Refuse(words_.boot, fmt::format("there is no object {}; upload the script first, or correct its name (the "
                                           "code folder holds {} files)",
                                           boot.ToText(), count->files));
  return {};
}

Result<void> RequestChecker::CheckData(const std::string& project_id, const std::string& url, FieldWord word) const {
  ATELIER_TRY(auto data, ParsePlace(url, word));
  auto folder = data.AsFolder();
  auto count = artifacts_.CountFolder(project_id, folder);
  if (!count) return Around(word, std::move(count).error());
  if (count->files > 0) return {};
  if (count->exists) return Refuse(word, fmt::format("the folder {} is empty; upload the data first", folder.ToText()));
  auto is_file = data.key.empty() ? Result<bool>(false) : artifacts_.HasObject(project_id, data);
  if (!is_file) return Around(word, std::move(is_file).error());
  if (*is_file)
    return Refuse(word, fmt::format("expected a folder, got the object {}; give the folder it lies in", data.ToText()));
  return Refuse(word,
                fmt::format("there is no folder {}; upload the data first, or correct the path", folder.ToText()));
}

Result<void> RequestChecker::CheckTarget(const std::string& project_id, const std::string& url, FieldWord word) const {
  if (url.empty()) return {};
  ATELIER_TRY(auto target, ParsePlace(url, word));
  if (auto found = artifacts_.CheckBucket(project_id, target.bucket); !found)
    return Around(word, std::move(found).error());
  return {};
}

Result<void> RequestChecker::ChooseEngine(const RunRequest& request, JobSpec& spec) const {
  ATELIER_TRY(auto engines, engines_.List());
  auto wanted_id = request.engine_id.value_or(1);
  auto found = std::ranges::find_if(engines, [&](const EngineListing& engine) {
    return request.engine_name.empty() ? engine.id == wanted_id : engine.name == request.engine_name;
  });
  if (found == engines.end()) {
    std::vector<std::string> names;
    for (const auto& engine : engines) names.push_back(fmt::format("{} = {}", engine.id, engine.name));
    return Refuse(words_.engine,
                  fmt::format("there is no engine {}; known are: {}",
                              request.engine_name.empty() ? std::to_string(wanted_id) : request.engine_name,
                              fmt::join(names, ", ")));
  }
  if (found->state == "unavailable")
    return Refuse(words_.engine, fmt::format("the engine {} cannot run here: {}", found->name, found->note));
  spec.engine_id = found->id;
  spec.engine_type = found->type;
  spec.engine_type_name = found->type_name;
  spec.engine_name = found->name;
  return {};
}

Result<void> RequestChecker::ChooseFlavor(const RunRequest& request, JobSpec& spec) const {
  if (request.flavor_code.empty() && !request.spec_id && flavors_.empty())
    return Refuse(words_.flavor_number, "this server offers no flavors; add one to its settings");
  auto found = std::ranges::find_if(flavors_, [&](const compute::Flavor& flavor) {
    if (!request.flavor_code.empty()) return flavor.code == request.flavor_code;
    return !request.spec_id || flavor.spec_id == *request.spec_id;
  });
  if (found == flavors_.end()) {
    std::vector<std::string> names;
    for (const auto& flavor : flavors_) names.push_back(fmt::format("{} = {}", flavor.spec_id, flavor.code));
    return Refuse(
        request.flavor_code.empty() ? words_.flavor_number : words_.flavor,
        fmt::format("there is no flavor {}; known are: {}",
                    request.flavor_code.empty() ? std::to_string(request.spec_id.value_or(0)) : request.flavor_code,
                    fmt::join(names, ", ")));
  }
  spec.spec_id = found->spec_id;
  spec.flavor = found->code;
  spec.cores = found->cores;
  spec.memory_bytes = found->memory_bytes;
  return {};
}

}  // namespace atelier::training
