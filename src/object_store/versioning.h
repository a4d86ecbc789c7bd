// Whether a bucket keeps the versions of its objects (PUT ?versioning).
#pragma once

namespace atelier::object_store {

// Once enabled, a bucket can only be suspended; versions that exist stay.
enum class VersioningState { kNever = 0, kEnabled = 1, kSuspended = 2 };

}  // namespace atelier::object_store
