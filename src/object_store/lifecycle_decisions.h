// What follows from lifecycle rules: pure functions of the rules, a thing and a time.
//
// Days count from the thing's time and then to the next midnight UTC, as S3 does; a date is itself. `day` is the length
// of a day: tests that wait for one make it short, and midnights are then multiples of it. Disabled rules count for
// nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "object_store/lifecycle.h"
#include "object_store/tags.h"

namespace atelier::object_store {

inline constexpr Milliseconds kDay = std::chrono::hours(24);

struct LifecycleDue {
  TimePoint when;
  std::string rule_id;

  bool operator==(const LifecycleDue&) const = default;
};

// When the current version of an object expires, by the rule that comes first.
std::optional<LifecycleDue> ExpiryOf(const LifecycleRules& rules, std::string_view key, std::uint64_t size,
                                     const Tags& tags, TimePoint last_modified, Milliseconds day = kDay);
// The header x-amz-expiration: expiry-date="...", rule-id="...".
std::string ExpirationHeader(const LifecycleDue& due);

// A version that is not the current one.
struct NoncurrentVersion {
  std::string_view key;
  std::uint64_t size = 0;
  const Tags& tags;
  TimePoint noncurrent_since;           // when the version after it came
  std::size_t newer_noncurrent = 0;     // noncurrent versions of the key that are newer than this one
  std::string_view storage_class = {};  // what was shown when it became noncurrent; S3's word
};
std::optional<LifecycleDue> NoncurrentExpiry(const LifecycleRules& rules, const NoncurrentVersion& version,
                                             Milliseconds day = kDay);

// When an upload that is not completed is aborted.
std::optional<LifecycleDue> AbortTime(const LifecycleRules& rules, std::string_view key, TimePoint initiated,
                                      Milliseconds day = kDay);

// Whether a delete marker that is the only version of its key goes: because a rule asks for that, or because its own
// expiration is due.
bool RemovesLoneMarker(const LifecycleRules& rules, std::string_view key, TimePoint marker_made, TimePoint now,
                       Milliseconds day = kDay);

// The storage class to show: the coldest of the stored one and those that transitions have led to.
std::string ShownStorageClass(const LifecycleRules& rules, std::string_view key, std::uint64_t size, const Tags& tags,
                              TimePoint last_modified, std::string_view stored_class, TimePoint now,
                              Milliseconds day = kDay);
std::string ShownStorageClass(const LifecycleRules& rules, const NoncurrentVersion& version, TimePoint now,
                              Milliseconds day = kDay);

}  // namespace atelier::object_store
