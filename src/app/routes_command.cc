#include "app/routes_command.h"

#include "app/platform.h"
#include "base/files.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/table.h"

namespace atelier::app {

Result<std::vector<api::RouteLine>> RoutesOfThisProgram(Settings settings) {
  TemporaryDirectory folder;
  settings.data_dir = folder.path() / "data";
  settings.engines_dir = (folder.path() / "engines").string();
  settings.listen = settings.obs_listen = "127.0.0.1:0";
  ConfigureLog(LogLevel::kError);
  ATELIER_TRY(auto platform, Platform::Open(settings));
  return platform->routes();
}

std::string RoutesJson(const std::vector<api::RouteLine>& routes) {
  json::array lines;
  for (const auto& route : routes) {
    json::object line{{"method", route.method}, {"pattern", route.pattern}, {"action", route.action}};
    line["unserved"] = route.unserved.empty() ? json::value(nullptr) : json::value(route.unserved);
    lines.push_back(std::move(line));
  }
  return CompactJson(lines) + "\n";
}

std::string RoutesText(const std::vector<api::RouteLine>& routes) {
  cli::Table table({"METHOD", "PATH", "ACTION", "SERVED"});
  for (const auto& route : routes)
    table.Add({route.method, route.pattern, route.action, route.unserved.empty() ? "yes" : "501: " + route.unserved});
  return table.Render();
}

}  // namespace atelier::app
