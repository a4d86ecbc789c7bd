#include "api/modelarts/app_routes.h"

#include <algorithm>
#include <ranges>
#include <set>
#include <tuple>

#include "api/modelarts/app_json.h"
#include "api/modelarts/paging.h"
#include "base/json.h"

namespace atelier::api {
namespace {

using iam::App;
using iam::AppApi;
using iam::AppCaller;

struct Rooms {
  iam::AppService& apps;
  serving::DeploymentService& services;
};

AppCaller CallerOf(const PlatformCall& call) { return {call.principal.project_id, call.principal.user_id}; }
http::Response Answer(const json::object& body) { return http::Response::Json(200, CompactJson(body)); }

json::object Shown(const Rooms& rooms, const App& app, const AppSecrets& told = {}) {
  return AppObject(app, rooms.apps.ApisOf(app).size(), told);
}

Result<http::Response> ShowAgain(const Rooms& rooms, const PlatformCall& call, const AppSecrets& told) {
  ATELIER_TRY(auto app, rooms.apps.Find(CallerOf(call), call.arguments.at("app_id")));
  return Answer({{"app", Shown(rooms, app, told)}});
}

Result<http::Response> CreateApp(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(json::object object, ParseJsonObject(call.body));
  ATELIER_TRY(auto name, ReadString(object, "app_name"));
  if (!name) return InvalidArgument("'app_name' is missing", "ModelArts.0104", "app_name");
  ATELIER_TRY(auto remark, ReadString(object, "app_remark"));
  ATELIER_TRY(auto made, rooms.apps.Create(CallerOf(call), *name, remark.value_or("")));
  return Answer({{"app", Shown(rooms, made.app, {made.app.secret, made.code})}});
}

// One page of apps as their lists have it: "app_name" is a part of the name.
Result<http::Response> Page(const Rooms& rooms, const PlatformCall& call, std::vector<App> apps,
                            std::string_view member) {
  const auto& query = call.request.query;
  ATELIER_TRY(auto limit, QueryNumber(query, "limit", 1000, 1, 1000));
  ATELIER_TRY(auto page, QueryNumber(query, "offset", 0, 0, 1'000'000));
  ATELIER_TRY(auto sort, QueryChoice(query, "sort_by", {"app_name", "created_at", "updated_at"}));
  ATELIER_TRY(bool ascending, QueryAscending(query, true));
  auto name = QueryText(query, "app_name");
  std::erase_if(apps, [&](const App& app) { return app.name.find(name) == std::string::npos; });
  if (sort == "created_at") std::ranges::sort(apps, {}, [](const App& app) { return std::tie(app.created, app.name); });
  if (sort == "updated_at") std::ranges::sort(apps, {}, [](const App& app) { return std::tie(app.updated, app.name); });
  if (!ascending) std::ranges::reverse(apps);
  json::array items;
  for (std::size_t i = page * limit; i < apps.size() && items.size() < limit; ++i)
    items.push_back(Shown(rooms, apps[i]));
  return Answer({{"total_count", apps.size()}, {"count", items.size()}, {member, items}});
}

Result<http::Response> ListApps(const Rooms& rooms, const PlatformCall& call) {
  return Page(rooms, call, rooms.apps.List(CallerOf(call)), "apps");
}

Result<http::Response> ShowApp(const Rooms& rooms, const PlatformCall& call) { return ShowAgain(rooms, call, {}); }

Result<http::Response> DeleteApp(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_CHECK(rooms.apps.Delete(CallerOf(call), call.arguments.at("app_id")));
  return Answer({});
}

Result<http::Response> CreateAppCode(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto code, rooms.apps.AddCode(CallerOf(call), call.arguments.at("app_id")));
  return ShowAgain(rooms, call, {{}, code});
}

Result<http::Response> ResetAppCode(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto code,
              rooms.apps.ResetCode(CallerOf(call), call.arguments.at("app_id"), call.arguments.at("app_code")));
  return ShowAgain(rooms, call, {{}, code});
}

Result<http::Response> DeleteAppCode(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_CHECK(rooms.apps.DeleteCode(CallerOf(call), call.arguments.at("app_id"), call.arguments.at("app_code")));
  return ShowAgain(rooms, call, {});
}

Result<http::Response> ResetAppSecret(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto secret, rooms.apps.ResetSecret(CallerOf(call), call.arguments.at("app_id")));
  return ShowAgain(rooms, call, {secret, {}});
}

Result<serving::Service> ServiceOf(const Rooms& rooms, const PlatformCall& call, const std::string& id) {
  return rooms.services.Find({call.principal.project_id, call.principal.user_name}, id);
}

// The service must exist in the caller's project, and the api be its.
Result<AppApi> ApiOf(const Rooms& rooms, const PlatformCall& call) {
  const auto& service_id = call.arguments.at("service_id");
  ATELIER_CHECK(ServiceOf(rooms, call, service_id));
  return rooms.apps.FindApi(CallerOf(call), service_id, call.arguments.at("api_id"));
}

json::array GrantAll(const Rooms& rooms, const PlatformCall& call, const AppApi& api,
                     const std::vector<std::string>& app_ids) {
  json::array results;
  for (const auto& id : app_ids)
    results.push_back(AppAuthResult(api.id, id, rooms.apps.Grant(CallerOf(call), api, id)));
  return results;
}

json::array RevokeAll(const Rooms& rooms, const PlatformCall& call, const AppApi& api,
                      const std::vector<std::string>& app_ids) {
  json::array results;
  for (const auto& id : app_ids)
    results.push_back(AppAuthResult(api.id, id, rooms.apps.Revoke(CallerOf(call), api, id)));
  return results;
}

Result<http::Response> ListAppApis(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto app, rooms.apps.Find(CallerOf(call), call.arguments.at("app_id")));
  json::array apis;
  for (const auto& api : rooms.apps.ApisOf(app))
    if (auto service = ServiceOf(rooms, call, api.service_id))
      apis.push_back(AppApiObject(api, *service, call.base_url));
  return Answer({{"total_count", apis.size()}, {"count", apis.size()}, {"apis", apis}});
}

Result<http::Response> RegisterAppApi(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto service, ServiceOf(rooms, call, call.arguments.at("service_id")));
  ATELIER_TRY(auto ids, ParseAppIds(call.body));
  ATELIER_TRY(auto api, rooms.apps.Register(CallerOf(call), service.id));
  return Answer({{"api", AppApiObject(api, service, call.base_url)}, {"auth_result", GrantAll(rooms, call, api, ids)}});
}

Result<http::Response> ListServiceAppApis(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto service, ServiceOf(rooms, call, call.arguments.at("service_id")));
  json::array apis;
  if (auto api = rooms.apps.ApiOf(service.id)) apis.push_back(AppApiObject(*api, service, call.base_url));
  return Answer({{"total_count", apis.size()}, {"count", apis.size()}, {"apis", apis}});
}

Result<http::Response> DeleteAppApi(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto api, ApiOf(rooms, call));
  ATELIER_CHECK(rooms.apps.DeleteApi(CallerOf(call), api.service_id, api.id));
  http::Response response;
  response.status = 204;
  return response;
}

Result<http::Response> GrantAppApi(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto api, ApiOf(rooms, call));
  ATELIER_TRY(auto ids, ParseAppIds(call.body));
  return Answer({{"auth_result", GrantAll(rooms, call, api, ids)}});
}

// The apps that are named have the api afterwards, and no others.
Result<http::Response> UpdateAppApi(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto api, ApiOf(rooms, call));
  ATELIER_TRY(auto ids, ParseAppIds(call.body));
  std::set<std::string> wanted(ids.begin(), ids.end());
  std::vector<std::string> unwanted;
  for (const auto& app : rooms.apps.AppsOf(api))
    if (!wanted.contains(app.id)) unwanted.push_back(app.id);
  auto granted = GrantAll(rooms, call, api, ids);
  return Answer({{"auth_result", granted}, {"unauth_result", RevokeAll(rooms, call, api, unwanted)}});
}

Result<http::Response> RevokeAppApi(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto api, ApiOf(rooms, call));
  ATELIER_TRY(auto ids, ParseAppIds(call.body));
  return Answer({{"unauth_result", RevokeAll(rooms, call, api, ids)}});
}

Result<http::Response> ListAppGrants(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto api, ApiOf(rooms, call));
  return Page(rooms, call, rooms.apps.AppsOf(api), "auths");
}

Result<http::Response> ShowServiceAppAuth(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto service, ServiceOf(rooms, call, call.arguments.at("service_id")));
  auto api = rooms.apps.ApiOf(service.id);
  if (!api) return Answer({{"enable_app_auth", false}});
  json::array apps;
  for (const auto& app : rooms.apps.AppsOf(*api)) apps.push_back(Shown(rooms, app));
  return Answer(
      {{"enable_app_auth", true}, {"app_auth_api", json::object{{"api_id", api->id}, {"authed_apps", apps}}}});
}

}  // namespace

std::vector<PlatformRoute> AppRoutes(iam::AppService& apps, serving::DeploymentService& services) {
  auto with = [&apps,
               &services](Result<http::Response> (*handler)(const Rooms&, const PlatformCall&)) -> PlatformTarget {
    return {[&apps, &services, handler](const PlatformCall& call) { return handler(Rooms{apps, services}, call); },
            ErrorShape::kModelArts};
  };
  const std::string app = "/v1/{project_id}/app-auth/apps/{app_id}";
  const std::string service = "/v1/{project_id}/services/{service_id}";
  const std::string api = service + "/app-auth-apis/{api_id}";
  return {
      {"POST", "/v1/{project_id}/app-auth/apps", "CreateApp", with(CreateApp)},
      {"GET", "/v1/{project_id}/app-auth/apps", "ListApps", with(ListApps)},
      {"GET", app, "ShowApp", with(ShowApp)},
      {"DELETE", app, "DeleteApp", with(DeleteApp)},
      {"POST", app + "/app-code", "CreateAppCode", with(CreateAppCode)},
      {"PUT", app + "/app-code/{app_code}", "ResetAppCode", with(ResetAppCode)},
      {"DELETE", app + "/app-code/{app_code}", "DeleteAppCode", with(DeleteAppCode)},
      {"PUT", app + "/app-secret", "ResetAppSecret", with(ResetAppSecret)},
      {"GET", app + "/auth-apis", "ListAppApis", with(ListAppApis)},
      {"POST", service + "/app-auth-api", "RegisterAppApi", with(RegisterAppApi)},
      {"GET", service + "/app-auth-apis", "ListServiceAppApis", with(ListServiceAppApis)},
      {"DELETE", api, "DeleteAppApi", with(DeleteAppApi)},
      {"POST", api + "/app-auth-api", "GrantAppApi", with(GrantAppApi)},
      {"PUT", api + "/app-auth-api", "UpdateAppApi", with(UpdateAppApi)},
      {"DELETE", api + "/app-auth-api", "RevokeAppApi", with(RevokeAppApi)},
      {"GET", api + "/api-auths", "ListAppGrants", with(ListAppGrants)},
      {"GET", service + "/api-auths", "ShowServiceAppAuth", with(ShowServiceAppAuth)},
  };
}

}  // namespace atelier::api
