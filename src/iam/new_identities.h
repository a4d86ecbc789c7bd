// Identities before they are kept: random ids and secrets, hashed passwords.
#pragma once

#include <string>

#include "base/clock.h"
#include "iam/identity_service.h"
#include "iam/types.h"

namespace atelier::iam {

// A new domain whole: a project named as the region, a user who administers it, and an access key of that user.
struct NewDomain {
  Domain domain;
  Project project;
  User user;
  AccessKey key;
  Credentials credentials;  // what to tell the user: the only place that has the password
};
NewDomain MakeDomain(const std::string& domain_name, const std::string& user_name, const std::string& region,
                     TimePoint now);
AccessKey MakeAccessKey(const std::string& user_id, const std::string& project_id, TimePoint now);
UserChanges::Password HashPassword(const std::string& password);  // with a salt of its own

}  // namespace atelier::iam
