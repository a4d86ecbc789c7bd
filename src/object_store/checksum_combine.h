// The CRC of a whole from the CRCs of its parts (obs-s3 API: FULL_OBJECT checksums of multipart uploads).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/digest.h"

namespace atelier::object_store {

// True for the CRCs, whose parts' values can be combined.
bool IsCombinable(DigestKind kind);

// The checksum of A followed by B, from theirs (raw, big-endian) and B's length. `kind` must be combinable.
std::string CombineChecksums(DigestKind kind, std::string_view first, std::string_view second,
                             std::uint64_t second_length);

}  // namespace atelier::object_store
