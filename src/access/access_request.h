// One request, as far as deciding needs to know.
#pragma once

#include <string>

#include "access/actions.h"
#include "access/condition_context.h"
#include "access/requester.h"

namespace atelier::access {

struct AccessRequest {
  Requester requester;
  Need need;           // NeedOf(operation, ...)
  std::string bucket;  // the bucket's name
  std::string key;     // empty when the request concerns the bucket itself
  ConditionContext context;
};

// What a policy's Resource is compared with: "bucket", or "bucket/key".
inline std::string ResourceOf(const AccessRequest& request) {
  return request.key.empty() ? request.bucket : request.bucket + "/" + request.key;
}

}  // namespace atelier::access
