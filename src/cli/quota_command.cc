#include <fmt/format.h>

#include "base/strings.h"
#include "cli/account.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/table.h"

namespace atelier::cli {
namespace {

constexpr std::int64_t kNone = -1;

// "training-jobs=5" as the API wants it.
Result<json::object> ParseChanges(const std::vector<std::string>& changes) {
  json::object quotas;
  for (const auto& change : changes) {
    auto equals = change.find('=');
    auto text = equals == std::string::npos ? std::string() : change.substr(equals + 1);
    auto limit = text == "none" ? std::optional(kNone) : ParseNumber<std::int64_t>(text);
    if (!limit || equals == 0)
      return InvalidArgument(fmt::format("expected resource=number or resource=none, got '{}'", change));
    quotas[change.substr(0, equals)] = *limit;
  }
  return quotas;
}

std::string LimitText(const json::object& quota) {
  auto limit = Number(quota, "limit");
  return limit == kNone ? "none" : std::to_string(limit);
}

}  // namespace

Result<int> ProjectQuota(const Common& common, const std::string& project, const std::vector<std::string>& changes) {
  ATELIER_TRY(auto quotas, ParseChanges(changes));
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto found, FindProject(client, project));
  auto path = "/v3/projects/" + Text(found, "id") + "/quotas";
  auto call = [&]() -> Result<json::object> {
    if (quotas.empty()) return client.Call("GET", path);
    return client.Call("PUT", path, json::object{{"quotas", quotas}});
  };
  ATELIER_TRY(auto answer, call());
  if (common.json) {
    fmt::print("{}\n", PrettyJson(answer.at("quotas")));
    return 0;
  }
  Table table({"RESOURCE", "USED", "QUOTA"});
  for (const auto& item : answer.at("quotas").as_array()) {
    const auto& quota = item.as_object();
    // Of what is a user's nothing is counted for a project.
    table.Add({Text(quota, "resource"), quota.contains("used") ? std::to_string(Number(quota, "used")) : "-",
               LimitText(quota)});
  }
  fmt::print("{}", table.Render());
  return 0;
}

}  // namespace atelier::cli
