// The wire shapes of temporary access keys (POST /v3.0/OS-CREDENTIAL/securitytokens; modelarts-api section 1.1).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "iam/temporary_key.h"

namespace atelier::api {

struct TemporaryKeyRequest {
  std::string token;  // empty: the one of the header X-Auth-Token
  std::chrono::seconds life = iam::kShortestTemporaryKey;
};

// {"auth":{"identity":{"methods":["token"],"token":{"id":...,"duration_seconds":900}}}}. Unimplemented for the method
// assume_role, and for a policy, without which the key would be allowed more than was asked for.
Result<TemporaryKeyRequest> ParseTemporaryKeyRequest(std::string_view body);

json::object TemporaryKeyObject(const iam::TemporaryKey& key);

}  // namespace atelier::api
