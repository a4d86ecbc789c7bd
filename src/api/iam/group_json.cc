#include "api/iam/group_json.h"

#include "api/iam/administration_json.h"

namespace atelier::api {
namespace {

Result<json::object> ReadGroup(std::string_view body) {
  ATELIER_TRY(json::object whole, ParseJsonObject(body));
  ATELIER_TRY(const json::object* group, ReadObject(whole, "group"));
  if (group == nullptr) return InvalidArgument("'group' is missing");
  return *group;
}

json::object Scoped(iam::Role role, std::string_view who, const std::string& id, const std::string& scope_id,
                    const std::string& domain_id) {
  std::string_view scope = scope_id == domain_id ? "domain" : "project";
  return {{"role", json::object{{"id", RoleId(role)}}},
          {who, json::object{{"id", id}}},
          {"scope", json::object{{scope, json::object{{"id", scope_id}}}}},
          {"links", json::object{}}};
}

}  // namespace

json::object GroupObject(const iam::Group& group, const std::string& base_url) {
  return {{"id", group.id},
          {"name", group.name},
          {"domain_id", group.domain_id},
          {"description", group.description},
          {"create_time", ToUnixMillis(group.created)},
          {"links", json::object{{"self", base_url + "/v3/groups/" + group.id}}}};
}

Result<iam::NewGroup> ParseNewGroup(std::string_view body) {
  ATELIER_TRY(json::object group, ReadGroup(body));
  ATELIER_TRY(auto name, ReadString(group, "name"));
  if (!name) return InvalidArgument("'group.name' is missing");
  ATELIER_TRY(auto description, ReadString(group, "description"));
  ATELIER_TRY(auto domain_id, ReadString(group, "domain_id"));
  return iam::NewGroup{*std::move(name), description.value_or(""), domain_id.value_or("")};
}

Result<GroupUpdate> ParseGroupUpdate(std::string_view body) {
  ATELIER_TRY(json::object group, ReadGroup(body));
  GroupUpdate update;
  ATELIER_TRY(update.changes.name, ReadString(group, "name"));
  ATELIER_TRY(update.changes.description, ReadString(group, "description"));
  ATELIER_TRY(auto domain_id, ReadString(group, "domain_id"));
  update.domain_id = domain_id.value_or("");
  return update;
}

json::object AssignmentObject(const iam::RoleAssignment& role, const std::string& domain_id,
                              const std::string& base_url) {
  json::object object = Scoped(role.role, "user", role.user_id, role.scope_id, domain_id);
  if (!role.group_id.empty())
    object["links"] = json::object{{"membership", base_url + "/v3/groups/" + role.group_id + "/users/" + role.user_id}};
  return object;
}

json::object AssignmentObject(const iam::GroupRole& role, const std::string& domain_id) {
  return Scoped(role.role, "group", role.group_id, role.scope_id, domain_id);
}

}  // namespace atelier::api
