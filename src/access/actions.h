// What each operation of the object store needs: the action that a policy must allow, or the permission that an ACL
// must grant.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "access/acl.h"

namespace atelier::access {

// Which ACL is asked. Writing an object needs WRITE on its bucket, reading it READ on itself.
enum class AclOf { kBucket, kObject };

// What a request is about, and so what a policy's Resource must name.
enum class Scope { kService, kBucket, kObject };

// Views are of constants.
struct Need {
  std::string_view action;      // "s3:GetObject"
  std::string_view obs_action;  // OBS's name where it is another: "s3:HeadBucket"; else empty
  std::optional<Permission>
      permission;  // nullopt: no ACL gives it; the owner's project has it, and a policy may allow it
  AclOf acl_of = AclOf::kBucket;
};

struct Operation {
  std::string_view name;  // S3's API name, as in the surface's route table: "GetObject"
  Scope scope = Scope::kBucket;
  Need need;
  std::string_view version_action;  // when the request names a version: "s3:GetObjectVersion"; empty: the same one
};

// Every operation, sorted by name.
//
// Two operations are decided more than once: a copy also needs what GetObject does on its source, and DeleteObjects is
// decided for each key. CreateBucket and ListBuckets concern no bucket that exists: whoever signed in may do them. CORS
// preflights are not here: browsers send them unsigned, and nobody is asked.
std::span<const Operation> Operations();

// What the operation needs, of a request that names a version or not. nullopt for an operation that is not in the
// table.
std::optional<Need> NeedOf(std::string_view operation, bool names_version);

}  // namespace atelier::access
