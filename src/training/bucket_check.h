// Whether a project may use a bucket, told to its users.
#pragma once

#include <string>

#include "base/error.h"
#include "object_store/object_service.h"

namespace atelier::training {

// NotFound or PermissionDenied that say what to do.
Result<void> CheckBucketOf(object_store::ObjectService& objects, const std::string& project_id,
                           const std::string& bucket);

}  // namespace atelier::training
