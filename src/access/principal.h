// Whom a statement of a policy names.
#pragma once

#include <string>
#include <string_view>

#include "access/requester.h"
#include "base/error.h"

namespace atelier::access {

// One name. Accounts are named by the id of a project or of a domain, users by name or id within an account.
struct Principal {
  enum class Kind {
    kEveryone,  // anonymous requesters as well
    kAccount,
    kUser,
    kService,  // of a cloud that this store is not part of: nobody here is one
  };
  Kind kind = Kind::kEveryone;
  std::string account, user;

  bool Includes(const Requester& requester) const;
};

// `kind` is the member that the name stands under:
//   AWS            "*", "<account>", "arn:aws:iam::<account>:root", "arn:aws:iam::<account>:user/<name or id>"
//   CanonicalUser  "<project id>"
//   ID (OBS)       "*", "domain/<account>", "domain/<account>:user/<name or id>", "domain/<account>:user/*"
//   Service        "logging.s3.amazonaws.com"
// MalformedPolicy for everything else: roles, federated users, wildcards within a name.
Result<Principal> ParsePrincipal(std::string_view kind, std::string_view name);

}  // namespace atelier::access
