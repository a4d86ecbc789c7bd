// How each dialect names the groups that an ACL may grant to.
#pragma once

#include <optional>
#include <string_view>

#include "access/acl.h"

namespace atelier::api::s3 {

// S3: "http://acs.amazonaws.com/groups/global/AllUsers". OBS: "Everyone". Null texts for kCanonicalId, which is no
// group.
const char* GroupUri(access::Grantee::Kind group);
const char* GroupWord(access::Grantee::Kind group);

// Either spelling of either dialect; OBS SDKs also send "AllUsers".
std::optional<access::Grantee::Kind> ParseGroup(std::string_view name);

}  // namespace atelier::api::s3
