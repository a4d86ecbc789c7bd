#include "storage/algorithm_document.h"

#include "base/json.h"
#include "storage/document_fields.h"

namespace atelier::storage {
namespace {

using training::Algorithm;
using training::AlgorithmSpec;
using training::DeclaredChannel;
using training::DeclaredParameter;

json::object ParameterObject(const DeclaredParameter& parameter) {
  const auto& constraint = parameter.constraint;
  return {{"name", parameter.name},
          {"value", parameter.value},
          {"description", parameter.description},
          {"type", training::ToString(constraint.type)},
          {"editable", constraint.editable},
          {"required", constraint.required},
          {"sensitive", constraint.sensitive},
          {"valid_kind", training::ToString(constraint.valid_kind)},
          {"valid_range", Texts(constraint.valid_range)},
          {"i18n_language", parameter.i18n_language},
          {"i18n_description", parameter.i18n_description}};
}

DeclaredParameter ReadParameter(const json::object& object) {
  DeclaredParameter parameter;
  parameter.name = Text(object, "name");
  parameter.value = Text(object, "value");
  parameter.description = Text(object, "description");
  auto& constraint = parameter.constraint;
  constraint.type = training::ParseParameterType(Text(object, "type")).value_or(training::ParameterType::kString);
  constraint.editable = object.at("editable").as_bool();
  constraint.required = object.at("required").as_bool();
  constraint.sensitive = object.at("sensitive").as_bool();
  constraint.valid_kind = training::ParseValidKind(Text(object, "valid_kind")).value_or(training::ValidKind::kNone);
  constraint.valid_range = ReadTexts(object.at("valid_range"));
  parameter.i18n_language = Text(object, "i18n_language");
  parameter.i18n_description = Text(object, "i18n_description");
  return parameter;
}

json::object ChannelObject(const DeclaredChannel& channel) {
  json::array constraints;
  for (const auto& constraint : channel.remote_constraints)
    constraints.push_back(json::object{{"data_type", constraint.data_type}, {"attributes", constraint.attributes}});
  return {{"name", channel.name}, {"description", channel.description}, {"remote_constraints", constraints}};
}

DeclaredChannel ReadChannel(const json::object& object) {
  DeclaredChannel channel{Text(object, "name"), Text(object, "description"), {}};
  for (const auto& value : object.at("remote_constraints").as_array())
    channel.remote_constraints.push_back({Text(value.as_object(), "data_type"), Text(value.as_object(), "attributes")});
  return channel;
}

template <class Item>
json::array Objects(const std::vector<Item>& items, json::object (*make)(const Item&)) {
  json::array array;
  for (const auto& item : items) array.push_back(make(item));
  return array;
}

template <class Item>
std::vector<Item> ReadObjects(const json::value& value, Item (*read)(const json::object&)) {
  std::vector<Item> items;
  for (const auto& item : value.as_array()) items.push_back(read(item.as_object()));
  return items;
}

json::object RequirementObject(const training::ResourceRequirement& requirement) {
  return {{"key", requirement.key}, {"values", Texts(requirement.values)}, {"operator", requirement.op}};
}

training::ResourceRequirement ReadRequirement(const json::object& object) {
  return {Text(object, "key"), ReadTexts(object.at("values")), Text(object, "operator")};
}

AlgorithmSpec ReadSpec(const json::object& object) {
  AlgorithmSpec spec;
  spec.name = Text(object, "name");
  spec.description = Text(object, "description");
  spec.workspace_id = Text(object, "workspace_id");
  spec.code_dir = Text(object, "code_dir");
  spec.boot_file = Text(object, "boot_file");
  spec.command = Text(object, "command");
  const auto& engine = object.at("engine").as_object();
  spec.engine = {Text(engine, "id"), Text(engine, "name"), Text(engine, "version"), Text(engine, "image_url")};
  spec.parameters = ReadObjects(object.at("parameters"), ReadParameter);
  spec.inputs = ReadObjects(object.at("inputs"), ReadChannel);
  spec.outputs = ReadObjects(object.at("outputs"), ReadChannel);
  spec.parameters_customization = object.at("parameters_customization").as_bool();
  spec.resource_requirements = ReadObjects(object.at("resource_requirements"), ReadRequirement);
  spec.advanced_config = Text(object, "advanced_config");
  return spec;
}

json::object SpecObject(const AlgorithmSpec& spec) {
  return {{"name", spec.name},
          {"description", spec.description},
          {"workspace_id", spec.workspace_id},
          {"code_dir", spec.code_dir},
          {"boot_file", spec.boot_file},
          {"command", spec.command},
          {"engine", json::object{{"id", spec.engine.id},
                                  {"name", spec.engine.name},
                                  {"version", spec.engine.version},
                                  {"image_url", spec.engine.image_url}}},
          {"parameters", Objects(spec.parameters, ParameterObject)},
          {"inputs", Objects(spec.inputs, ChannelObject)},
          {"outputs", Objects(spec.outputs, ChannelObject)},
          {"parameters_customization", spec.parameters_customization},
          {"resource_requirements", Objects(spec.resource_requirements, RequirementObject)},
          {"advanced_config", spec.advanced_config}};
}

Algorithm ReadAlgorithm(const json::object& object) {
  Algorithm algorithm;
  algorithm.id = Text(object, "id");
  algorithm.project_id = Text(object, "project_id");
  algorithm.domain_id = Text(object, "domain_id");
  algorithm.owner = Text(object, "owner");
  algorithm.spec = ReadSpec(object.at("spec").as_object());
  algorithm.created = FromUnixMillis(object.at("created").to_number<std::int64_t>());
  algorithm.updated = FromUnixMillis(object.at("updated").to_number<std::int64_t>());
  return algorithm;
}

}  // namespace

std::string AlgorithmDocument(const Algorithm& algorithm) {
  return CompactJson(json::object{{"id", algorithm.id},
                                  {"project_id", algorithm.project_id},
                                  {"domain_id", algorithm.domain_id},
                                  {"owner", algorithm.owner},
                                  {"spec", SpecObject(algorithm.spec)},
                                  {"created", ToUnixMillis(algorithm.created)},
                                  {"updated", ToUnixMillis(algorithm.updated)}});
}

Result<Algorithm> ParseAlgorithmDocument(std::string_view text) {
  ATELIER_TRY(json::object object, ParseJsonObject(text));
  try {
    return ReadAlgorithm(object);
  } catch (const std::exception& problem) {
    return Internal(std::string("an algorithm row cannot be read: ") + problem.what());
  }
}

}  // namespace atelier::storage
