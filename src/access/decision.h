// The one place that says whether a request may do what it asks for.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "access/access_request.h"
#include "access/acl.h"
#include "access/ownership.h"
#include "access/policy.h"
#include "access/public_access_block.h"
#include "base/error.h"

namespace atelier::access {

// What the bucket, and the object when there is one, say about access.
struct BucketAccess {
  std::string owner_project;
  std::shared_ptr<const BucketPolicy> policy;  // null: none
  Acl acl;
  std::optional<Acl> object_acl;  // nullopt: the request concerns no object, or one that does not exist
  PublicAccessBlock block;
  Ownership ownership = Ownership::kObjectWriter;
};

// AccessDenied unless, in this order:
//   1. no statement of the policy denies it (the owner's project can read, replace and remove the policy all the same,
//      so that nobody locks himself out);
//   2. the requester is of the owner's project, and it is not about reading an object, or its ACL, that another project
//      wrote and owns; or
//   3. a statement of the policy allows it (when the bucket restricts public access, a public policy allows nobody
//      else); or
//   4. an ACL grants it: the bucket's or the object's, as the operation needs; for an object also what the bucket
//      delivers to its objects. Grants to groups do not count when the bucket ignores public ACLs, and no ACL counts
//      when the bucket's owner is enforced.
//
// The message says who asked for what, never why it was refused: policies are not for strangers to read.
//
// An object that does not exist has no ACL, so reading it is denied to all but those of 2 and 3. S3 tells NoSuchKey
// only to who may list the bucket: the surface asks for that in turn when it has no object.
Result<void> Decide(const BucketAccess& access, const AccessRequest& request);

}  // namespace atelier::access
