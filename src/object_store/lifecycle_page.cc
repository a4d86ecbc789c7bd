#include "object_store/lifecycle_page.h"

#include <algorithm>
#include <utility>

namespace atelier::object_store {
namespace {

std::string SharedPrefix(const std::string& a, const std::string& b) {
  return {a.begin(), std::ranges::mismatch(a, b).in1};
}

template <class Concerns>
std::optional<std::string> PrefixOf(const LifecycleRules& rules, Concerns concerns) {
  std::optional<std::string> shared;
  for (const LifecycleRule& rule : rules) {
    if (!rule.enabled || !concerns(rule)) continue;
    std::string prefix = rule.filter.prefix.value_or("");
    shared = shared ? SharedPrefix(*shared, prefix) : std::move(prefix);
  }
  return shared;
}

bool IsDue(const std::optional<LifecycleDue>& due, LifecycleTime time) { return due && due->when <= time.now; }

DeleteRequest DeleteCurrent(const ObjectRecord& record) {
  return {
      .key = record.key, .if_match = record.etag, .if_modified = record.last_modified, .place = RequiredPlace::kNewest};
}

// ETag and time are asked for because the null version may be written anew under the same id.
DeleteRequest Remove(const ObjectRecord& record, RequiredPlace place) {
  return {.key = record.key,
          .version = record.version_id,
          .if_match = record.etag,
          .if_modified = record.last_modified,
          .place = place};
}

// Judges the versions of a page one after the other.
class PageJudge {
 public:
  PageJudge(const LifecycleRules& rules, LifecycleTime time, KeySoFar& so_far)
      : rules_(rules), time_(time), so_far_(so_far) {}

  void Take(const ObjectRecord& record) {
    if (record.key != so_far_.key) {
      EndKey();
      so_far_ = {.key = record.key, .last_made = {}, .noncurrent = 0, .lone_marker = {}};
      TakeNewest(record);
    } else {
      so_far_.lone_marker.reset();
      TakeNoncurrent(record);
    }
    so_far_.last_made = record.last_modified;
  }

  // No more versions of the key come: now it is known whether its delete marker is alone.
  void EndKey() {
    if (!so_far_.lone_marker) return;
    const ObjectRecord& marker = *so_far_.lone_marker;
    if (RemovesLoneMarker(rules_, marker.key, marker.last_modified, time_.now, time_.day))
      due_.push_back(Remove(marker, RequiredPlace::kNewest));
    so_far_.lone_marker.reset();
  }

  std::vector<DeleteRequest> due() && { return std::move(due_); }

 private:
  void TakeNewest(const ObjectRecord& record) {
    if (record.delete_marker) {
      so_far_.lone_marker = record;
      return;
    }
    auto expiry = ExpiryOf(rules_, record.key, record.size, record.attributes.tags, record.last_modified, time_.day);
    if (IsDue(expiry, time_)) due_.push_back(DeleteCurrent(record));
  }

  void TakeNoncurrent(const ObjectRecord& record) {
    NoncurrentVersion version{.key = record.key,
                              .size = record.size,
                              .tags = record.attributes.tags,
                              .noncurrent_since = so_far_.last_made,
                              .newer_noncurrent = so_far_.noncurrent++};
    if (IsDue(NoncurrentExpiry(rules_, version, time_.day), time_))
      due_.push_back(Remove(record, RequiredPlace::kNoncurrent));
  }

  const LifecycleRules& rules_;
  const LifecycleTime time_;
  KeySoFar& so_far_;
  std::vector<DeleteRequest> due_;
};

}  // namespace

std::optional<std::string> PrefixOfDueVersions(const LifecycleRules& rules) {
  return PrefixOf(rules, [](const LifecycleRule& rule) { return rule.expiration || rule.noncurrent_expiration; });
}

std::optional<std::string> PrefixOfDueUploads(const LifecycleRules& rules) {
  return PrefixOf(rules, [](const LifecycleRule& rule) { return rule.abort_uploads_after_days.has_value(); });
}

std::vector<DeleteRequest> DueOf(const LifecycleRules& rules, const VersionPage& page, LifecycleTime time,
                                 KeySoFar& so_far) {
  PageJudge judge(rules, time, so_far);
  for (const ObjectRecord& record : page.versions) judge.Take(record);
  if (!page.truncated) judge.EndKey();
  return std::move(judge).due();
}

}  // namespace atelier::object_store
