// Grants that come in headers beside a request that makes or changes something: x-amz-grant-read, x-obs-grant-write,
// ...
#pragma once

#include <vector>

#include "access/acl.h"
#include "auth/object_store_authenticator.h"
#include "base/error.h"
#include "http/message.h"

namespace atelier::api::s3 {

// The grants of all headers "<prefix>grant-read", -write, -read-acp, -write-acp and -full-control; with "-delivered" at
// the end (OBS: read and full-control) they hold for a bucket's objects as well. A value is a list such as
//   id="<project>", uri="http://acs.amazonaws.com/groups/global/AllUsers"
// whose quotes may be left out. Empty when there is no such header. InvalidArgument;
// UnresolvableGrantByEmailAddress for emailAddress="...".
Result<std::vector<access::Grant>> ParseGrantHeaders(auth::Dialect dialect, const http::Headers& headers);

}  // namespace atelier::api::s3
