// Appending to objects (obs-s3-api section 4.1, append).
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "object_store/metadata_index.h"

namespace atelier::object_store {

inline constexpr std::uint32_t kMaxAppends = 10'000;

// The object after the append. Its ETag is the MD5 of the first append, then "<MD5 over the ETag before and the MD5 of
// the piece>-<number of appends>": it changes with every append and is never mistaken for the MD5 of the whole.
// Conflict: PositionNotEqualToLength (subject: the length), ObjectNotAppendable. InvalidArgument beyond kMaxAppends.
Result<StoredObject> ApplyAppend(std::optional<StoredObject> present, const StoredAppend& append);

}  // namespace atelier::object_store
