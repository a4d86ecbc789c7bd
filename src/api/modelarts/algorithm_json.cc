#include "api/modelarts/algorithm_json.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "api/modelarts/json_fields.h"
#include "api/modelarts/paging.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

using training::Algorithm;
using training::AlgorithmOrder;
using training::AlgorithmSpec;
using training::DeclaredChannel;
using training::DeclaredParameter;

constexpr std::string_view kMalformed = "ModelArts.2787";
constexpr std::string_view kInvalid = "ModelArts.2788";
constexpr const char* kBadQuery = "ModelArts.2764";
constexpr std::size_t kMostRows = 50;
constexpr std::size_t kMostOffset = 1'000'000;
constexpr std::array<std::pair<std::string_view, AlgorithmOrder>, 3> kOrders = {{
    {"create_time", AlgorithmOrder::kCreated},
    {"update_time", AlgorithmOrder::kUpdated},
    {"name", AlgorithmOrder::kName},
}};

// --- requests ---

// A word of a table, as the table knows it; an empty text leaves what is there.
template <class Value>
Result<void> ReadWord(const FieldReader& from, std::string_view key, std::optional<Value> (*parse)(std::string_view),
                      std::string_view expected, Value& into) {
  std::string text;
  ATELIER_CHECK(from.Text(key, text));
  if (text.empty()) return {};
  auto value = parse(text);
  if (!value)
    return InvalidArgument(fmt::format("Invalid parameter(constraint.{}): expected {}, got '{}'", key, expected, text),
                           std::string(kInvalid), std::string(key));
  into = *value;
  return {};
}

Result<DeclaredParameter> ReadParameter(const FieldReader& from) {
  DeclaredParameter parameter;
  ATELIER_CHECK(from.Text("name", parameter.name));
  ATELIER_CHECK(from.Scalar("value", parameter.value));
  ATELIER_CHECK(from.Text("description", parameter.description));
  ATELIER_TRY(auto constraint, from.Object("constraint"));
  auto& into = parameter.constraint;
  ATELIER_CHECK(
      ReadWord(constraint, "type", training::ParseParameterType, "String, Integer, Float or Boolean", into.type));
  ATELIER_CHECK(ReadWord(constraint, "valid_type", training::ParseValidKind, "None, Range or Choice", into.valid_kind));
  ATELIER_CHECK(constraint.Flag("editable", into.editable));
  ATELIER_CHECK(constraint.Flag("required", into.required));
  ATELIER_CHECK(constraint.Flag("sensitive", into.sensitive));
  ATELIER_CHECK(constraint.Scalars("valid_range", into.valid_range));
  ATELIER_TRY(auto described, from.Object("i18n_description"));
  ATELIER_CHECK(described.Text("language", parameter.i18n_language));
  ATELIER_CHECK(described.Text("description", parameter.i18n_description));
  return parameter;
}

Result<DeclaredChannel> ReadChannel(const FieldReader& from) {
  DeclaredChannel channel;
  ATELIER_CHECK(from.Text("name", channel.name));
  ATELIER_CHECK(from.Text("description", channel.description));
  std::string_view key = from.Has("remote_constraint") ? "remote_constraint" : "remote_constraints";
  ATELIER_TRY(auto constraints, from.Objects(key));
  for (const auto& constraint : constraints) {
    training::RemoteConstraint read;
    ATELIER_CHECK(constraint.Text("data_type", read.data_type));
    ATELIER_CHECK(constraint.Document("attributes", read.attributes));
    channel.remote_constraints.push_back(std::move(read));
  }
  return channel;
}

Result<training::ResourceRequirement> ReadRequirement(const FieldReader& from) {
  training::ResourceRequirement requirement;
  ATELIER_CHECK(from.Text("key", requirement.key));
  ATELIER_CHECK(from.Text("operator", requirement.op));
  ATELIER_CHECK(from.Scalars(from.Has("value") ? "value" : "values", requirement.values));
  return requirement;
}

template <class Item>
Result<void> ReadItems(const FieldReader& from, std::string_view key, Result<Item> (*read)(const FieldReader&),
                       std::vector<Item>& into) {
  ATELIER_TRY(auto items, from.Objects(key));
  for (const auto& item : items) {
    ATELIER_TRY(auto value, read(item));
    into.push_back(std::move(value));
  }
  return {};
}

Result<void> ReadJobConfig(const FieldReader& config, AlgorithmSpec& spec) {
  ATELIER_CHECK(config.Text("code_dir", spec.code_dir));
  ATELIER_CHECK(config.Text("boot_file", spec.boot_file));
  ATELIER_CHECK(config.Text("command", spec.command));
  ATELIER_CHECK(config.Flag("parameters_customization", spec.parameters_customization));
  ATELIER_CHECK(ReadItems(config, "parameters", ReadParameter, spec.parameters));
  ATELIER_CHECK(ReadItems(config, "inputs", ReadChannel, spec.inputs));
  ATELIER_CHECK(ReadItems(config, "outputs", ReadChannel, spec.outputs));
  ATELIER_TRY(auto engine, config.Object("engine"));
  ATELIER_CHECK(engine.Scalar("engine_id", spec.engine.id));
  ATELIER_CHECK(engine.Text("engine_name", spec.engine.name));
  ATELIER_CHECK(engine.Text("engine_version", spec.engine.version));
  return engine.Text("image_url", spec.engine.image_url);
}

// The part of the name that a search asks for.
Result<std::string> ReadSearches(std::string_view text) {
  text = Trim(text);
  if (text.starts_with('{')) {
    ATELIER_TRY(auto searches, ReadBody(text, kBadQuery, kBadQuery));
    std::string name;
    ATELIER_CHECK(searches.Text("name", name));
    return name;
  }
  for (std::string_view prefix : {"name:", "name="})
    if (text.starts_with(prefix)) return std::string(Trim(text.substr(prefix.size())));
  return std::string(text);
}

// --- answers ---

json::array Texts(const std::vector<std::string>& texts) {
  json::array array;
  for (const auto& text : texts) array.emplace_back(text);
  return array;
}

// What was stored as JSON text and is JSON.
json::value Kept(const std::string& document) {
  auto value = ParseJson(document);
  return value ? *std::move(value) : json::value(document);
}

json::object ParameterJson(const DeclaredParameter& parameter) {
  const auto& constraint = parameter.constraint;
  return {{"name", parameter.name},
          {"value", parameter.value},
          {"description", parameter.description},
          {"constraint", json::object{{"type", training::ToString(constraint.type)},
                                      {"editable", constraint.editable},
                                      {"required", constraint.required},
                                      {"sensitive", constraint.sensitive},
                                      {"valid_type", training::ToString(constraint.valid_kind)},
                                      {"valid_range", Texts(constraint.valid_range)}}},
          {"i18n_description",
           json::object{{"language", parameter.i18n_language}, {"description", parameter.i18n_description}}}};
}

json::object ChannelJson(const DeclaredChannel& channel, bool input) {
  json::object object{{"name", channel.name}, {"description", channel.description}};
  if (!input) return object;
  json::array constraints;
  for (const auto& constraint : channel.remote_constraints)
    constraints.push_back(
        json::object{{"data_type", constraint.data_type}, {"attributes", Kept(constraint.attributes)}});
  object["remote_constraints"] = constraints;
  return object;
}

json::object JobConfigJson(const AlgorithmSpec& spec) {
  json::array parameters;
  json::array inputs;
  json::array outputs;
  for (const auto& parameter : spec.parameters) parameters.push_back(ParameterJson(parameter));
  for (const auto& input : spec.inputs) inputs.push_back(ChannelJson(input, true));
  for (const auto& output : spec.outputs) outputs.push_back(ChannelJson(output, false));
  return {{"code_dir", spec.code_dir},
          {"boot_file", spec.boot_file},
          {"command", spec.command},
          {"parameters", parameters},
          {"parameters_customization", spec.parameters_customization},
          {"inputs", inputs},
          {"outputs", outputs},
          {"engine", json::object{{"engine_id", spec.engine.id},
                                  {"engine_name", spec.engine.name},
                                  {"engine_version", spec.engine.version},
                                  {"image_url", spec.engine.image_url}}}};
}

}  // namespace

Result<AlgorithmSpec> ParseAlgorithm(std::string_view body) {
  ATELIER_TRY(auto reader, ReadBody(body, kMalformed, kInvalid));
  AlgorithmSpec spec;
  ATELIER_TRY(auto metadata, reader.Object("metadata"));
  ATELIER_CHECK(metadata.Text("name", spec.name));
  ATELIER_CHECK(metadata.Text("description", spec.description));
  std::string workspace;
  ATELIER_CHECK(metadata.Scalar("workspace_id", workspace));
  if (!workspace.empty()) spec.workspace_id = workspace;
  ATELIER_TRY(auto config, reader.Object("job_config"));
  ATELIER_CHECK(ReadJobConfig(config, spec));
  ATELIER_CHECK(ReadItems(reader, "resource_requirements", ReadRequirement, spec.resource_requirements));
  ATELIER_TRY(auto advanced, reader.Object("advanced_config"));  // its shape
  ATELIER_CHECK(reader.Document("advanced_config", spec.advanced_config));
  return spec;
}

json::object AlgorithmJson(const Algorithm& algorithm) {
  const auto& spec = algorithm.spec;
  json::array requirements;
  for (const auto& requirement : spec.resource_requirements)
    requirements.push_back(json::object{{"key", requirement.key},
                                        {"values", Texts(requirement.values)},
                                        {"value", Texts(requirement.values)},
                                        {"operator", requirement.op}});
  return {{"metadata", json::object{{"id", algorithm.id},
                                    {"name", spec.name},
                                    {"description", spec.description},
                                    {"workspace_id", spec.workspace_id},
                                    {"ai_project", "default-ai-project"},
                                    {"user_name", algorithm.owner},
                                    {"domain_id", algorithm.domain_id},
                                    {"source", "custom"},
                                    {"api_version", ""},
                                    {"is_valid", true},
                                    {"state", ""},
                                    {"tags", json::array{}},
                                    {"attr_list", json::array{}},
                                    {"version_num", 0},
                                    {"create_time", ToUnixMillis(algorithm.created)},
                                    {"update_time", ToUnixMillis(algorithm.updated)}}},
          {"job_config", JobConfigJson(spec)},
          {"resource_requirements", requirements},
          {"advanced_config", Kept(spec.advanced_config)}};
}

Result<training::AlgorithmQuery> ParseAlgorithmQuery(const http::Query& query) {
  auto coded = [](auto result) {
    if (!result) result.error().code = kBadQuery;
    return result;
  };
  training::AlgorithmQuery parsed;
  ATELIER_TRY(parsed.offset, coded(QueryNumber(query, "offset", 0, 0, kMostOffset)));
  ATELIER_TRY(parsed.limit, coded(QueryNumber(query, "limit", kMostRows, 1, kMostRows)));
  ATELIER_TRY(bool ascending, coded(QueryAscending(query, false)));
  parsed.descending = !ascending;
  parsed.workspace_id = QueryText(query, "workspace_id");
  ATELIER_TRY(parsed.search, ReadSearches(QueryText(query, "searches")));
  auto sort_by = QueryText(query, "sort_by");
  if (sort_by.empty()) return parsed;
  for (const auto& [name, order] : kOrders)
    if (name == sort_by) {
      parsed.order = order;
      return parsed;
    }
  return InvalidArgument(fmt::format("sort_by: expected create_time, update_time or name, got '{}'", sort_by),
                         kBadQuery, "sort_by");
}

json::object AlgorithmListJson(const training::AlgorithmPage& page, const http::Query& query,
                               const training::AlgorithmQuery& parsed) {
  json::array items;
  for (const auto& algorithm : page.algorithms) items.push_back(AlgorithmJson(algorithm));
  auto sort_by = QueryText(query, "sort_by");
  return {{"total", page.total},
          {"count", page.matching},
          {"limit", parsed.limit},
          {"offset", parsed.offset},
          {"sort_by", sort_by.empty() ? "create_time" : sort_by},
          {"order", parsed.descending ? "desc" : "asc"},
          {"group_by", QueryText(query, "group_by")},
          {"workspace_id", parsed.workspace_id},
          {"items", items}};
}

}  // namespace atelier::api
