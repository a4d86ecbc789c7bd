#include "api/modelarts/app_json.h"

#include <fmt/format.h>

namespace atelier::api {

// A code that was told is shown by its first characters, a secret not at all.
json::object AppObject(const iam::App& app, std::size_t bound, const AppSecrets& told) {
  json::array codes;
  for (const auto& code : app.codes)
    codes.emplace_back(!told.code.empty() && told.code.starts_with(code.hint) ? told.code : code.hint + "******");
  return {{"app_id", app.id},
          {"app_name", app.name},
          {"app_remark", app.remark},
          {"app_type", "APIG"},
          {"app_key", app.key},
          {"app_secret", told.secret.empty() ? "******" : told.secret},
          {"app_codes", codes},
          {"bounded_api_count", bound},
          {"project_id", app.project_id},
          {"user_id", app.user_id},
          {"created_at", ToUnixMillis(app.created)},
          {"updated_at", ToUnixMillis(app.updated)}};
}

json::object AppApiObject(const iam::AppApi& api, const serving::Service& service, const std::string& base_url) {
  return {{"api_id", api.id},
          {"api_name", service.name},
          {"api_remark", service.description},
          {"api_method", "ANY"},
          {"auth_type", "APP"},
          {"support_app_code", true},
          {"predict_url", base_url + "/v1/infers/" + service.id},
          {"service_id", service.id},
          {"service_name", service.name}};
}

json::object AppAuthResult(const std::string& api_id, const std::string& app_id, const Result<iam::AppGrant>& grant) {
  return {{"api_id", api_id},
          {"app_id", app_id},
          {"auth_id", grant ? grant->id : ""},
          {"reason", grant ? "" : grant.error().message},
          {"success", grant.has_value()}};
}

Result<std::vector<std::string>> ParseAppIds(std::string_view body) {
  constexpr std::size_t kMost = 100;
  ATELIER_TRY(json::object object, ParseJsonObject(body));
  ATELIER_TRY(const json::array* apps, ReadArray(object, "apps"));
  if (apps == nullptr || apps->empty() || apps->size() > kMost)
    return InvalidArgument(
        fmt::format("'apps' must be an array of 1 to {} objects such as {{\"app_id\":\"...\"}}", kMost),
        "ModelArts.0104", "apps");
  std::vector<std::string> ids;
  for (const auto& value : *apps) {
    const auto* app = value.if_object();
    auto id = app == nullptr ? std::optional<std::string>{} : ReadString(*app, "app_id").value_or(std::nullopt);
    if (!id || id->empty())
      return InvalidArgument("apps: each must be an object with an 'app_id'", "ModelArts.0104", "apps");
    ids.push_back(*std::move(id));
  }
  return ids;
}

}  // namespace atelier::api
