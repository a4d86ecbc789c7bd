#include "api/modelarts/service_request_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "base/json.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

using serving::DeployRequest;
using serving::Schedule;
using serving::ServiceChanges;

// Beyond int stays beyond every limit, instead of wrapping into it.
int Narrow(std::int64_t number) {
  return static_cast<int>(
      std::clamp<std::int64_t>(number, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
}

// A mapping rule is an object, or a text that holds one.
Result<std::string> ReadRule(const json::object& object) {
  const auto* rule = object.if_contains("mapping_rule");
  if (rule == nullptr || rule->is_null()) return std::string();
  if (rule->is_object()) return CompactJson(*rule);
  if (rule->is_string()) return std::string(rule->get_string());
  return InvalidArgument("config: 'mapping_rule' must be an object", "ModelArts.0104", "mapping_rule");
}

// What an item says of a batch task; nullopt when it says nothing.
Result<std::optional<serving::BatchSpec>> ReadBatchSpec(const json::object& object) {
  ATELIER_TRY(auto src, ReadString(object, "src_path"));
  ATELIER_TRY(auto dest, ReadString(object, "dest_path"));
  if (!src && !dest) return std::nullopt;
  for (const auto& [name, value] : {std::pair("src_path", &src), std::pair("dest_path", &dest)})
    if (!*value)
      return InvalidArgument(fmt::format("config: '{}' is missing: a folder such as /bucket/folder/", name),
                             "ModelArts.3610", name);
  serving::BatchSpec spec;
  spec.src_path = *src;
  spec.dest_path = *dest;
  ATELIER_TRY(auto uri, ReadString(object, "req_uri"));
  spec.req_uri = uri.value_or(spec.req_uri);
  ATELIER_TRY(auto type, ReadString(object, "mapping_type"));
  spec.mapping_type = type.value_or(spec.mapping_type);
  ATELIER_TRY(spec.mapping_rule, ReadRule(object));
  ATELIER_TRY(auto source, ReadString(object, "src_type"));
  if (source && !source->empty())
    return MakeError(ErrorKind::kUnimplemented,
                     fmt::format("config: 'src_type' {} is not served; name a folder in 'src_path'", *source),
                     "ModelArts.0104", "src_type");
  return spec;
}

Result<DeployRequest::Item> ParseItem(const json::value& value, std::size_t index) {
  const auto* object = value.if_object();
  if (object == nullptr)
    return InvalidArgument(fmt::format("config[{}]: expected an object", index), "ModelArts.0104", "config");
  DeployRequest::Item item;
  ATELIER_TRY(auto model_id, ReadString(*object, "model_id"));
  item.model_id = model_id.value_or("");
  ATELIER_TRY(auto specification, ReadString(*object, "specification"));
  if (!specification)
    return InvalidArgument(fmt::format("config[{}]: 'specification' is missing", index), "ModelArts.3610",
                           "specification");
  item.specification = *specification;
  ATELIER_TRY(auto weight, ReadInt(*object, "weight"));
  item.weight = Narrow(weight.value_or(100));
  ATELIER_TRY(auto count, ReadInt(*object, "instance_count"));
  item.instance_count = Narrow(count.value_or(1));
  ATELIER_TRY(item.batch, ReadBatchSpec(*object));
  ATELIER_TRY(const json::object* envs, ReadObject(*object, "envs"));
  if (envs != nullptr)
    for (const auto& [name, text] : *envs) {
      if (!text.is_string())
        return InvalidArgument(fmt::format("config[{}]: envs['{}'] must be a string", index, std::string_view(name)),
                               "ModelArts.0104", "envs");
      item.environment[std::string(name)] = std::string(text.as_string());
    }
  return item;
}

struct Configuration {
  std::vector<DeployRequest::Item> items;
  std::optional<std::int64_t> timeout_seconds;
};

// An array, or a string that holds one; nullopt when it is absent.
Result<std::optional<json::array>> ReadArrayOrText(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (const auto* array = value->if_array()) return *array;
  if (const auto* text = value->if_string()) {
    auto parsed = ParseJson(*text);
    if (parsed && parsed->is_array()) return std::move(*parsed).as_array();
  }
  return InvalidArgument(fmt::format("'{}' must be an array", key), "ModelArts.0104", std::string(key));
}

// Some clients always send one, with an empty entry where they have none: that is none too.
bool SaysNothing(const json::array& config) {
  auto is_empty = [](const json::value& entry) { return entry.is_object() && entry.get_object().empty(); };
  return !config.empty() && std::ranges::all_of(config, is_empty);
}

Result<std::optional<Configuration>> ReadConfiguration(const json::object& object) {
  ATELIER_TRY(auto array, ReadArrayOrText(object, "config"));
  if (!array || SaysNothing(*array)) return std::nullopt;
  Configuration config;
  for (std::size_t i = 0; i < array->size(); ++i) {
    ATELIER_TRY(auto item, ParseItem((*array)[i], i));
    config.items.push_back(std::move(item));
    ATELIER_TRY(auto timeout, ReadInt((*array)[i].as_object(), "deploy_timeout_in_seconds"));
    if (timeout) config.timeout_seconds = timeout;
  }
  return config;
}

// [{"type":"stop","time_unit":"HOURS","duration":1}]; `duration` as a text from one client. Outer nullopt: absent;
// inner: an empty list, no schedule.
Result<std::optional<std::optional<Schedule>>> ReadSchedule(const json::object& object) {
  using Given = std::optional<std::optional<Schedule>>;
  ATELIER_TRY(auto array, ReadArrayOrText(object, "schedule"));
  if (!array) return Given{};
  if (array->empty()) return Given{std::optional<Schedule>{}};
  const auto* entry = (*array)[0].if_object();
  if (array->size() > 1 || entry == nullptr)
    return InvalidArgument(
        "schedule: expected one object such as {\"type\":\"stop\",\"time_unit\":\"HOURS\",\"duration\":1}",
        "ModelArts.0104", "schedule");
  ATELIER_TRY(auto type, ReadString(*entry, "type"));
  if (type.value_or("stop") != "stop")
    return InvalidArgument(fmt::format("schedule: 'type' must be stop, got '{}'", *type), "ModelArts.0104", "schedule");
  ATELIER_TRY(auto unit, ReadString(*entry, "time_unit"));
  ATELIER_TRY(auto duration, ReadInt(*entry, "duration"));
  return Given{Schedule{ToUpper(unit.value_or("")), duration.value_or(0)}};
}

Result<std::optional<std::string>> ReadProperties(const json::object& object) {
  ATELIER_TRY(const json::object* properties, ReadObject(object, "additional_properties"));
  if (properties == nullptr) return std::nullopt;
  return CompactJson(*properties);
}

}  // namespace

Result<DeployRequest> ParseDeployRequest(std::string_view body) {
  ATELIER_TRY(json::object object, ParseJsonObject(body));
  DeployRequest request;
  ATELIER_TRY(auto name, ReadString(object, "service_name"));
  if (!name) return InvalidArgument("'service_name' is missing", "ModelArts.3610", "service_name");
  request.name = *name;
  ATELIER_TRY(auto infer_type, ReadString(object, "infer_type"));
  if (!infer_type) return InvalidArgument("'infer_type' is missing: real-time", "ModelArts.3610", "infer_type");
  request.infer_type = *infer_type;
  ATELIER_TRY(auto description, ReadString(object, "description"));
  request.description = description.value_or("");
  if (const auto* id = object.if_contains("workspace_id");
      id != nullptr && id->is_string() && !id->get_string().empty())
    request.workspace_id = std::string(id->as_string());
  ATELIER_TRY(auto config, ReadConfiguration(object));
  if (!config) return InvalidArgument("'config' is missing: an array of models to deploy", "ModelArts.3610", "config");
  request.items = std::move(config->items);
  request.deploy_timeout_seconds = config->timeout_seconds.value_or(request.deploy_timeout_seconds);
  ATELIER_TRY(auto schedule, ReadSchedule(object));
  request.schedule = schedule.value_or(std::nullopt);
  ATELIER_TRY(auto properties, ReadProperties(object));
  request.additional_properties = properties.value_or("{}");
  return request;
}

Result<ServiceChanges> ParseServiceChanges(std::string_view body) {
  ATELIER_TRY(json::object object, ParseJsonObject(body));
  ServiceChanges changes;
  ATELIER_TRY(auto status, ReadString(object, "status"));
  if (status) {
    if (*status != "running" && *status != "stopped")
      return InvalidArgument(fmt::format("status: expected running or stopped, got '{}'", *status), "ModelArts.0104",
                             "status");
    changes.running = *status == "running";
  }
  ATELIER_TRY(changes.description, ReadString(object, "description"));
  ATELIER_TRY(changes.schedule, ReadSchedule(object));
  ATELIER_TRY(changes.additional_properties, ReadProperties(object));
  if (!status) {
    ATELIER_TRY(auto config, ReadConfiguration(object));
    if (config) {
      changes.items = std::move(config->items);
      changes.deploy_timeout_seconds = config->timeout_seconds;
    }
  }
  if (!status && !changes.items && !changes.description && !changes.schedule && !changes.additional_properties)
    return InvalidArgument(
        "nothing to update: expected one of 'status', 'config', 'description', 'schedule', 'additional_properties'",
        "ModelArts.3610", "status");
  return changes;
}

}  // namespace atelier::api
