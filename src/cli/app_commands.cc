#include <fmt/format.h>

#include "base/strings.h"
#include "cli/account.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/table.h"

namespace atelier::cli {
namespace {

constexpr const char* kApps = "v1:/app-auth/apps";

// By id or name.
Result<json::object> FindApp(PlatformClient& client, const std::string& app) {
  ATELIER_TRY(auto answer, client.Call("GET", kApps));
  for (const auto& item : answer.at("apps").as_array()) {
    const auto& one = item.as_object();
    if (Text(one, "app_id") == app || Text(one, "app_name") == app) return one;
  }
  return NotFound("there is no app '" + app + "'; `atelier app list` shows what there is");
}

std::string PathOf(const json::object& app) { return fmt::format("{}/{}", kApps, Text(app, "app_id")); }

// What is told once: the key with its secret, or a code.
void Tell(const Common& common, const json::object& app) {
  if (common.json) {
    fmt::print("{}\n", PrettyJson(app));
    return;
  }
  Table table({"FIELD", "VALUE"});
  for (const auto& [title, key] : std::initializer_list<std::pair<std::string, std::string>>{
           {"app", "app_name"}, {"id", "app_id"}, {"AppKey", "app_key"}, {"AppSecret", "app_secret"}})
    table.Add({title, Text(app, key)});
  for (const auto& code : app.at("app_codes").as_array()) table.Add({"AppCode", std::string(code.as_string())});
  fmt::print("{}", table.Render());
  fmt::print("Secrets are told once: keep what is not shown as ****** now.\n");
}

Result<int> TellAfter(const Common& common, const Result<json::object>& answer) {
  if (!answer) return std::unexpected(answer.error());
  Tell(common, answer->at("app").as_object());
  return 0;
}

}  // namespace

Result<int> CreateApp(const Common& common, const AppOptions& options) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  return TellAfter(common,
                   client.Call("POST", kApps, json::object{{"app_name", options.app}, {"app_remark", options.remark}}));
}

Result<int> ListApps(const Common& common) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto answer, client.Call("GET", kApps));
  if (common.json) {
    fmt::print("{}\n", PrettyJson(answer.at("apps")));
    return 0;
  }
  Table table({"NAME", "APPKEY", "CODES", "SERVICES", "CREATED (UTC)", "ID"}, {false, false, true, true, false, false});
  for (const auto& item : answer.at("apps").as_array()) {
    const auto& app = item.as_object();
    table.Add({Text(app, "app_name"), Text(app, "app_key"), std::to_string(app.at("app_codes").as_array().size()),
               Text(app, "bounded_api_count"), ShowTime(Number(app, "created_at")), Text(app, "app_id")});
  }
  fmt::print("{}", table.Render());
  return 0;
}

Result<int> ShowApp(const Common& common, const AppOptions& options) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto app, FindApp(client, options.app));
  ATELIER_TRY(auto answer, client.Call("GET", PathOf(app) + "/auth-apis"));
  if (common.json) {
    app["apis"] = answer.at("apis");
    fmt::print("{}\n", PrettyJson(app));
    return 0;
  }
  Tell(common, app);
  Table services({"SERVICE", "ADDRESS"});
  for (const auto& item : answer.at("apis").as_array())
    services.Add({Text(item.as_object(), "service_name"), Text(item.as_object(), "predict_url")});
  fmt::print("\n{}", services.Render());
  return 0;
}

Result<int> DeleteApp(const Common& common, const AppOptions& options) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto app, FindApp(client, options.app));
  ATELIER_CHECK(client.Call("DELETE", PathOf(app)));
  fmt::print("deleted {}\n", Text(app, "app_name"));
  return 0;
}

Result<int> BindApp(const Common& common, const AppOptions& options, bool bind) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto app, FindApp(client, options.app));
  ATELIER_TRY(auto service, FindService(client, options.service));
  auto path = "v1:/services/" + Text(service, "service_id");
  json::object body{{"apps", json::array{json::object{{"app_id", Text(app, "app_id")}}}}};
  std::string method = "POST", results = "auth_result";
  auto target = path + "/app-auth-api";
  if (!bind) {
    ATELIER_TRY(auto found, client.Call("GET", path + "/app-auth-apis"));
    const auto& apis = found.at("apis").as_array();
    if (apis.empty()) return NotFound(options.app + " is not bound to " + options.service);
    target = path + "/app-auth-apis/" + Text(apis[0].as_object(), "api_id") + "/app-auth-api";
    method = "DELETE";
    results = "unauth_result";
  }
  ATELIER_TRY(auto answer, client.Call(method, target, body));
  const auto& result = answer.at(results).as_array().at(0).as_object();
  if (!result.at("success").as_bool()) return FailedPrecondition(Text(result, "reason"));
  fmt::print("{} {} {} {}\n", Text(app, "app_name"), bind ? "may call" : "may no longer call",
             Text(service, "service_name"), bind ? Text(service, "access_address") : "");
  return 0;
}

Result<int> AddAppCode(const Common& common, const AppOptions& options) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto app, FindApp(client, options.app));
  return TellAfter(common, client.Call("POST", PathOf(app) + "/app-code", json::object{}));
}

Result<int> DeleteAppCode(const Common& common, const AppOptions& options) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto app, FindApp(client, options.app));
  ATELIER_CHECK(client.Call("DELETE", PathOf(app) + "/app-code/" + PercentEncode(options.code)));
  fmt::print("deleted a code of {}\n", Text(app, "app_name"));
  return 0;
}

Result<int> ResetAppSecret(const Common& common, const AppOptions& options) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto app, FindApp(client, options.app));
  return TellAfter(common, client.Call("PUT", PathOf(app) + "/app-secret", json::object{}));
}

}  // namespace atelier::cli
