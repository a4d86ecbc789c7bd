#include <fmt/format.h>

#include <cstdio>

#include "cli/commands.h"
#include "cli/connection.h"

namespace atelier::cli {
namespace {

// Safe in single quotes of a POSIX shell.
std::string Quoted(const std::string& text) {
  std::string result = "'";
  for (char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

}  // namespace

Result<int> PrintEnvironment(const Common& common, const std::string& shell) {
  ATELIER_TRY(Connection to, FindConnection(common.data_dir));
  auto platform = "http://" + to.platform;
  auto store = "http://" + to.object_store;
  std::vector<std::pair<std::string, std::string>> variables = {// AWS: boto3, awscli, and everything built on them
                                                                {"AWS_ACCESS_KEY_ID", to.keys.access_key},
                                                                {"AWS_SECRET_ACCESS_KEY", to.keys.secret_key},
                                                                {"AWS_DEFAULT_REGION", to.region},
                                                                {"AWS_ENDPOINT_URL_S3", store},
                                                                // OBS SDKs
                                                                {"OBS_ACCESS_KEY_ID", to.keys.access_key},
                                                                {"OBS_SECRET_ACCESS_KEY", to.keys.secret_key},
                                                                {"OBS_SERVER", store},
                                                                {"S3_ENDPOINT", store},
                                                                {"S3_USE_HTTPS", "0"},
                                                                {"S3_VERIFY_SSL", "0"},
                                                                // OpenStack
                                                                {"OS_AUTH_URL", platform + "/v3"},
                                                                {"OS_USERNAME", to.user_name},
                                                                {"OS_PASSWORD", to.password},
                                                                {"OS_USER_DOMAIN_NAME", to.domain_name},
                                                                {"OS_PROJECT_NAME", to.project_name},
                                                                {"OS_PROJECT_DOMAIN_NAME", to.domain_name},
                                                                {"OS_REGION_NAME", to.region},
                                                                {"OS_IDENTITY_API_VERSION", "3"},
                                                                // ModelArts SDK
                                                                {"HUAWEICLOUD_SDK_AK", to.keys.access_key},
                                                                {"HUAWEICLOUD_SDK_SK", to.keys.secret_key},
                                                                {"HUAWEICLOUD_SDK_PROJECT_ID", to.project_id},
                                                                {"HUAWEICLOUD_SDK_IAM_ENDPOINT", platform},
                                                                // This command line
                                                                {"ATELIER_ENDPOINT", to.platform},
                                                                {"ATELIER_OBS_ENDPOINT", to.object_store},
                                                                {"ATELIER_ACCESS_KEY", to.keys.access_key},
                                                                {"ATELIER_SECRET_KEY", to.keys.secret_key},
                                                                {"ATELIER_PROJECT_ID", to.project_id},
                                                                {"ATELIER_REGION", to.region}};
  if (!to.keys.security_token.empty())
    for (const char* name :
         {"AWS_SESSION_TOKEN", "OBS_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "ATELIER_SECURITY_TOKEN"})
      variables.emplace_back(name, to.keys.security_token);
  if (common.json) {
    json::object object;
    for (const auto& [name, value] : variables) object[name] = value;
    fmt::print("{}\n", PrettyJson(object));
    return 0;
  }
  if (shell != "sh" && shell != "fish") return InvalidArgument("--shell is sh or fish, got '" + shell + "'");
  for (const auto& [name, value] : variables)
    fmt::print("{}\n", shell == "fish" ? fmt::format("set -gx {} {}", name, Quoted(value))
                                       : fmt::format("export {}={}", name, Quoted(value)));
  return 0;
}

}  // namespace atelier::cli
