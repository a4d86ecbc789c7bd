// Who asks for something of the object store, as far as deciding needs to know.
#pragma once

#include <string>
#include <string_view>

namespace atelier::access {

// Signed requests fill every field; anonymous ones leave all but `anonymous` empty.
struct Requester {
  bool anonymous = false;
  std::string project_id;  // also the canonical id that ACLs show
  std::string domain_id;
  std::string user_id, user_name;
  std::string access_key;
};

inline Requester AnonymousRequester() {
  Requester requester;
  requester.anonymous = true;
  return requester;
}

// Whether `account` names the requester's account: policies and grants may use the id of the project or of the domain.
// An empty id names nobody.
inline bool IsOfAccount(const Requester& requester, std::string_view account) {
  if (requester.anonymous || account.empty()) return false;
  return account == requester.project_id || account == requester.domain_id;
}

// Whether the requester belongs to the project: buckets and objects belong to projects, never to whole domains.
inline bool IsOfProject(const Requester& requester, std::string_view project_id) {
  return !requester.anonymous && !project_id.empty() && requester.project_id == project_id;
}

}  // namespace atelier::access
