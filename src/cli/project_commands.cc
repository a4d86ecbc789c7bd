#include <fmt/format.h>

#include "base/strings.h"
#include "cli/account.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/table.h"

namespace atelier::cli {

Result<int> CreateProject(const Common& common, const std::string& name, const std::string& description) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  json::object wanted{{"name", name}, {"description", description}};
  ATELIER_TRY(auto answer, client.Call("POST", "/v3/projects", json::object{{"project", wanted}}));
  auto id = Text(answer.at("project").as_object(), "id");
  if (common.json)
    fmt::print("{}\n", PrettyJson(json::object{{"project_id", id}, {"project_name", name}}));
  else
    fmt::print("created project {} (id {})\n", name, id);
  return 0;
}

Result<int> ListProjects(const Common& common) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto answer, client.Call("GET", "/v3/projects"));
  if (common.json) {
    fmt::print("{}\n", PrettyJson(answer.at("projects")));
    return 0;
  }
  Table table({"NAME", "ENABLED", "DESCRIPTION", "ID"});
  for (const auto& item : answer.at("projects").as_array()) {
    const auto& project = item.as_object();
    table.Add({Text(project, "name"), project.at("enabled").as_bool() ? "yes" : "no", Text(project, "description"),
               Text(project, "id")});
  }
  fmt::print("{}", table.Render());
  return 0;
}

Result<int> DeleteProject(const Common& common, const std::string& project) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto found, FindProject(client, project));
  ATELIER_CHECK(client.Call("DELETE", "/v3/projects/" + Text(found, "id")));
  fmt::print("deleted project {}, the access keys and the roles in it\n", Text(found, "name"));
  return 0;
}

Result<int> CreateDomain(const Common& common, const DomainOptions& options) {
  ATELIER_CHECK(CheckNoSuchFile(options.credentials_file));
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  json::object wanted{{"name", options.name}, {"user_name", options.user_name}};
  ATELIER_TRY(auto answer, client.Call("POST", "/v3/domains", json::object{{"domain", wanted}}));
  const auto& made = answer.at("credentials").as_object();
  ClientCredentials credentials{Text(made, "access_key"),   Text(made, "secret_key"),  Text(made, "user_name"),
                                Text(made, "password"),     Text(made, "domain_name"), Text(made, "project_id"),
                                Text(made, "project_name"), Text(made, "region")};
  ATELIER_CHECK(HandOver(common, credentials, options.credentials_file));
  return 0;
}

}  // namespace atelier::cli
