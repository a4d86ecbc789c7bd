// Lifecycle rules of a bucket: what a client may write down. What follows from them is in lifecycle_decisions.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "object_store/tags.h"

namespace atelier::object_store {

// All of what is given must hold; nothing given: every object.
struct LifecycleFilter {
  std::optional<std::string> prefix;
  Tags tags;
  std::optional<std::uint64_t> larger_than;   // bytes, exclusive
  std::optional<std::uint64_t> smaller_than;  // bytes, exclusive

  bool operator==(const LifecycleFilter&) const = default;
};

// One of the three.
struct LifecycleExpiration {
  std::optional<std::int32_t> days;         // after the last modification
  std::optional<TimePoint> date;            // a midnight UTC
  std::optional<bool> lone_delete_markers;  // ExpiredObjectDeleteMarker

  bool operator==(const LifecycleExpiration&) const = default;
};

// Days or a date.
struct LifecycleTransition {
  std::optional<std::int32_t> days;
  std::optional<TimePoint> date;
  std::string storage_class;  // S3's word

  bool operator==(const LifecycleTransition&) const = default;
};

// Counted from when a newer version came; the newest `keep_newest` noncurrent versions are left alone.
struct NoncurrentExpiration {
  std::int32_t days = 0;
  std::optional<std::int32_t> keep_newest;

  bool operator==(const NoncurrentExpiration&) const = default;
};
struct NoncurrentTransition {
  std::int32_t days = 0;
  std::optional<std::int32_t> keep_newest;
  std::string storage_class;  // S3's word

  bool operator==(const NoncurrentTransition&) const = default;
};

struct LifecycleRule {
  std::string id;
  bool enabled = false;
  LifecycleFilter filter;
  bool bare_prefix = false;  // the older form, <Prefix> without <Filter>: shown as it was given
  std::optional<LifecycleExpiration> expiration;
  std::vector<LifecycleTransition> transitions;
  std::optional<NoncurrentExpiration> noncurrent_expiration;
  std::vector<NoncurrentTransition> noncurrent_transitions;
  std::optional<std::int32_t> abort_uploads_after_days;

  bool operator==(const LifecycleRule&) const = default;
};
using LifecycleRules = std::vector<LifecycleRule>;

inline constexpr std::size_t kMaxLifecycleRules = 1000;

// Gives every rule without an ID a random one.
void NameLifecycleRules(LifecycleRules& rules);

// MalformedXML: no rule, or an action without or with too many times. InvalidArgument: IDs, days, dates, storage
// classes. InvalidRequest: too many rules, and what does not go together. InvalidTag: the filter's tags.
Result<void> CheckLifecycle(const LifecycleRules& rules);

}  // namespace atelier::object_store
