// A bucket with its settings read: what deciding about access, answering browsers and keeping limits needs.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "access/acl.h"
#include "access/ownership.h"
#include "access/policy.h"
#include "access/public_access_block.h"
#include "base/error.h"
#include "object_store/cors.h"
#include "object_store/lifecycle.h"
#include "object_store/object_service.h"
#include "object_store/quota.h"

namespace atelier::api::s3 {

// The names under which a bucket's settings are stored: those of their sub-resources.
namespace setting {
inline constexpr const char* kPolicy = "policy";  // as it was sent
inline constexpr const char* kAcl = "acl";
inline constexpr const char* kCors = "cors";
inline constexpr const char* kLifecycle = "lifecycle";
inline constexpr const char* kTagging = "tagging";
inline constexpr const char* kQuota = "quota";
inline constexpr const char* kPublicAccessBlock = "publicAccessBlock";
inline constexpr const char* kOwnership = "ownershipControls";  // its word
}  // namespace setting

struct BucketView {
  std::shared_ptr<const object_store::BucketInfo> info;
  std::shared_ptr<const access::BucketPolicy> policy;  // null: none
  access::Acl acl;
  access::PublicAccessBlock block;
  access::Ownership ownership = access::Ownership::kObjectWriter;
  object_store::CorsRules cors;
  object_store::LifecycleRules lifecycle;
  object_store::Quota quota;

  const object_store::Bucket& bucket() const { return info->bucket; }
  const std::string* Setting(const std::string& name) const {
    auto found = info->settings.find(name);
    return found == info->settings.end() ? nullptr : &found->second;
  }
  bool versioned() const { return info->bucket.versioning != object_store::VersioningState::kNever; }
};

// Internal when a stored setting cannot be read.
Result<std::shared_ptr<const BucketView>> ViewOf(std::shared_ptr<const object_store::BucketInfo> info);

// The views of the buckets in use, read once for each change of a bucket. Thread-safe; holds at most kMaxViews.
class BucketViews {
 public:
  static constexpr std::size_t kMaxViews = 10'000;

  explicit BucketViews(object_store::ObjectService& objects) : objects_(objects) {}

  // May read rows. NoSuchBucket.
  Result<std::shared_ptr<const BucketView>> Find(const std::string& bucket);
  // Never waits for rows: null when it would have to.
  std::shared_ptr<const BucketView> Known(const std::string& bucket);

 private:
  Result<std::shared_ptr<const BucketView>> Read(std::shared_ptr<const object_store::BucketInfo> info);

  object_store::ObjectService& objects_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const BucketView>> views_;  // guarded by mutex_
};

}  // namespace atelier::api::s3
