// Reading everything that is stored and saying whose bytes are damaged.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "object_store/blob_health.h"

namespace atelier::object_store {

// Every blob that is named, in the order of the ids, strictly after `after`, until `visit` says false. True: to the
// end.
Result<bool> VisitBlobs(MetadataIndex& index, BlobId after, const std::function<Result<bool>(const BlobRef&)>& visit);

// A user of damaged bytes, named as clients know it.
struct DamagedUser {
  std::string bucket, key;
  std::string upload_id;  // of a part; else empty
  int part_number = 0;
  bool operator==(const DamagedUser&) const = default;
};
struct DamageReport {
  KnownDamage damage;
  std::vector<DamagedUser> users;
};
// Names the users of damaged blobs. Looks at every object once, or at those of `bucket` (empty: all); blobs that nobody
// there uses are left out.
Result<std::vector<DamageReport>> NameUsers(MetadataIndex& index, const std::vector<KnownDamage>& damage,
                                            const std::string& bucket);

struct VerifyProgress {
  std::uint64_t blobs = 0, bytes = 0;
  std::uint64_t total_bytes = 0;  // about: the store goes on changing
};
struct VerifyOutcome {
  VerifyProgress read;
  std::vector<DamageReport> damage;
};
// Reads every blob, or those of one bucket's objects and parts (NoSuchBucket; a shared one as often as it is used), at
// full speed. `progress` is called before each read; false ends with Cancelled.
Result<VerifyOutcome> VerifyStore(MetadataIndex& index, BlobHealth& health, const std::string& bucket,
                                  const std::function<bool(const VerifyProgress&)>& progress);

}  // namespace atelier::object_store
