// The ACLs that clients ask for by name, of both dialects (obs-s3-api section 4.2).
#pragma once

#include <string>
#include <string_view>

#include "access/acl.h"
#include "base/error.h"

namespace atelier::access {

struct CannedAclFor {
  std::string owner_id;         // of the bucket or object that gets it
  std::string bucket_owner_id;  // of an object: its bucket's owner
  bool of_object = false;
};

// "private", "public-read", "public-read-write", "authenticated-read", "bucket-owner-read",
// "bucket-owner-full-control", "log-delivery-write", and OBS's "public-read-delivered" and
// "public-read-write-delivered", which only buckets have. For a bucket, bucket-owner-* are private. InvalidArgument for
// another name.
Result<Acl> CannedAcl(std::string_view name, const CannedAclFor& what);

// The owner has full control, and nobody else anything: what everything has that was given no ACL.
Acl PrivateAcl(std::string owner_id);

}  // namespace atelier::access
