#include "api/modelarts/api_key_routes.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/modelarts/inference_json.h"
#include "api/modelarts/json_fields.h"
#include "api/modelarts/paging.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

constexpr std::string_view kBad = "ModelArts.0104";

struct Rooms {
  iam::AppService& apps;
  serving::DeploymentService& services;
};

iam::AppCaller CallerOf(const PlatformCall& call) { return {call.principal.project_id, call.principal.user_id}; }
http::Response Answer(const json::object& body) { return http::Response::Json(200, CompactJson(body)); }

Result<serving::Service> FindService(const Rooms& rooms, const PlatformCall& call, const std::string& id) {
  return rooms.services.Find({call.principal.project_id, call.principal.user_name}, id);
}

std::vector<NamedService> ServicesOf(const Rooms& rooms, const PlatformCall& call, const iam::App& app) {
  std::vector<NamedService> named;
  for (const auto& api : rooms.apps.ApisOf(app))
    if (auto service = FindService(rooms, call, api.service_id)) named.push_back({service->id, service->name});
  return named;
}

json::object Shown(const Rooms& rooms, const PlatformCall& call, const iam::App& app) {
  return ApiKeyObject(app, call.principal.domain_id, ServicesOf(rooms, call, app));
}

// The key itself is in this answer only.
Result<http::Response> Create(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto from, ReadBody(call.body, kBad, kBad));
  std::string name, description, scope;
  ATELIER_CHECK(from.Text("name", name));
  ATELIER_CHECK(from.Text("description", description));
  ATELIER_CHECK(from.Text("scope", scope));
  if (name.empty()) return InvalidArgument("'name' is missing", "ModelArts.3610", "name");
  if (!scope.empty() && ToUpper(scope) != "SERVICE")
    return MakeError(ErrorKind::kUnimplemented,
                     fmt::format("scope '{}' is not served; a key of SERVICE calls what it is bound to", scope),
                     std::string(kBad), "scope");
  ATELIER_TRY(auto made, rooms.apps.Create(CallerOf(call), name, description));
  auto shown = Shown(rooms, call, made.app);
  shown["api_key"] = made.code;
  return Answer(shown);
}

bool Matches(const json::object& key, const http::Query& query) {
  auto wanted = [&](const char* name, std::string_view value) {
    auto text = QueryText(query, name);
    return text.empty() || text == value;
  };
  auto bound = [&](const char* parameter, const char* member) {
    auto text = QueryText(query, parameter);
    return text.empty() || std::ranges::any_of(key.at("services").as_array(), [&](const json::value& service) {
             return service.at(member).as_string() == text;
           });
  };
  return wanted("scope", "SERVICE") && wanted("workspace_id", "0") && wanted("key_id", key.at("key_id").as_string()) &&
         bound("service_id", "id") && bound("service_name", "name") &&
         key.at("name").as_string().find(QueryText(query, "name")) != std::string::npos;
}

// A project has 100 apps at most.
Result<http::Response> List(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto window, ReadWindow(call.request.query));
  json::array keys;
  for (const auto& app : rooms.apps.List(CallerOf(call))) {
    auto key = Shown(rooms, call, app);
    if (Matches(key, call.request.query)) keys.push_back(std::move(key));
  }
  return PageOf(keys, window);
}

Result<http::Response> Delete(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto app, rooms.apps.Find(CallerOf(call), call.arguments.at("key_id")));
  auto shown = Shown(rooms, call, app);
  ATELIER_CHECK(rooms.apps.Delete(CallerOf(call), app.id));
  return Answer(shown);
}

Result<iam::App> BindOne(const Rooms& rooms, const PlatformCall& call, const std::string& key_id) {
  ATELIER_TRY(auto app, rooms.apps.Find(CallerOf(call), key_id));
  ATELIER_TRY(auto api, rooms.apps.Register(CallerOf(call), call.arguments.at("service_id")));
  ATELIER_CHECK(rooms.apps.Grant(CallerOf(call), api, key_id));
  return app;
}

Result<iam::App> UnbindOne(const Rooms& rooms, const PlatformCall& call, const std::string& key_id) {
  ATELIER_TRY(auto app, rooms.apps.Find(CallerOf(call), key_id));
  const auto& service_id = call.arguments.at("service_id");
  auto api = rooms.apps.ApiOf(service_id);
  if (!api)
    return NotFound(fmt::format("The API key {} is not bound to service {}.", app.name, service_id), {}, key_id);
  ATELIER_CHECK(rooms.apps.Revoke(CallerOf(call), *api, key_id));
  return app;
}

using Deed = Result<iam::App> (*)(const Rooms&, const PlatformCall&, const std::string& key_id);

template <Deed kDeed>
Result<http::Response> One(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_CHECK(FindService(rooms, call, call.arguments.at("service_id")));
  ATELIER_TRY(auto app, kDeed(rooms, call, call.arguments.at("key_id")));
  return Answer(Shown(rooms, call, app));
}

// {"key_ids":[{"key_id"}]}; each for itself.
template <Deed kDeed>
Result<http::Response> Several(const Rooms& rooms, const PlatformCall& call) {
  constexpr std::size_t kMost = 100;
  ATELIER_CHECK(FindService(rooms, call, call.arguments.at("service_id")));
  ATELIER_TRY(auto from, ReadBody(call.body, kBad, kBad));
  ATELIER_TRY(auto entries, from.Objects("key_ids"));
  if (entries.empty() || entries.size() > kMost)
    return InvalidArgument(fmt::format("key_ids: expected 1 to {} of {{\"key_id\"}}, got {}", kMost, entries.size()),
                           std::string(kBad), "key_ids");
  json::array done, failed;
  for (const auto& entry : entries) {
    std::string id;
    ATELIER_CHECK(entry.Text("key_id", id));
    if (auto app = kDeed(rooms, call, id))
      done.push_back(Shown(rooms, call, *app));
    else if (app.error().kind == ErrorKind::kInternal)
      return std::unexpected(std::move(app).error());
    else
      failed.push_back(
          json::object{{"key_id", id}, {"error_code", app.error().code}, {"error_msg", app.error().message}});
  }
  return Answer({{"total", entries.size()},
                 {"success_count", done.size()},
                 {"success_items", done},
                 {"failure_count", failed.size()},
                 {"failure_items", failed}});
}

}  // namespace

std::vector<PlatformRoute> ApiKeyRoutes(iam::AppService& apps, serving::DeploymentService& services) {
  auto with = [&apps,
               &services](Result<http::Response> (*handler)(const Rooms&, const PlatformCall&)) -> PlatformTarget {
    return {[&apps, &services, handler](const PlatformCall& call) { return handler(Rooms{apps, services}, call); },
            ErrorShape::kModelArts};
  };
  const std::string all = "/v2/{project_id}/services/api-keys";
  const std::string bound = "/v2/{project_id}/services/{service_id}/api-keys";
  return {
      {"POST", all, "CreateInferApiKey", with(Create)},
      {"GET", all, "ListInferApiKeys", with(List)},
      {"DELETE", all + "/{key_id}", "DeleteInferApiKey", with(Delete)},
      {"POST", bound + "/{key_id}/bind", "BindInferApiKey", with(One<BindOne>)},
      {"POST", bound + "/{key_id}/unbind", "UnbindInferApiKey", with(One<UnbindOne>)},
      {"POST", bound + "/batch-bind", "BatchBindInferApiKeys", with(Several<BindOne>)},
      {"POST", bound + "/batch-unbind", "BatchUnbindInferApiKeys", with(Several<UnbindOne>)},
  };
}

}  // namespace atelier::api
