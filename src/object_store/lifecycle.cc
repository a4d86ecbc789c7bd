#include "object_store/lifecycle.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/ids.h"
#include "object_store/storage_classes.h"

namespace atelier::object_store {
namespace {

constexpr std::size_t kMaxId = 255;
constexpr std::size_t kMaxPrefix = 1024;
constexpr std::int32_t kMaxKept = 100;

std::unexpected<Error> Malformed(std::string message) { return InvalidArgument(std::move(message), "MalformedXML"); }
std::unexpected<Error> Wrong(std::string message) { return InvalidArgument(std::move(message), "InvalidArgument"); }
std::unexpected<Error> Clash(std::string message) { return InvalidArgument(std::move(message), "InvalidRequest"); }

Result<void> CheckPositive(std::string_view action, std::int32_t days) {
  if (days > 0) return {};
  return Wrong(fmt::format("the days of {} are 1 or more, not {}", action, days));
}

Result<void> CheckMidnight(std::string_view action, TimePoint date) {
  if (date == std::chrono::floor<std::chrono::days>(date)) return {};
  return Wrong(fmt::format("the date of {} is a midnight UTC, such as 2030-01-31T00:00:00Z, not {}", action,
                           FormatIso8601(date)));
}

Result<void> CheckKept(std::string_view action, const std::optional<std::int32_t>& kept) {
  if (!kept || (*kept >= 1 && *kept <= kMaxKept)) return {};
  return Wrong(fmt::format("NewerNoncurrentVersions of {} is 1 to {}, not {}", action, kMaxKept, *kept));
}

Result<void> CheckClass(std::string_view action, const std::string& storage_class) {
  if (StorageClassRank(storage_class) > 0) return {};
  return Malformed(
      fmt::format("{} cannot go to the storage class \"{}\"; use a colder one than STANDARD", action, storage_class));
}

Result<void> CheckFilter(const LifecycleFilter& filter) {
  if (filter.prefix && filter.prefix->size() > kMaxPrefix) {
    return Clash(
        fmt::format("the prefix of a rule has at most {} bytes; this one has {}", kMaxPrefix, filter.prefix->size()));
  }
  for (const auto& [key, value] : filter.tags) ATELIER_CHECK(CheckTag(key, value));
  if (filter.larger_than && filter.smaller_than && *filter.smaller_than <= *filter.larger_than) {
    return Clash(fmt::format("ObjectSizeLessThan ({}) must be greater than ObjectSizeGreaterThan ({})",
                             *filter.smaller_than, *filter.larger_than));
  }
  return {};
}

Result<void> CheckExpiration(const LifecycleExpiration& expiration) {
  int given = (expiration.days ? 1 : 0) + (expiration.date ? 1 : 0) + (expiration.lone_delete_markers ? 1 : 0);
  if (given != 1) return Malformed("Expiration needs one of Days, Date and ExpiredObjectDeleteMarker");
  if (expiration.days) ATELIER_CHECK(CheckPositive("Expiration", *expiration.days));
  if (expiration.date) ATELIER_CHECK(CheckMidnight("Expiration", *expiration.date));
  return {};
}

Result<void> CheckTransition(const LifecycleTransition& transition) {
  if (transition.days.has_value() == transition.date.has_value()) {
    return Malformed("Transition needs one of Days and Date");
  }
  if (transition.days.value_or(0) < 0) {
    return Wrong(fmt::format("the days of Transition are 0 or more, not {}", *transition.days));
  }
  if (transition.date) ATELIER_CHECK(CheckMidnight("Transition", *transition.date));
  return CheckClass("Transition", transition.storage_class);
}

// Days and dates are not mixed, a class is gone to once, and nothing expires before it has moved.
Result<void> CheckTimes(const LifecycleRule& rule) {
  bool days = rule.expiration && rule.expiration->days;
  bool dates = rule.expiration && rule.expiration->date;
  std::set<std::string_view> classes;
  for (const LifecycleTransition& transition : rule.transitions) {
    days = days || transition.days;
    dates = dates || transition.date;
    if (!classes.insert(transition.storage_class).second) {
      return Clash(fmt::format("the rule \"{}\" has two transitions to {}", rule.id, transition.storage_class));
    }
    bool too_late = rule.expiration && ((rule.expiration->days && transition.days >= rule.expiration->days) ||
                                        (rule.expiration->date && transition.date >= rule.expiration->date));
    if (too_late) {
      return Wrong(fmt::format("the rule \"{}\" expires objects before or when they go to {}; expire them later",
                               rule.id, transition.storage_class));
    }
  }
  if (days && dates) return Clash(fmt::format("the rule \"{}\" mixes days and dates; use one of them", rule.id));
  return {};
}

Result<void> CheckNoncurrent(const LifecycleRule& rule) {
  constexpr std::string_view kTransition = "NoncurrentVersionTransition";
  constexpr std::string_view kExpiration = "NoncurrentVersionExpiration";
  if (rule.noncurrent_expiration) {
    ATELIER_CHECK(CheckPositive(kExpiration, rule.noncurrent_expiration->days));
    ATELIER_CHECK(CheckKept(kExpiration, rule.noncurrent_expiration->keep_newest));
  }
  std::set<std::string_view> classes;
  for (const NoncurrentTransition& transition : rule.noncurrent_transitions) {
    if (transition.days < 0) {
      return Wrong(fmt::format("the days of {} are 0 or more, not {}", kTransition, transition.days));
    }
    ATELIER_CHECK(CheckKept(kTransition, transition.keep_newest));
    ATELIER_CHECK(CheckClass(kTransition, transition.storage_class));
    if (!classes.insert(transition.storage_class).second) {
      return Clash(fmt::format("the rule \"{}\" has two {}s to {}", rule.id, kTransition, transition.storage_class));
    }
    if (rule.noncurrent_expiration && transition.days >= rule.noncurrent_expiration->days) {
      return Wrong(
          fmt::format("the rule \"{}\" expires noncurrent versions before or when they go to {}; expire them later",
                      rule.id, transition.storage_class));
    }
  }
  return {};
}

Result<void> CheckActions(const LifecycleRule& rule) {
  if (!rule.expiration && rule.transitions.empty() && !rule.noncurrent_expiration &&
      rule.noncurrent_transitions.empty() && !rule.abort_uploads_after_days) {
    return Clash(fmt::format("the rule \"{}\" does nothing; it needs at least one action", rule.id));
  }
  if (rule.expiration) ATELIER_CHECK(CheckExpiration(*rule.expiration));
  for (const LifecycleTransition& transition : rule.transitions) ATELIER_CHECK(CheckTransition(transition));
  ATELIER_CHECK(CheckTimes(rule));
  ATELIER_CHECK(CheckNoncurrent(rule));

  // Uploads and delete markers have neither tags nor a size.
  const LifecycleFilter& filter = rule.filter;
  bool of_objects = !filter.tags.empty() || filter.larger_than || filter.smaller_than;
  if (rule.abort_uploads_after_days) {
    ATELIER_CHECK(CheckPositive("AbortIncompleteMultipartUpload", *rule.abort_uploads_after_days));
    if (of_objects) return Clash("AbortIncompleteMultipartUpload cannot go with a filter by tags or size");
  }
  if (of_objects && rule.expiration && rule.expiration->lone_delete_markers) {
    return Clash("ExpiredObjectDeleteMarker cannot go with a filter by tags or size");
  }
  return {};
}

Result<void> CheckRule(const LifecycleRule& rule) {
  if (rule.id.size() > kMaxId) {
    return Wrong(fmt::format("the ID of a rule has at most {} bytes; this one has {}", kMaxId, rule.id.size()));
  }
  ATELIER_CHECK(CheckFilter(rule.filter));
  return CheckActions(rule);
}

}  // namespace

void NameLifecycleRules(LifecycleRules& rules) {
  for (LifecycleRule& rule : rules) {
    if (rule.id.empty()) rule.id = NewUuid();
  }
}

Result<void> CheckLifecycle(const LifecycleRules& rules) {
  if (rules.empty()) return Malformed("a lifecycle configuration needs a rule");
  if (rules.size() > kMaxLifecycleRules) {
    return Clash(fmt::format("a lifecycle configuration has at most {} rules; this one has {}", kMaxLifecycleRules,
                             rules.size()));
  }
  std::set<std::string_view> ids;
  for (const LifecycleRule& rule : rules) {
    ATELIER_CHECK(CheckRule(rule));
    if (!rule.id.empty() && !ids.insert(rule.id).second) {
      return Wrong(fmt::format("two rules have the ID \"{}\"; give each its own", rule.id));
    }
  }
  return {};
}

}  // namespace atelier::object_store
