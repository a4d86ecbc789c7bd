#include "api/modelarts/model_json.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace atelier::api {
namespace {

using registry::Api;
using registry::Model;

// The text of a member that is JSON, or a string that holds JSON; empty when absent.
std::string JsonText(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  if (value == nullptr || value->is_null()) return {};
  if (const auto* text = value->if_string()) return std::string(Trim(*text));
  return CompactJson(*value);
}

Result<std::vector<std::string>> ReadInstallTypes(const json::object& from) {
  auto text = JsonText(from, "install_type");
  if (text.empty()) return std::vector<std::string>{"real-time", "batch"};
  auto value = ParseJson(text);
  if (!value) return InvalidArgument("install_type: " + value.error().message, "ModelArts.3037");
  std::vector<std::string> types;
  const auto* array = value->if_array();
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i)
    if (const auto* type = (*array)[i].if_string()) types.emplace_back(*type);
  if (types.empty())
    return InvalidArgument("install_type: expected an array such as [\"real-time\"]", "ModelArts.3037");
  return types;
}

// config.json's schema as a value; text that is no JSON is shown as a string.
json::value Schema(const std::string& text) {
  if (text.empty()) return json::object{};
  auto value = ParseJson(text);
  return value ? *std::move(value) : json::value(text);
}

json::array ApisArray(const Model& model) {
  json::array apis;
  for (const auto& api : model.config.apis)
    apis.push_back(json::object{
        {"protocol", api.protocol},
        {"url", api.url},
        {"method", api.method},
        {"request", json::object{{"Content-type", api.request_content_type}, {"data", Schema(api.request_schema)}}},
        {"response", json::object{{"Content-type", api.response_content_type}, {"data", Schema(api.response_schema)}}},
        {"input_params", Schema(api.request_schema)},
        {"output_params", Schema(api.response_schema)}});
  return apis;
}

// One row per property (section 3.7, last paragraph).
json::array Parameters(const Model& model, std::string Api::* schema_text) {
  json::array rows;
  for (const auto& api : model.config.apis) {
    auto schema = Schema(api.*schema_text);
    const auto* object = schema.if_object();
    const auto* properties = object == nullptr ? nullptr : object->if_contains("properties");
    if (properties == nullptr || !properties->is_object()) continue;
    for (const auto& [name, property] : properties->as_object()) {
      std::string type = "object";
      if (const auto* described = property.if_object())
        if (const auto* text = described->if_contains("type"); text != nullptr && text->is_string())
          type = std::string(text->as_string());
      rows.push_back(json::object{{"url", api.url},
                                  {"method", api.method},
                                  {"protocol", api.protocol},
                                  {"param_name", name},
                                  {"param_type", type},
                                  {"param_desc", CompactJson(property)}});
    }
  }
  return rows;
}

// As the caller of the import gave them. `param_desc` is always JSON in a string: a client gives the whole object up
// where it is none.
json::array GivenParameters(const std::string& text) {
  auto value = ParseJson(text);
  if (!value || !value->is_array()) return {};
  for (auto& row : value->get_array()) {
    auto* object = row.if_object();
    if (object == nullptr) continue;
    auto& description = (*object)["param_desc"];
    if (description.is_null()) description = json::object{};
    if (!description.is_string() || !ParseJson(description.get_string())) description = CompactJson(description);
  }
  return std::move(value->get_array());
}

json::array DependencyArray(const Model& model) {
  json::array dependencies;
  for (const auto& dependency : model.config.dependencies) {
    json::array packages;
    for (const auto& package : dependency.packages)
      packages.push_back(json::object{
          {"package_name", package.name}, {"package_version", package.version}, {"restraint", package.restraint}});
    dependencies.push_back(json::object{{"installer", dependency.installer}, {"packages", packages}});
  }
  return dependencies;
}

}  // namespace

Result<registry::ImportRequest> ParseImportRequest(std::string_view body) {
  ATELIER_TRY(json::object object, ParseJsonObject(body));
  registry::ImportRequest request;
  auto read = [&](std::string_view key, std::string& into) -> Result<void> {
    ATELIER_TRY(auto text, ReadString(object, key));
    into = text.value_or("");
    return {};
  };
  ATELIER_CHECK(read("model_name", request.name));
  ATELIER_CHECK(read("model_version", request.version));
  ATELIER_CHECK(read("description", request.description));
  ATELIER_CHECK(read("source_location", request.source_location));
  ATELIER_CHECK(read("source_job_version", request.source_job_version));
  ATELIER_CHECK(read("model_type", request.model_type));
  ATELIER_CHECK(read("model_algorithm", request.model_algorithm));
  ATELIER_CHECK(read("runtime", request.runtime));
  ATELIER_CHECK(read("execution_code", request.execution_code));
  // Ids are numbers in one API generation and texts in the other.
  if (const auto* id = object.if_contains("source_job_id"); id != nullptr && !id->is_null())
    request.source_job_id = id->is_string() ? std::string(id->as_string()) : CompactJson(*id);
  if (const auto* id = object.if_contains("workspace_id");
      id != nullptr && id->is_string() && !id->get_string().empty())
    request.workspace_id = std::string(id->as_string());
  request.initial_config = JsonText(object, "initial_config");
  request.apis = JsonText(object, "apis");
  request.dependencies = JsonText(object, "dependencies");
  request.metrics = JsonText(object, "model_metrics");
  request.docs = JsonText(object, "model_docs");
  request.input_params = JsonText(object, "input_params");
  request.output_params = JsonText(object, "output_params");
  ATELIER_CHECK(read("source_type", request.source_type));
  request.source_copy = JsonText(object, "source_copy");
  ATELIER_TRY(request.install_types, ReadInstallTypes(object));
  if (object.contains("template") || EqualsIgnoreCase(request.model_type, "Template"))
    return MakeError(ErrorKind::kUnimplemented, "models from templates are not served: name a 'source_location'",
                     "ModelArts.3037", "template");
  return request;
}

json::object ModelListItem(const Model& model) {
  json::array install;
  for (const auto& type : model.install_types) install.emplace_back(type);
  return {{"model_id", model.id},
          {"model_name", model.name},
          {"model_version", model.version},
          {"model_type", model.config.model_type},
          {"model_size", model.size_bytes},
          {"model_status", registry::ToString(model.status)},
          {"model_source", model.source_job_id.empty() ? "custom" : "algos"},
          {"source_type", model.source_type},
          {"source_copy", model.source_copy.empty() ? "true" : model.source_copy},
          {"subscription_id", ""},
          {"extra", ""},
          {"description", model.description},
          {"owner", model.owner},
          {"tenant", model.project_id},
          {"project", model.project_id},
          {"create_at", ToUnixMillis(model.created)},
          {"workspace_id", model.workspace_id},
          {"install_type", install},
          {"market_flag", false},
          {"tunable", false},
          {"publishable_flag", false},
          {"specification", json::object{}},
          {"error_msg", model.reason}};
}

json::object ModelDetails(const Model& model) {
  auto details = ModelListItem(model);
  details["runtime"] = model.config.runtime;
  details["source_location"] = model.source_location;
  details["source_job_id"] = model.source_job_id;
  details["source_job_version"] = model.source_job_version;
  details["execution_code"] = model.execution_code;
  details["image_address"] = "local/" + model.id;
  details["input_params"] =
      model.input_params.empty() ? Parameters(model, &Api::request_schema) : GivenParameters(model.input_params);
  details["output_params"] =
      model.output_params.empty() ? Parameters(model, &Api::response_schema) : GivenParameters(model.output_params);
  details["dependencies"] = DependencyArray(model);
  details["model_labels"] = json::array{};
  details["labels_map"] = json::object{{"labels", json::array{}}};
  auto docs = ParseJson(model.docs);
  details["model_docs"] = docs ? *std::move(docs) : json::value(json::array{});
  details["schema_doc"] = "";
  details["cmd"] = "";
  details["health"] = json::object{};
  details["model_algorithm"] = model.config.model_algorithm;
  // JSON inside strings, as clients expect; never an empty string.
  details["model_metrics"] = model.config.metrics.empty() ? "{}" : model.config.metrics;
  details["apis"] = CompactJson(ApisArray(model));
  details["config"] = CompactJson(json::object{{"model_type", model.config.model_type},
                                               {"model_algorithm", model.config.model_algorithm},
                                               {"runtime", model.config.runtime},
                                               {"apis", ApisArray(model)},
                                               {"dependencies", DependencyArray(model)}});
  // Additions of this product: what the check found, and what was strange in config.json.
  details["check_report"] = model.check_report.empty() ? json::value(json::object{}) : Schema(model.check_report);
  json::array warnings;
  for (const auto& warning : model.config.warnings) warnings.emplace_back(warning);
  details["warnings"] = warnings;
  return details;
}

}  // namespace atelier::api
