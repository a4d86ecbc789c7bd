// A bucket's safety catch against public access, whatever its ACLs and policy say.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace atelier::access {

struct PublicAccessBlock {
  bool block_public_acls = false;        // refuse to set an ACL that is public
  bool ignore_public_acls = false;       // grants to groups do not count
  bool block_public_policy = false;      // refuse to set a policy that is public
  bool restrict_public_buckets = false;  // a public policy allows the owner's project only

  bool operator==(const PublicAccessBlock&) const = default;
};

// For storage: compact JSON with a version. Decoding gives an Internal error on anything else.
std::string EncodePublicAccessBlock(const PublicAccessBlock& block);
Result<PublicAccessBlock> DecodePublicAccessBlock(std::string_view text);

}  // namespace atelier::access
