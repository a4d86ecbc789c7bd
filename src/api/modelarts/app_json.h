// The wire shapes of apps and their grants.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "iam/apps.h"
#include "serving/types.h"

namespace atelier::api {

struct AppSecrets {
  std::string secret, code;  // those that are told now; empty: not told
};
json::object AppObject(const iam::App& app, std::size_t bound, const AppSecrets& told = {});
json::object AppApiObject(const iam::AppApi& api, const serving::Service& service, const std::string& base_url);

// One line of "auth_result": what became of one app.
json::object AppAuthResult(const std::string& api_id, const std::string& app_id, const Result<iam::AppGrant>& grant);

// The "app_id"s of {"apps":[{"app_id":...}]}: 1 to 100 of them.
Result<std::vector<std::string>> ParseAppIds(std::string_view body);

}  // namespace atelier::api
