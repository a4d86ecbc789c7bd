#include "api/modelarts/parameter_set_routes.h"

#include <fmt/format.h>

#include <utility>

#include "api/modelarts/parameter_set_json.h"

namespace atelier::api {
namespace {

using training::ParameterSets;

http::Response Reply(const json::object& body) { return http::Response::Json(200, CompactJson(body)); }
http::Response Done() { return Reply({{"is_success", true}}); }

const std::string& ProjectOf(const PlatformCall& call) { return call.principal.project_id; }

std::string NameOf(const PlatformCall& call) {
  auto argument = call.arguments.find("config_name");
  return argument == call.arguments.end() ? "" : argument->second;
}

Result<http::Response> CreateSet(ParameterSets& sets, const PlatformCall& call) {
  ATELIER_TRY(auto set, ParseNewSet(call.body));
  set.project_id = ProjectOf(call);
  ATELIER_CHECK(sets.Create(std::move(set)));
  return Done();
}

// The platform brings no samples.
Result<http::Response> ListSets(ParameterSets& sets, const PlatformCall& call) {
  ATELIER_TRY(auto type, ParseSetType(call.request.query));
  ATELIER_TRY(auto query, ParseSetQuery(call.request.query));
  if (type == SetType::kSample) return Reply(SetListJson({}));
  ATELIER_TRY(auto page, sets.List(ProjectOf(call), query));
  return Reply(SetListJson(page));
}

Result<http::Response> ShowSet(ParameterSets& sets, const PlatformCall& call) {
  ATELIER_TRY(auto type, ParseSetType(call.request.query));
  if (type == SetType::kSample) return NotFound("there are no sample configurations on this server");
  ATELIER_TRY(auto shown, sets.Find(ProjectOf(call), NameOf(call)));
  return Reply(SetDetailsJson(shown));
}

Result<http::Response> ChangeSet(ParameterSets& sets, const PlatformCall& call) {
  ATELIER_TRY(auto set, ParseChangedSet(call.body));
  set.project_id = ProjectOf(call);
  set.name = NameOf(call);
  ATELIER_CHECK(sets.Replace(set));
  return Done();
}

Result<http::Response> DeleteSet(ParameterSets& sets, const PlatformCall& call) {
  ATELIER_CHECK(sets.Delete(ProjectOf(call), NameOf(call)));
  return Done();
}

using Handler = Result<http::Response> (*)(ParameterSets&, const PlatformCall&);

PlatformRoute MakeRoute(ParameterSets& sets, const char* method, const char* path, const char* action,
                        Handler handler) {
  PlatformTarget target{.handler = [&sets, handler](const PlatformCall& call) { return handler(sets, call); },
                        .error_shape = ErrorShape::kTraining};
  return {.method = method,
          .pattern = fmt::format("/v1/{{project_id}}/training-job-configs{}", path),
          .action = action,
          .target = std::move(target)};
}

}  // namespace

std::vector<PlatformRoute> ParameterSetRoutes(ParameterSets& sets) {
  return {MakeRoute(sets, "POST", "", "CreateTrainingJobConfig", CreateSet),
          MakeRoute(sets, "GET", "", "ListTrainingJobConfigs", ListSets),
          MakeRoute(sets, "GET", "/{config_name}", "ShowTrainingJobConfig", ShowSet),
          MakeRoute(sets, "PUT", "/{config_name}", "UpdateTrainingJobConfig", ChangeSet),
          MakeRoute(sets, "DELETE", "/{config_name}", "DeleteTrainingJobConfig", DeleteSet)};
}

}  // namespace atelier::api
