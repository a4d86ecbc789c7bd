// A bucket's quota, before something is written.
#pragma once

#include <cstdint>

#include "api/object_store/call.h"
#include "base/error.h"

namespace atelier::api::s3 {

// Of the bucket's quota, before `more` bytes are written to it: InsufficientStorageSpace.
Result<void> CheckQuota(const Call& call, std::uint64_t more);

}  // namespace atelier::api::s3
