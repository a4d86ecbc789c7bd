// Who exists and who is asking.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"

namespace atelier::iam {

// What a user may do in a project, weakest first; `authorization.h` says what each one allows.
enum class Role { kNone, kReadOnly, kUser, kAdmin };

struct Domain {
  std::string id;  // 32 hex
  std::string name;
  bool home = false;  // the first start's: its administrators may make further domains
};

struct Project {
  std::string id;    // 32 hex
  std::string name;  // normally the region's name
  std::string domain_id;
  bool enabled = true;
  std::string description = {};
};

struct User {
  std::string id;
  std::string name;
  std::string domain_id;
  std::string password_salt;  // random bytes
  std::string password_hash;  // DerivePassword(password, salt)
  bool enabled = true;
  std::string description = {};
};

struct AccessKey {
  std::string access_key;  // 20 characters
  std::string secret_key;  // 40 characters; needed in clear to verify HMACs; the database file is 0600
  std::string user_id;
  std::string project_id;
  bool enabled = true;
  TimePoint created;
  std::string description = {};
};

// Users who have roles together.
struct Group {
  std::string id;
  std::string name;
  std::string domain_id;
  std::string description = {};
  TimePoint created = {};
};

// A user's role in a project, or in a domain, which stands for all of its projects. One for each user and scope, and
// one more for each group that passes one on.
struct RoleAssignment {
  std::string user_id;
  std::string scope_id;  // of a project or a domain
  Role role = Role::kNone;
  std::string group_id = {};  // of the group that passes it on to the user; empty: the user's own
};

// What a group's members may do in a project or domain, besides what they may do anyway. One for each group and scope.
struct GroupRole {
  std::string group_id;
  std::string scope_id;
  Role role = Role::kNone;
};

// What to change of a row; what is absent stays.
struct UserChanges {
  std::optional<std::string> name, description;
  std::optional<bool> enabled;
  struct Password {
    std::string salt, hash;
  };
  std::optional<Password> password;
};
struct ProjectChanges {
  std::optional<std::string> name, description;
  std::optional<bool> enabled;
};
struct GroupChanges {
  std::optional<std::string> name, description;
};
struct AccessKeyChanges {
  std::optional<std::string> description;
  std::optional<bool> enabled;
};
void Apply(const UserChanges& changes, User& user);
void Apply(const ProjectChanges& changes, Project& project);
void Apply(const GroupChanges& changes, Group& group);
void Apply(const AccessKeyChanges& changes, AccessKey& key);

// Who a request speaks for, once verified. Handlers receive it and cannot forge it.
struct Principal {
  std::string user_id;
  std::string user_name;
  std::string domain_id;
  std::string domain_name;
  std::string project_id;
  std::string project_name;
  std::string access_key;          // empty when a token was used
  Role role = Role::kNone;         // in the project, the domain's included
  Role domain_role = Role::kNone;  // in the domain
  // When the temporary access key that was used ends; nullopt for lasting keys and tokens.
  std::optional<TimePoint> temporary_until = {};
};

}  // namespace atelier::iam
