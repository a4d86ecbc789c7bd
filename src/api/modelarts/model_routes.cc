#include "api/modelarts/model_routes.h"

#include "api/modelarts/model_json.h"
#include "api/modelarts/paging.h"
#include "base/json.h"

namespace atelier::api {
namespace {

using registry::Caller;
using registry::ModelService;

Caller CallerOf(const PlatformCall& call) { return {call.principal.project_id, call.principal.user_name}; }

http::Response Answer(const json::object& body) { return http::Response::Json(200, CompactJson(body)); }

Result<http::Response> ImportModel(ModelService& models, const JobOutputFinder& find_job_output,
                                   const PlatformCall& call) {
  ATELIER_TRY(auto request, ParseImportRequest(call.body));
  if (request.source_location.empty() && !request.source_job_id.empty()) {
    ATELIER_TRY(request.source_location,
                find_job_output(call.principal.project_id, request.source_job_id, request.source_job_version));
  }
  ATELIER_TRY(auto model, models.Import(CallerOf(call), request));
  return Answer({{"model_id", model.id}});
}

Result<http::Response> ListModels(ModelService& models, const PlatformCall& call) {
  const auto& query = call.request.query;
  registry::ModelFilter filter;
  filter.name = QueryText(query, "model_name");
  filter.exact = QueryText(query, "exact_match") == "true";
  filter.version = QueryText(query, "model_version");
  filter.status = QueryText(query, "model_status");
  filter.type = QueryText(query, "model_type");
  filter.not_type = QueryText(query, "not_model_type");
  filter.description = QueryText(query, "description");
  filter.workspace_id = QueryText(query, "workspace_id");
  ATELIER_TRY(filter.sort_by, QueryChoice(query, "sort_by", {"create_at", "model_version", "model_size"}));
  ATELIER_TRY(filter.ascending, QueryAscending(query, false));
  ATELIER_TRY(filter.limit, QueryNumber(query, "limit", 1000, 1, 1000));
  ATELIER_TRY(filter.offset, QueryNumber(query, "offset", 0, 0, 1'000'000));
  ATELIER_TRY(auto page, models.List(CallerOf(call), filter));
  json::array items;
  for (const auto& model : page.models) items.push_back(ModelListItem(model));
  return Answer({{"total_count", page.total}, {"count", page.models.size()}, {"models", items}});
}

Result<http::Response> ShowModel(ModelService& models, const PlatformCall& call) {
  ATELIER_TRY(auto model, models.Find(CallerOf(call), call.arguments.at("model_id")));
  return Answer(ModelDetails(model));
}

Result<http::Response> DeleteModel(ModelService& models, const PlatformCall& call) {
  const auto& id = call.arguments.at("model_id");
  json::array deleted;
  json::array failed;
  if (QueryText(call.request.query, "cascade") == "true") {
    ATELIER_TRY(auto report, models.DeleteAllVersions(CallerOf(call), id));
    for (const auto& gone : report.deleted) deleted.emplace_back(gone);
    for (const auto& [kept, error] : report.refused)
      failed.push_back(json::object{{"model_id", kept}, {"error_code", error.code}, {"error_msg", error.message}});
  } else {
    ATELIER_CHECK(models.Delete(CallerOf(call), id));
    deleted.emplace_back(id);
  }
  return Answer({{"delete_success_list", deleted}, {"delete_failed_list", failed}});
}

Result<http::Response> ListEngineRuntimes(const PlatformCall& call) {
  ATELIER_CHECK(QueryNumber(call.request.query, "limit", 1000, 1, 1000));
  ATELIER_TRY(auto page, QueryNumber(call.request.query, "offset", 0, 0, 1'000'000));
  if (page > 0) return Answer({{"count", 0}, {"total_count", 1}, {"engine_runtimes", json::array{}}});
  json::object tensorflow{
      {"ai_engine", "TensorFlow"},
      {"runtimes", json::array{"python2.7", "python3.6", "tf1.13-python3.6-cpu", "tensorflow_2.15.1-cpu-py_3.11"}},
      {"request_mode", json::array{"sync"}},
      {"accelerators", json::array{json::object{{"type", "none"}}}},
      {"arch", json::array{"X86_64"}},
      {"status_list", json::array{"normal"}},
      {"image_source", json::array{"local"}}};
  return Answer({{"count", 1}, {"total_count", 1}, {"engine_runtimes", json::array{tensorflow}}});
}

}  // namespace

std::vector<PlatformRoute> ModelRoutes(ModelService& models, JobOutputFinder find_job_output) {
  auto with = [&models](Result<http::Response> (*handler)(ModelService&, const PlatformCall&)) -> PlatformTarget {
    return {[&models, handler](const PlatformCall& call) { return handler(models, call); }, ErrorShape::kModelArts};
  };
  PlatformTarget import{[&models, find = std::move(find_job_output)](const PlatformCall& call) {
                          return ImportModel(models, find, call);
                        },
                        ErrorShape::kModelArts};
  return {
      {"POST", "/v1/{project_id}/models", "ImportModel", import},
      {"GET", "/v1/{project_id}/models", "ListModels", with(ListModels)},
      {"GET",
       "/v1/{project_id}/models/ai-engine-runtimes",
       "ListEngineRuntimes",
       {ListEngineRuntimes, ErrorShape::kModelArts}},
      {"GET", "/v1/{project_id}/models/{model_id}", "ShowModel", with(ShowModel)},
      {"DELETE", "/v1/{project_id}/models/{model_id}", "DeleteModel", with(DeleteModel)},
  };
}

}  // namespace atelier::api
