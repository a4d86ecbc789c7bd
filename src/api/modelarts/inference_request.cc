#include "api/modelarts/inference_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/modelarts/json_fields.h"
#include "base/json.h"
#include "base/strings.h"
#include "registry/package_finder.h"

namespace atelier::api {
namespace {

using serving::ServiceUnit;

constexpr std::string_view kBad = "ModelArts.0104";
constexpr std::string_view kMissing = "ModelArts.3610";
constexpr std::int64_t kPort = 8080;  // where the cloud's images listen unless told otherwise

std::unexpected<Error> Bad(const std::string& text, std::string field) {
  return InvalidArgument(text, std::string(kBad), std::move(field));
}
std::unexpected<Error> NotServed(const std::string& text, std::string field) {
  return MakeError(ErrorKind::kUnimplemented, text, std::string(kBad), std::move(field));
}

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// A number, or a text that holds one.
Result<std::optional<std::int64_t>> Number(const FieldReader& from, std::string_view key, std::int64_t least,
                                           std::int64_t most) {
  std::string text;
  ATELIER_CHECK(from.Scalar(key, text));
  if (text.empty()) return std::nullopt;
  auto number = ParseNumber<std::int64_t>(text);
  if (!number || *number < least || *number > most)
    return Bad(fmt::format("{}: expected a whole number from {} to {}, got '{}'", key, least, most, text),
               std::string(key));
  return *number;
}

Result<std::string> TextOf(const FieldReader& from, std::string_view key) {
  std::string text;
  ATELIER_CHECK(from.Text(key, text));
  return text;
}

// An object or array that says something.
Result<bool> Says(const FieldReader& from, std::string_view key) {
  std::string document;
  ATELIER_CHECK(from.Document(key, document));
  return !document.empty() && document != "[]" && document != "{}";
}

Result<void> RefuseWhatNeedsImages(const FieldReader& unit) {
  for (const char* key : {"image", "codes", "dumps", "custom_spec"}) {
    ATELIER_TRY(bool given, Says(unit, key));
    if (given)
      return NotServed(
          fmt::format("unit_configs: '{}' is not served: a unit is a model package in 'models' or 'files', "
                      "run by the engine that its config.json names, with a 'flavor'",
                      key),
          key);
  }
  ATELIER_TRY(auto command, TextOf(unit, "cmd"));
  if (!command.empty())
    return NotServed("unit_configs: 'cmd' is not served: the engine of the model package is started", "cmd");
  ATELIER_TRY(auto port, Number(unit, "port", 1, 65535));
  if (port.value_or(kPort) != kPort)
    return NotServed(fmt::format("unit_configs: 'port' {} is not served; leave it out, or give {}", *port, kPort),
                     "port");
  return {};
}

Result<void> ReadModel(const FieldReader& from, ServiceUnit& unit) {
  ATELIER_TRY(auto source, TextOf(from, "source"));
  ATELIER_TRY(auto address, TextOf(from, "address"));
  auto kind = ToUpper(source);
  if (kind == "MODEL") {
    ATELIER_TRY(unit.model_id, TextOf(from, "source_id"));
    if (unit.model_id.empty()) unit.model_id = address;
    if (unit.model_id.empty())
      return InvalidArgument("unit_configs: source MODEL needs the model's id as 'address' or 'source_id'",
                             std::string(kMissing), "address");
    return {};
  }
  if (!kind.empty() && kind != "OBS")
    return NotServed(fmt::format("unit_configs: the source '{}' is not served; OBS and MODEL are", source), "source");
  if (address.empty())
    return InvalidArgument("unit_configs: a model needs an 'address' such as obs://bucket/folder/",
                           std::string(kMissing), "address");
  ATELIER_TRY(auto at, registry::ParseSourceLocation(address));
  unit.location = "/" + at.bucket + "/" + at.prefix;
  return {};
}

Result<void> ReadEnvironment(const FieldReader& from, std::map<std::string, std::string>& into) {
  std::string document;
  ATELIER_CHECK(from.Document("envs", document));
  if (document.empty()) return {};
  ATELIER_TRY(auto value, ParseJson(document));
  const auto* object = value.if_object();
  if (object == nullptr) return Bad("envs: expected an object of texts", "envs");
  for (const auto& [name, text] : *object) {
    if (!text.is_string())
      return Bad(fmt::format("envs['{}']: expected a text, got {}", std::string_view(name), CompactJson(text)), "envs");
    into[std::string(name)] = std::string(text.get_string());
  }
  return {};
}

Result<ServiceUnit> ReadUnit(const FieldReader& from, const std::string& default_flavor) {
  ATELIER_CHECK(RefuseWhatNeedsImages(from));
  ServiceUnit unit;
  ATELIER_TRY(unit.name, TextOf(from, "name"));
  if (!unit.name.empty() && !IsName(unit.name))
    return Bad(fmt::format("unit_configs: a name has 1 to 64 letters, digits, '-' or '_', got '{}'", unit.name),
               "name");
  ATELIER_TRY(auto models, from.Objects("models"));
  ATELIER_TRY(auto files, from.Objects("files"));
  if (models.size() + files.size() != 1)
    return Bad(fmt::format("unit_configs: expected one entry in 'models' or 'files', the model package, got {}",
                           models.size() + files.size()),
               "models");
  ATELIER_CHECK(ReadModel(models.empty() ? files[0] : models[0], unit));
  ATELIER_TRY(auto count, Number(from, "count", 1, 128));
  unit.item.instance_count = static_cast<int>(count.value_or(1));
  ATELIER_TRY(unit.item.specification, TextOf(from, "flavor"));
  if (unit.item.specification.empty()) unit.item.specification = default_flavor;
  ATELIER_CHECK(ReadEnvironment(from, unit.item.environment));
  return unit;
}

// Equal shares; what does not divide goes to the first ones.
void ShareOut(std::vector<ServiceUnit>& units) {
  auto count = static_cast<int>(units.size());
  for (int i = 0; i < count; ++i)
    units[static_cast<std::size_t>(i)].item.weight = 100 / count + (i < 100 % count ? 1 : 0);
}

Result<void> RefuseSeveralMachines(const FieldReader& from) {
  ATELIER_TRY(auto deploy_type, TextOf(from, "deploy_type"));
  if (!deploy_type.empty() && ToUpper(deploy_type) != "SINGLE")
    return NotServed(fmt::format("deploy_type '{}' is not served; SINGLE is", deploy_type), "deploy_type");
  return {};
}

Result<std::optional<std::vector<ServiceUnit>>> ReadGroup(const FieldReader& body, const std::string& default_flavor) {
  if (!body.Has("group_configs")) return std::nullopt;
  ATELIER_TRY(auto groups, body.Objects("group_configs"));
  if (groups.empty())
    return Bad("group_configs: the list is empty; expected one group whose unit_configs name the models",
               "group_configs");
  if (groups.size() > 1)
    return Bad(fmt::format("group_configs: expected one group, got {}; several models behind one service are several "
                           "unit_configs of the group",
                           groups.size()),
               "group_configs");
  ATELIER_CHECK(RefuseSeveralMachines(groups[0]));
  ATELIER_CHECK(Number(groups[0], "weight", 0, 100));
  ATELIER_TRY(auto count, Number(groups[0], "count", 1, 128));
  if (count.value_or(1) != 1)
    return NotServed(
        fmt::format("group_configs: a 'count' of {} is not served; the units have a 'count' of instances", *count),
        "count");
  ATELIER_TRY(auto entries, groups[0].Objects("unit_configs"));
  if (entries.empty() || entries.size() > 20)
    return Bad(fmt::format("unit_configs: expected 1 to 20 units, got {}", entries.size()), "unit_configs");
  std::vector<ServiceUnit> units;
  for (const auto& entry : entries) {
    ATELIER_TRY(auto unit, ReadUnit(entry, default_flavor));
    units.push_back(std::move(unit));
  }
  ShareOut(units);
  return units;
}

Result<std::optional<std::optional<serving::Schedule>>> ReadSchedule(const FieldReader& body) {
  using Given = std::optional<std::optional<serving::Schedule>>;
  if (!body.Has("schedule")) return Given{};
  ATELIER_TRY(auto entries, body.Objects("schedule"));
  if (entries.empty()) return Given{std::optional<serving::Schedule>{}};
  if (entries.size() > 1)
    return Bad(fmt::format("schedule: expected one entry at most, got {}", entries.size()), "schedule");
  ATELIER_TRY(auto type, TextOf(entries[0], "type"));
  if (!type.empty() && ToUpper(type) != "STOP")
    return Bad(fmt::format("schedule: 'type' must be STOP, got '{}'", type), "schedule");
  ATELIER_TRY(auto unit, TextOf(entries[0], "time_unit"));
  ATELIER_TRY(auto duration, Number(entries[0], "duration", 1, 10'000'000));
  return Given{serving::Schedule{ToUpper(unit), duration.value_or(0)}};
}

Result<void> RefuseWhatIsNotServed(const FieldReader& body) {
  ATELIER_CHECK(RefuseSeveralMachines(body));
  ATELIER_TRY(auto type, TextOf(body, "type"));
  if (!type.empty() && ToUpper(type) != "REAL_TIME")
    return NotServed(fmt::format("type '{}' is not served; REAL_TIME is", type), "type");
  ATELIER_TRY(auto workload, TextOf(body, "workload_type"));
  if (!workload.empty() && ToUpper(workload) != "DEPLOYMENT")
    return NotServed(fmt::format("workload_type '{}' is not served; DEPLOYMENT is", workload), "workload_type");
  return {};
}

}  // namespace

Result<InferenceRequest> ParseInferenceRequest(std::string_view body, const std::string& default_flavor) {
  ATELIER_TRY(auto from, ReadBody(body, kBad, kBad));
  ATELIER_CHECK(RefuseWhatIsNotServed(from));
  InferenceRequest request;
  ATELIER_TRY(request.name, TextOf(from, "name"));
  ATELIER_CHECK(from.Scalar("workspace_id", request.workspace_id));
  if (request.workspace_id.empty()) request.workspace_id = "0";
  if (from.Has("description")) {
    ATELIER_TRY(request.description, TextOf(from, "description"));
  }
  ATELIER_TRY(auto minutes, Number(from, "deploy_timeout_minutes", 1, 120));
  if (minutes) request.timeout_seconds = *minutes * 60;
  ATELIER_TRY(request.schedule, ReadSchedule(from));
  ATELIER_TRY(request.units, ReadGroup(from, default_flavor));
  return request;
}

Result<InferenceRequest> ParseInferenceCreation(std::string_view body, const std::string& default_flavor) {
  ATELIER_TRY(auto request, ParseInferenceRequest(body, default_flavor));
  if (!IsName(request.name))
    return InvalidArgument(fmt::format("name: expected 1 to 64 letters, digits, '-' or '_', got '{}'", request.name),
                           std::string(request.name.empty() ? kMissing : kBad), "name");
  if (!request.units)
    return InvalidArgument("'group_configs' is missing: one group whose unit_configs name the models",
                           std::string(kMissing), "group_configs");
  return request;
}

Result<std::vector<std::string>> ParseServiceIds(std::string_view body) {
  constexpr std::size_t kMost = 100;
  ATELIER_TRY(auto from, ReadBody(body, kBad, kBad));
  std::vector<std::string> ids;
  ATELIER_CHECK(from.Scalars("service_ids", ids));
  if (ids.empty() || ids.size() > kMost)
    return Bad(fmt::format("service_ids: expected 1 to {} ids, got {}", kMost, ids.size()), "service_ids");
  return ids;
}

}  // namespace atelier::api
