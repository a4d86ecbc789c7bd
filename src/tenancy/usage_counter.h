// Port: how much there is of what quotas limit. Implemented by storage/.
#pragma once

#include <cstddef>
#include <string>

#include "base/error.h"
#include "tenancy/quota.h"

namespace atelier::tenancy {

// Thread-safe.
class UsageCounter {
 public:
  virtual ~UsageCounter() = default;
  // `owner`: a project's id, or a user's where the resource is counted per user.
  virtual Result<std::size_t> Count(Resource resource, const std::string& owner) = 0;
};

}  // namespace atelier::tenancy
