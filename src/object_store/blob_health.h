// Which blobs are known to be damaged, whoever found it: a reader, the scrubber or a verification.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "object_store/blob_store.h"
#include "object_store/health_record.h"
#include "object_store/metadata_index.h"

namespace atelier::object_store {

// Whether rows refer to the blob; else its bytes may be gone rightly.
Result<bool> IsAlive(MetadataIndex& index, BlobId id);

// Thread-safe. What is known damaged is refused by the blob store until it reads well again. Must outlive the reads of
// the blob store (it listens to what they find), and is outlived by everything it is made of.
class BlobHealth {
 public:
  BlobHealth(MetadataIndex& index, BlobStore& blobs, HealthRecord& record, const Clock& clock)
      : index_(index), blobs_(blobs), record_(record), clock_(clock) {}

  // Takes over what the last run knew, and listens from now on. Before the first read.
  Result<void> Start();

  // Reads the blob and remembers the verdict. A blob that died meanwhile is sound: nobody misses it.
  Result<BlobVerdict> Verify(const BlobRef& blob, const BlobStore::Pace& pace = {});
  // What is known, without the blobs that are gone by now.
  Result<std::vector<KnownDamage>> Damage();

  // Since the start of the program.
  std::uint64_t verified_blobs() const { return verified_blobs_; }
  std::uint64_t verified_bytes() const { return verified_bytes_; }
  std::uint64_t damaged_blobs() const { return damaged_blobs_; }

 private:
  // False when the blob is dead or gone: then there is nothing to report.
  Result<bool> Report(const BlobRef& blob, const std::string& reason);
  Result<void> Forget(BlobId id);
  Result<void> Count();

  MetadataIndex& index_;
  BlobStore& blobs_;
  HealthRecord& record_;
  const Clock& clock_;
  std::atomic<std::uint64_t> verified_blobs_ = 0, verified_bytes_ = 0, damaged_blobs_ = 0;
};

}  // namespace atelier::object_store
