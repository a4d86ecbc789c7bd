// Access control lists of buckets and objects: who was granted what, besides the owner.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/requester.h"
#include "base/error.h"

namespace atelier::access {

enum class Permission { kRead, kWrite, kReadAcp, kWriteAcp, kFullControl };

// The word on the wire: "READ_ACP".
std::string_view ToString(Permission permission);
std::optional<Permission> ParsePermission(std::string_view word);

struct Grantee {
  enum class Kind {
    kCanonicalId,         // an account, by the id of its project; the id of a domain names all its projects
    kAllUsers,            // everybody, anonymous requesters as well
    kAuthenticatedUsers,  // everybody who signed the request, of whichever project
    kLogDelivery,         // S3's log writers: kept and shown, nobody here is one
  };
  Kind kind = Kind::kCanonicalId;
  std::string id;  // of kCanonicalId

  bool operator==(const Grantee&) const = default;
};

struct Grant {
  Grantee grantee;
  Permission permission = Permission::kRead;
  bool delivered = false;  // OBS, on a bucket: holds for the objects in it as well

  bool operator==(const Grant&) const = default;
};

struct Acl {
  std::string owner_id;  // the project's
  std::vector<Grant> grants;
  bool inherits = true;  // OBS, on an object: whether the bucket's delivered grants hold for it

  bool operator==(const Acl&) const = default;
};

inline constexpr std::size_t kMaxGrants = 100;

// An account as clients name it in a grant: 1 to 256 visible ASCII characters. InvalidArgument. Whether there is such
// an account is not known here.
Result<Grantee> AccountGrantee(std::string_view id);

// MalformedACLError for more than 100 grants.
Result<void> CheckAcl(const Acl& acl);

// Which grants count.
struct GrantFilter {
  bool ignore_public = false;   // not those to everybody or to everybody who signed in
  bool delivered_only = false;  // of a bucket's ACL, when asked for one of its objects
};

// Whether the ACL gives the requester the permission, by itself or within FULL_CONTROL. The owner can always read and
// write the ACL, whatever it grants.
bool Grants(const Acl& acl, const Requester& requester, Permission permission, GrantFilter filter = {});

// Whether anything is granted to everybody or to everybody who signed in.
bool IsPublic(const Acl& acl);

// For storage: compact JSON with a version. Decoding gives an Internal error on anything else.
std::string EncodeAcl(const Acl& acl);
Result<Acl> DecodeAcl(std::string_view text);

}  // namespace atelier::access
