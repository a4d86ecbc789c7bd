// Lifecycle rules as tests write them.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "object_store/lifecycle.h"

namespace atelier::object_store {

inline LifecycleRule Rule(std::string prefix = "") {
  LifecycleRule rule;
  rule.id = "r";
  rule.enabled = true;
  rule.filter.prefix = std::move(prefix);
  return rule;
}
inline LifecycleRule Expires(int days, std::string prefix = "") {
  LifecycleRule rule = Rule(std::move(prefix));
  rule.expiration.emplace().days = days;
  return rule;
}
inline LifecycleRule ExpiresNoncurrent(int days, std::optional<int> keep = {}) {
  LifecycleRule rule = Rule();
  rule.noncurrent_expiration = NoncurrentExpiration{days, keep};
  return rule;
}
inline LifecycleRule RemovesMarkers() {
  LifecycleRule rule = Rule();
  rule.expiration.emplace().lone_delete_markers = true;
  return rule;
}

}  // namespace atelier::object_store
