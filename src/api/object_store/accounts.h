// Accounts that ACLs name: the ids of projects and domains, as the identity service knows them.
#pragma once

#include <map>
#include <string>

#include "access/acl.h"
#include "api/object_store/call.h"
#include "base/error.h"

namespace atelier::api::s3 {

// InvalidArgument when a grant is to an account that does not exist: it would go to whoever gets that id one day.
// Reads rows: runs on the pool.
Result<void> CheckAccounts(const Call& call, const access::Acl& acl);

// The same of the grants in headers. `NamesGrants`: whether there are any, so that accounts must be looked up.
bool NamesGrants(const Call& call);
Result<void> CheckGrantHeaders(const Call& call);

// The names that ACLs show beside the ids of accounts; an account that is gone has none. Reads rows: runs on the pool.
Result<std::map<std::string, std::string>> AccountNames(const Call& call, const access::Acl& acl);

// The project that owns an object.
std::string OwnerOf(const BucketView& view, const object_store::ObjectRecord& record);

}  // namespace atelier::api::s3
