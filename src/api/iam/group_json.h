// The wire shapes of groups (Keystone v3), and role assignments of users and groups in one list.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "iam/administration.h"

namespace atelier::api {

// `base_url`: for the links.
json::object GroupObject(const iam::Group& group, const std::string& base_url);

Result<iam::NewGroup> ParseNewGroup(std::string_view body);
struct GroupUpdate {
  iam::GroupChanges changes;
  std::string domain_id;  // empty: not named; groups stay in their domain
};
Result<GroupUpdate> ParseGroupUpdate(std::string_view body);

// A user's role, own or passed on by a group, which the links then name.
json::object AssignmentObject(const iam::RoleAssignment& role, const std::string& domain_id,
                              const std::string& base_url);
json::object AssignmentObject(const iam::GroupRole& role, const std::string& domain_id);

}  // namespace atelier::api
