// Port: what verifications found and how far the scrubber is, across restarts. Implemented by storage/ (SQLite) and
// testing/memory_health_record.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "object_store/blob.h"

namespace atelier::object_store {

struct KnownDamage {
  BlobRef blob;
  std::string reason;
  TimePoint found;
};

// A pass reads every blob once, in the order of the ids.
struct ScrubProgress {
  BlobId position;                      // the last blob that the running pass has read
  std::optional<TimePoint> started;     // the running pass, if one is
  std::uint64_t blobs = 0, bytes = 0;   // read by it
  std::optional<TimePoint> last_ended;  // the last whole pass
  bool operator==(const ScrubProgress&) const = default;
};

// Thread-safe. Every change is durable when it returns.
class HealthRecord {
 public:
  virtual ~HealthRecord() = default;
  virtual Result<std::vector<KnownDamage>> Damage() = 0;          // in the order of the ids
  virtual Result<void> AddDamage(const KnownDamage& damage) = 0;  // replaces what is known of the blob
  virtual Result<void> ForgetDamage(BlobId id) = 0;
  virtual Result<ScrubProgress> Scrub() = 0;
  virtual Result<void> SaveScrub(const ScrubProgress& progress) = 0;
};

}  // namespace atelier::object_store
