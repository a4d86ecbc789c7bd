#include "object_store/lifecycle_decisions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "object_store/storage_classes.h"

namespace atelier::object_store {
namespace {

// Later times have no four-digit year to be written with.
constexpr TimePoint kNever = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);

TimePoint NextMidnight(TimePoint start, std::int32_t days, Milliseconds day) {
  TimePoint exact = start + days * day;
  auto past_midnight = exact.time_since_epoch() % day;
  TimePoint midnight = past_midnight > Milliseconds(0) ? exact - past_midnight + day : exact - past_midnight;
  return std::min(midnight, kNever);
}

TimePoint TimeOf(const std::optional<std::int32_t>& days, const std::optional<TimePoint>& date, TimePoint start,
                 Milliseconds day) {
  return days ? NextMidnight(start, *days, day) : date.value_or(kNever);
}

bool HasPrefix(const LifecycleRule& rule, std::string_view key) {
  return key.starts_with(rule.filter.prefix.value_or(""));
}

// Of a thing that has neither tags nor a size.
bool Covers(const LifecycleRule& rule, std::string_view key) {
  const LifecycleFilter& filter = rule.filter;
  return rule.enabled && HasPrefix(rule, key) && filter.tags.empty() && !filter.larger_than && !filter.smaller_than;
}

bool Covers(const LifecycleRule& rule, std::string_view key, std::uint64_t size, const Tags& tags) {
  const LifecycleFilter& filter = rule.filter;
  if (!rule.enabled || !HasPrefix(rule, key)) return false;
  if (filter.larger_than && size <= *filter.larger_than) return false;
  if (filter.smaller_than && size >= *filter.smaller_than) return false;
  return std::ranges::all_of(filter.tags, [&](const auto& wanted) {
    auto found = tags.find(wanted.first);
    return found != tags.end() && found->second == wanted.second;
  });
}

bool Keeps(const std::optional<std::int32_t>& keep_newest, const NoncurrentVersion& version) {
  return version.newer_noncurrent < static_cast<std::size_t>(keep_newest.value_or(0));
}

void Earlier(std::optional<LifecycleDue>& first, TimePoint when, const LifecycleRule& rule) {
  if (!first || when < first->when) first = LifecycleDue{when, rule.id};
}

bool ExpiresByTime(const LifecycleRule& rule) {
  return rule.expiration && (rule.expiration->days || rule.expiration->date);
}

std::string Colder(std::string a, const std::string& b) {
  return StorageClassRank(b) > StorageClassRank(a) ? b : std::move(a);
}

}  // namespace

std::optional<LifecycleDue> ExpiryOf(const LifecycleRules& rules, std::string_view key, std::uint64_t size,
                                     const Tags& tags, TimePoint last_modified, Milliseconds day) {
  std::optional<LifecycleDue> first;
  for (const LifecycleRule& rule : rules) {
    if (!ExpiresByTime(rule) || !Covers(rule, key, size, tags)) continue;
    Earlier(first, TimeOf(rule.expiration->days, rule.expiration->date, last_modified, day), rule);
  }
  return first;
}

std::string ExpirationHeader(const LifecycleDue& due) {
  return fmt::format("expiry-date=\"{}\", rule-id=\"{}\"", FormatHttpDate(due.when), PercentEncode(due.rule_id));
}

std::optional<LifecycleDue> NoncurrentExpiry(const LifecycleRules& rules, const NoncurrentVersion& version,
                                             Milliseconds day) {
  std::optional<LifecycleDue> first;
  for (const LifecycleRule& rule : rules) {
    if (!rule.noncurrent_expiration || !Covers(rule, version.key, version.size, version.tags)) continue;
    if (Keeps(rule.noncurrent_expiration->keep_newest, version)) continue;
    Earlier(first, NextMidnight(version.noncurrent_since, rule.noncurrent_expiration->days, day), rule);
  }
  return first;
}

std::optional<LifecycleDue> AbortTime(const LifecycleRules& rules, std::string_view key, TimePoint initiated,
                                      Milliseconds day) {
  std::optional<LifecycleDue> first;
  for (const LifecycleRule& rule : rules) {
    if (!rule.abort_uploads_after_days || !Covers(rule, key)) continue;
    Earlier(first, NextMidnight(initiated, *rule.abort_uploads_after_days, day), rule);
  }
  return first;
}

bool RemovesLoneMarker(const LifecycleRules& rules, std::string_view key, TimePoint marker_made, TimePoint now,
                       Milliseconds day) {
  return std::ranges::any_of(rules, [&](const LifecycleRule& rule) {
    if (!rule.expiration || !Covers(rule, key)) return false;
    if (rule.expiration->lone_delete_markers.value_or(false)) return true;
    return ExpiresByTime(rule) && TimeOf(rule.expiration->days, rule.expiration->date, marker_made, day) <= now;
  });
}

std::string ShownStorageClass(const LifecycleRules& rules, std::string_view key, std::uint64_t size, const Tags& tags,
                              TimePoint last_modified, std::string_view stored_class, TimePoint now, Milliseconds day) {
  std::string shown(stored_class);
  for (const LifecycleRule& rule : rules) {
    if (!Covers(rule, key, size, tags)) continue;
    for (const LifecycleTransition& transition : rule.transitions) {
      TimePoint when = TimeOf(transition.days, transition.date, last_modified, day);
      if (when <= now) shown = Colder(std::move(shown), transition.storage_class);
    }
  }
  return shown;
}

std::string ShownStorageClass(const LifecycleRules& rules, const NoncurrentVersion& version, TimePoint now,
                              Milliseconds day) {
  std::string shown(version.storage_class);
  for (const LifecycleRule& rule : rules) {
    if (!Covers(rule, version.key, version.size, version.tags)) continue;
    for (const NoncurrentTransition& transition : rule.noncurrent_transitions) {
      TimePoint when = NextMidnight(version.noncurrent_since, transition.days, day);
      if (when <= now && !Keeps(transition.keep_newest, version)) {
        shown = Colder(std::move(shown), transition.storage_class);
      }
    }
  }
  return shown;
}

}  // namespace atelier::object_store
