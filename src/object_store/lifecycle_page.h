// What lifecycle rules delete of a bucket's versions and uploads, listed page by page: pure functions, no clock.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "object_store/lifecycle.h"
#include "object_store/lifecycle_decisions.h"
#include "object_store/types.h"

namespace atelier::object_store {

// Where to look: the longest prefix that all rules concerned share. Nullopt: none of them deletes anything of the kind.
std::optional<std::string> PrefixOfDueVersions(const LifecycleRules& rules);
std::optional<std::string> PrefixOfDueUploads(const LifecycleRules& rules);

// A time and the length of a day (lifecycle_decisions.h).
struct LifecycleTime {
  TimePoint now;
  Milliseconds day = kDay;
};

// The key in whose versions a page ended: what the next page must know of it.
struct KeySoFar {
  std::string key;                          // empty: no page yet
  TimePoint last_made;                      // when the version listed last came: the next one became noncurrent then
  std::size_t noncurrent = 0;               // noncurrent versions listed
  std::optional<ObjectRecord> lone_marker;  // a delete marker, while it is the only version listed
};

// The deletions that are due of a page of ListVersions: of current versions by key, of all others by version id. Each
// asks that the version is still what was judged, so that nothing written or restored since is deleted. `so_far` goes
// from page to page and begins empty.
std::vector<DeleteRequest> DueOf(const LifecycleRules& rules, const VersionPage& page, LifecycleTime time,
                                 KeySoFar& so_far);

}  // namespace atelier::object_store
