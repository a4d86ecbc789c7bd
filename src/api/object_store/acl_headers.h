// The ACL that a request asks for in its headers: a canned one, or grants (obs-s3-api section 4.2).
#pragma once

#include <optional>
#include <string>

#include "access/canned_acl.h"
#include "api/object_store/call.h"
#include "base/error.h"

namespace atelier::api::s3 {

// nullopt when the headers ask for none. InvalidArgument; InvalidRequest for both kinds at once;
// UnresolvableGrantByEmailAddress.
Result<std::optional<access::Acl>> RequestedAcl(const Call& call, const access::CannedAclFor& what);

// Whether the bucket takes this ACL, for itself or for one of its objects. AccessControlListNotSupported when ACLs are
// off there; AccessDenied when it blocks public ones.
Result<void> CheckAclAllowed(const BucketView& view, const access::Acl& acl);

// The stored form of the ACL of a new object: empty for a private one.
Result<std::string> NewObjectAcl(const Call& call);

}  // namespace atelier::api::s3
