// What a change does to the versions of one key: pure functions, so that every MetadataIndex follows the same rules.
//
// The newest version of a key is its current one, unless it is a delete marker: then the key has no current version.
// All others are noncurrent. The null version (empty id) is what buckets without versioning write; a key has at most
// one. Versions are ordered by their sequence, a number that grows with each change of the key.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "object_store/metadata_index.h"
#include "object_store/versioning.h"

namespace atelier::object_store {

// Before the change. Reading all of it costs three look-ups; the noncurrent ones are not needed in a bucket that never
// had versions.
struct KeyVersions {
  std::optional<StoredObject> current;
  std::optional<StoredObject> newest_noncurrent;  // delete markers included
  std::optional<StoredObject> null_noncurrent;
};

// What to do with the key's rows. References of pieces go with `written` (new ones) and `gone` (dropped); a version
// that only changes its place keeps its own.
struct VersionChange {
  std::optional<StoredObject> written;        // the new version or delete marker, with its id and sequence
  bool drop_current = false;                  // the current row goes, unless `to_current` replaces it
  std::optional<StoredObject> to_current;     // becomes the current row: `written`, or a noncurrent one promoted
  std::vector<StoredObject> to_noncurrent;    // rows to add to the noncurrent ones
  std::vector<std::int64_t> drop_noncurrent;  // sequences of noncurrent rows to remove
  std::vector<StoredObject> gone;             // versions whose bytes nobody needs any more
};

// `object.record.sequence` is a proposal (microseconds since 1970): it becomes larger than those of all versions
// present.
VersionChange PlanWrite(VersioningState state, const KeyVersions& present, StoredObject object);

// A delete that names no version. Without versioning the object goes; with it, a delete marker is written.
// `marker` brings bucket, key, time, owner and the proposed sequence.
VersionChange PlanDelete(VersioningState state, const KeyVersions& present, StoredObject marker);

// A delete of exactly `victim`. `next_noncurrent` is the newest noncurrent version besides it: it may become current.
VersionChange PlanRemoveVersion(const KeyVersions& present, const StoredObject& victim,
                                const std::optional<StoredObject>& next_noncurrent);

// What a request to delete asks for. `victim` is the version that it names, if there is one; `older(sequence)` finds
// the newest noncurrent version older than that. PreconditionFailed, InvalidArgument for a text that is no version id.
struct DeletePlan {
  VersionChange change;
  DeleteOutcome outcome;
};
using FindOlder = std::function<Result<std::optional<StoredObject>>(std::int64_t sequence)>;
Result<DeletePlan> PlanRequest(VersioningState state, const DeleteRequest& request, const KeyVersions& present,
                               const std::optional<StoredObject>& victim, const ObjectRecord& marker,
                               const FindOlder& older);

// Version ids are opaque to clients: 16 hexadecimal digits of the sequence, by which a version is found with one
// look-up, and 16 of a checksum of bucket and key, so that the id of one key's version names nothing of another.
std::string VersionIdOf(const ObjectRecord& record);
std::optional<std::int64_t> SequenceOf(std::string_view version_id);

}  // namespace atelier::object_store
