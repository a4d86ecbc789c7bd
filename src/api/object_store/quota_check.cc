#include "api/object_store/quota_check.h"

#include <fmt/format.h>

namespace atelier::api::s3 {

Result<void> CheckQuota(const Call& call, std::uint64_t more) {
  auto limit = static_cast<std::uint64_t>(call.view->quota.bytes);
  if (limit == 0) return {};
  ATELIER_TRY(auto usage, call.objects().BucketUsage(call.caller, call.bucket()));
  if (usage.bytes <= limit && more <= limit - usage.bytes) return {};
  return PermissionDenied(
      fmt::format("the bucket may hold {} bytes and holds {}; {} more do not fit", limit, usage.bytes, more),
      "InsufficientStorageSpace");
}

}  // namespace atelier::api::s3
