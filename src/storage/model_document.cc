#include "storage/model_document.h"

#include "base/json.h"
#include "storage/document_fields.h"

namespace atelier::storage {
namespace {

using registry::Api;
using registry::Dependency;
using registry::Model;
using registry::ModelConfig;

json::object ConfigObject(const ModelConfig& config) {
  json::array apis;
  for (const auto& api : config.apis)
    apis.push_back(json::object{{"protocol", api.protocol},
                                {"url", api.url},
                                {"method", api.method},
                                {"request_content_type", api.request_content_type},
                                {"response_content_type", api.response_content_type},
                                {"request_schema", api.request_schema},
                                {"response_schema", api.response_schema}});
  json::array dependencies;
  for (const auto& dependency : config.dependencies) {
    json::array packages;
    for (const auto& package : dependency.packages)
      packages.push_back(
          json::object{{"name", package.name}, {"version", package.version}, {"restraint", package.restraint}});
    dependencies.push_back(json::object{{"installer", dependency.installer}, {"packages", packages}});
  }
  return {{"model_type", config.model_type},
          {"model_algorithm", config.model_algorithm},
          {"runtime", config.runtime},
          {"metrics", config.metrics},
          {"apis", apis},
          {"dependencies", dependencies},
          {"warnings", Texts(config.warnings)}};
}

ModelConfig ReadConfig(const json::object& object) {
  ModelConfig config;
  config.model_type = Text(object, "model_type");
  config.model_algorithm = Text(object, "model_algorithm");
  config.runtime = Text(object, "runtime");
  config.metrics = Text(object, "metrics");
  for (const auto& value : object.at("apis").as_array()) {
    const auto& api = value.as_object();
    config.apis.push_back({Text(api, "protocol"), Text(api, "url"), Text(api, "method"),
                           Text(api, "request_content_type"), Text(api, "response_content_type"),
                           Text(api, "request_schema"), Text(api, "response_schema")});
  }
  for (const auto& value : object.at("dependencies").as_array()) {
    const auto& dependency = value.as_object();
    Dependency read{Text(dependency, "installer"), {}};
    for (const auto& item : dependency.at("packages").as_array()) {
      const auto& package = item.as_object();
      read.packages.push_back({Text(package, "name"), Text(package, "version"), Text(package, "restraint")});
    }
    config.dependencies.push_back(std::move(read));
  }
  config.warnings = ReadTexts(object.at("warnings"));
  return config;
}

// What rows of the first release do not have.
json::object LaterMembers(const Model& model) {
  return {{"source_type", model.source_type},
          {"source_copy", model.source_copy},
          {"docs", model.docs},
          {"input_params", model.input_params},
          {"output_params", model.output_params}};
}

void ReadLaterMembers(const json::object& later, Model& model) {
  model.source_type = Text(later, "source_type");
  model.source_copy = Text(later, "source_copy");
  model.docs = Text(later, "docs");
  model.input_params = Text(later, "input_params");
  model.output_params = Text(later, "output_params");
}

Model ReadModel(const json::object& object) {
  Model model;
  model.id = Text(object, "id");
  model.project_id = Text(object, "project_id");
  model.owner = Text(object, "owner");
  model.name = Text(object, "name");
  model.version = Text(object, "version");
  model.description = Text(object, "description");
  model.source_location = Text(object, "source_location");
  model.source_job_id = Text(object, "source_job_id");
  model.source_job_version = Text(object, "source_job_version");
  model.package_bucket = Text(object, "package_bucket");
  model.package_prefix = Text(object, "package_prefix");
  model.execution_code = Text(object, "execution_code");
  model.config = ReadConfig(object.at("config").as_object());
  model.install_types = ReadTexts(object.at("install_types"));
  model.workspace_id = Text(object, "workspace_id");
  model.status = registry::ParseModelStatus(Text(object, "status")).value_or(registry::ModelStatus::kFailed);
  model.reason = Text(object, "reason");
  model.check_report = Text(object, "check_report");
  model.size_bytes = object.at("size_bytes").to_number<std::uint64_t>();
  model.created = FromUnixMillis(object.at("created").to_number<std::int64_t>());
  model.updated = FromUnixMillis(object.at("updated").to_number<std::int64_t>());
  if (const auto* later = object.if_contains("later")) ReadLaterMembers(later->as_object(), model);
  return model;
}

}  // namespace

std::string ModelDocument(const Model& model) {
  return CompactJson(json::object{{"id", model.id},
                                  {"project_id", model.project_id},
                                  {"owner", model.owner},
                                  {"name", model.name},
                                  {"version", model.version},
                                  {"description", model.description},
                                  {"source_location", model.source_location},
                                  {"source_job_id", model.source_job_id},
                                  {"source_job_version", model.source_job_version},
                                  {"package_bucket", model.package_bucket},
                                  {"package_prefix", model.package_prefix},
                                  {"execution_code", model.execution_code},
                                  {"config", ConfigObject(model.config)},
                                  {"install_types", Texts(model.install_types)},
                                  {"workspace_id", model.workspace_id},
                                  {"status", registry::ToString(model.status)},
                                  {"reason", model.reason},
                                  {"check_report", model.check_report},
                                  {"size_bytes", model.size_bytes},
                                  {"created", ToUnixMillis(model.created)},
                                  {"updated", ToUnixMillis(model.updated)},
                                  {"later", LaterMembers(model)}});
}

Result<Model> ParseModelDocument(std::string_view text) {
  ATELIER_TRY(json::object object, ParseJsonObject(text));
  try {
    return ReadModel(object);
  } catch (const std::exception& problem) {
    return Internal(std::string("a model row cannot be read: ") + problem.what());
  }
}

}  // namespace atelier::storage
