#include "training/bucket_check.h"

#include <fmt/format.h>

namespace atelier::training {

Result<void> CheckBucketOf(object_store::ObjectService& objects, const std::string& project_id,
                           const std::string& bucket) {
  auto found = objects.FindBucket({.project_id = project_id}, bucket);
  if (found) return {};
  auto error = std::move(found).error();
  if (error.kind == ErrorKind::kNotFound) error.message = fmt::format("there is no bucket {}; create it first", bucket);
  if (error.kind == ErrorKind::kPermissionDenied)
    error.message = fmt::format("the bucket {} belongs to another project; name one of your own", bucket);
  return std::unexpected(std::move(error));
}

}  // namespace atelier::training
