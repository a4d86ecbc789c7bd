#include "api/object_store/bucket_view.h"

#include <utility>

#include "access/canned_acl.h"
#include "object_store/settings_codec.h"

namespace atelier::api::s3 {
namespace {

Result<access::Ownership> ReadOwnershipWord(const std::string& word) {
  auto ownership = access::ParseOwnership(word);
  if (ownership) return *ownership;
  return Internal("the stored ownership controls of a bucket are damaged: \"" + word + "\"");
}

Result<void> ReadAccess(BucketView& view) {
  if (const std::string* text = view.Setting(setting::kPolicy)) {
    auto policy = access::ParsePolicy(*text, view.bucket().name);
    if (!policy) return Internal("a stored bucket policy cannot be read: " + policy.error().message);
    view.policy = std::make_shared<const access::BucketPolicy>(*std::move(policy));
  }
  view.acl = access::PrivateAcl(view.bucket().project_id);
  if (const std::string* text = view.Setting(setting::kAcl)) {
    ATELIER_TRY(view.acl, access::DecodeAcl(*text));
  }
  if (const std::string* text = view.Setting(setting::kPublicAccessBlock)) {
    ATELIER_TRY(view.block, access::DecodePublicAccessBlock(*text));
  }
  if (const std::string* text = view.Setting(setting::kOwnership)) {
    ATELIER_TRY(view.ownership, ReadOwnershipWord(*text));
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const BucketView>> ViewOf(std::shared_ptr<const object_store::BucketInfo> info) {
  auto view = std::make_shared<BucketView>();
  view->info = std::move(info);
  ATELIER_CHECK(ReadAccess(*view));
  if (const std::string* text = view->Setting(setting::kCors)) {
    ATELIER_TRY(view->cors, object_store::DecodeCors(*text));
  }
  if (const std::string* text = view->Setting(setting::kLifecycle)) {
    ATELIER_TRY(view->lifecycle, object_store::DecodeLifecycle(*text));
  }
  if (const std::string* text = view->Setting(setting::kQuota)) {
    ATELIER_TRY(view->quota, object_store::DecodeQuota(*text));
  }
  return view;
}

Result<std::shared_ptr<const BucketView>> BucketViews::Read(std::shared_ptr<const object_store::BucketInfo> info) {
  const std::string name = info->bucket.name;
  {
    std::lock_guard lock(mutex_);
    if (auto found = views_.find(name); found != views_.end() && found->second->info == info) return found->second;
  }
  ATELIER_TRY(auto view, ViewOf(std::move(info)));
  std::lock_guard lock(mutex_);
  if (views_.size() >= kMaxViews) views_.clear();
  views_.insert_or_assign(name, view);
  return view;
}

Result<std::shared_ptr<const BucketView>> BucketViews::Find(const std::string& bucket) {
  ATELIER_TRY(auto info, objects_.Describe(bucket));
  return Read(std::move(info));
}

std::shared_ptr<const BucketView> BucketViews::Known(const std::string& bucket) {
  auto info = objects_.Known(bucket);
  if (!info) return nullptr;
  std::lock_guard lock(mutex_);
  auto found = views_.find(bucket);
  return found != views_.end() && found->second->info == info ? found->second : nullptr;
}

}  // namespace atelier::api::s3
