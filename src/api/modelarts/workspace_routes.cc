#include "api/modelarts/workspace_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/modelarts/json_fields.h"
#include "api/modelarts/paging.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

using tenancy::Workspace;
using tenancy::WorkspaceService;

constexpr std::string_view kIllegal = "ModelArts.0104";
constexpr std::size_t kMostRows = 1000;
constexpr std::size_t kMostPage = 1'000'000;

http::Response Answer(const json::object& body) { return http::Response::Json(200, CompactJson(body)); }
const std::string& ProjectOf(const PlatformCall& call) { return call.principal.project_id; }

json::object WorkspaceJson(const Workspace& workspace) {
  return {{"id", workspace.id},
          {"name", workspace.name},
          {"description", workspace.description},
          {"owner", workspace.owner},
          {"auth_type", "PUBLIC"},
          {"grants", json::array{}},
          {"enterprise_project_id", workspace.enterprise_project_id},
          {"enterprise_project_name", workspace.enterprise_project_id == "0" ? "default" : ""},
          {"create_time", ToUnixMillis(workspace.created)},
          {"update_time", ToUnixMillis(workspace.updated)},
          {"status", "NORMAL"},
          {"status_info", ""}};
}

// Who may do what follows from roles, which are of a project or domain.
Result<void> CheckAccess(const FieldReader& body) {
  std::string type = "PUBLIC";
  ATELIER_CHECK(body.Text("auth_type", type));
  if (type == "PRIVATE" || type == "INTERNAL")
    return MakeError(ErrorKind::kUnimplemented,
                     fmt::format("auth_type: {} workspaces are not served by this server; use PUBLIC, or a project of "
                                 "its own with roles",
                                 type),
                     {}, "auth_type");
  if (type == "PUBLIC" || type.empty()) return {};
  return InvalidArgument(fmt::format("auth_type: expected PUBLIC, got '{}'", type), std::string(kIllegal), "auth_type");
}

Result<http::Response> CreateWorkspace(WorkspaceService& workspaces, const PlatformCall& call) {
  ATELIER_TRY(auto body, ReadBody(call.body, kIllegal, kIllegal));
  ATELIER_CHECK(CheckAccess(body));
  tenancy::NewWorkspace wanted;
  ATELIER_CHECK(body.Text("name", wanted.name));
  ATELIER_CHECK(body.Text("description", wanted.description));
  ATELIER_CHECK(body.Scalar("enterprise_project_id", wanted.enterprise_project_id));
  ATELIER_TRY(auto made, workspaces.Create(ProjectOf(call), call.principal.user_name, wanted));
  return Answer(WorkspaceJson(made));
}

// All statuses are the same.
Result<void> Sort(std::vector<Workspace>& all, std::string_view sort_by, bool ascending) {
  if (sort_by.empty() || sort_by == "name" || sort_by == "status") {
    std::ranges::sort(all, {}, &Workspace::name);
  } else if (sort_by == "update_time") {
    std::ranges::sort(all, {}, [](const Workspace& workspace) { return std::pair(workspace.updated, workspace.name); });
  } else {
    return InvalidArgument(fmt::format("sort_by: expected name, update_time or status, got '{}'", sort_by),
                           std::string(kIllegal), "sort_by");
  }
  if (!ascending) std::ranges::reverse(all);
  return {};
}

Result<http::Response> ListWorkspaces(WorkspaceService& workspaces, const PlatformCall& call) {
  const auto& query = call.request.query;
  ATELIER_TRY(auto limit, QueryNumber(query, "limit", kMostRows, 1, kMostRows));
  ATELIER_TRY(auto page, QueryNumber(query, "offset", 0, 0, kMostPage));
  ATELIER_TRY(bool ascending, QueryAscending(query, false));
  ATELIER_TRY(auto all, workspaces.List(ProjectOf(call)));
  auto name = ToLower(QueryText(query, "name"));
  auto enterprise = QueryText(query, "enterprise_project_id");
  std::erase_if(all, [&](const Workspace& workspace) {
    return ToLower(workspace.name).find(name) == std::string::npos ||
           (!enterprise.empty() && workspace.enterprise_project_id != enterprise);
  });
  ATELIER_CHECK(Sort(all, QueryText(query, "sort_by"), ascending));
  json::array items;
  for (auto i = page * limit; i < all.size() && items.size() < limit; ++i) items.push_back(WorkspaceJson(all[i]));
  return Answer({{"total_count", all.size()}, {"count", items.size()}, {"workspaces", items}});
}

Result<http::Response> ShowWorkspace(WorkspaceService& workspaces, const PlatformCall& call) {
  ATELIER_TRY(auto workspace, workspaces.Find(ProjectOf(call), call.arguments.at("workspace_id")));
  return Answer(WorkspaceJson(workspace));
}

Result<http::Response> UpdateWorkspace(WorkspaceService& workspaces, const PlatformCall& call) {
  ATELIER_TRY(auto body, ReadBody(call.body, kIllegal, kIllegal));
  ATELIER_CHECK(CheckAccess(body));
  tenancy::WorkspaceChanges changes;
  if (body.Has("name")) ATELIER_CHECK(body.Text("name", changes.name.emplace()));
  if (body.Has("description")) ATELIER_CHECK(body.Text("description", changes.description.emplace()));
  ATELIER_TRY(auto changed, workspaces.Change(ProjectOf(call), call.arguments.at("workspace_id"), changes));
  return Answer({{"workspace_id", changed.id}});
}

Result<http::Response> DeleteWorkspace(WorkspaceService& workspaces, const PlatformCall& call) {
  const auto& id = call.arguments.at("workspace_id");
  ATELIER_CHECK(workspaces.Remove(ProjectOf(call), id));
  return Answer({{"workspace_id", id}});
}

}  // namespace

std::vector<PlatformRoute> WorkspaceRoutes(WorkspaceService& workspaces) {
  auto with = [&](Result<http::Response> (*handler)(WorkspaceService&, const PlatformCall&)) -> PlatformTarget {
    return {[&workspaces, handler](const PlatformCall& call) { return handler(workspaces, call); },
            ErrorShape::kModelArts};
  };
  return {
      {"POST", "/v1/{project_id}/workspaces", "CreateWorkspace", with(CreateWorkspace)},
      {"GET", "/v1/{project_id}/workspaces", "ListWorkspaces", with(ListWorkspaces)},
      {"GET", "/v1/{project_id}/workspaces/{workspace_id}", "ShowWorkspace", with(ShowWorkspace)},
      {"PUT", "/v1/{project_id}/workspaces/{workspace_id}", "UpdateWorkspace", with(UpdateWorkspace)},
      {"DELETE", "/v1/{project_id}/workspaces/{workspace_id}", "DeleteWorkspace", with(DeleteWorkspace)},
  };
}

}  // namespace atelier::api
