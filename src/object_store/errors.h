// The S3 codes of this room's errors, each worded once.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "object_store/blob.h"

namespace atelier::object_store {

std::unexpected<Error> NoSuchBucket(const std::string& bucket);
std::unexpected<Error> NoSuchKey(const std::string& key);
std::unexpected<Error> NoSuchVersion(const std::string& key, const std::string& version_id);
// The key's current state is a delete marker (NoSuchKey); the version named is one (MethodNotAllowed). Subjects as
// kMarkerSubject says.
std::unexpected<Error> DeletedKey(const std::string& key, const std::string& marker_id);
std::unexpected<Error> IsDeleteMarker(const std::string& key, const std::string& version_id);
std::unexpected<Error> NoSuchUpload(const std::string& upload_id);
std::unexpected<Error> BucketAlreadyExists(const std::string& bucket);
std::unexpected<Error> BucketAlreadyOwnedByYou(const std::string& bucket);
std::unexpected<Error> BucketNotEmpty(const std::string& bucket);
std::unexpected<Error> PreconditionFailed(std::string message, const std::string& key);
std::unexpected<Error> BadDigest(const std::string& algorithm);
std::unexpected<Error> InvalidPart(int number);
Result<void> CheckPartNumber(int number);  // 1 to 10000

// Stored bytes are not what was stored: within the blob store, what is wrong with them; and for clients. Internal.
std::unexpected<Error> DamagedBlob(std::string reason);
bool IsDamagedBlob(const Error& error);
std::unexpected<Error> DamagedObject(BlobId id, std::string_view reason);

// Conflicts that a caller answers by reading again.
std::unexpected<Error> BlobGone();
std::unexpected<Error> PartsChanged();

}  // namespace atelier::object_store
