#include "object_store/errors.h"

#include <fmt/format.h>

#include "object_store/metadata_index.h"
#include "object_store/object_service.h"

namespace atelier::object_store {
namespace {

std::string ShownId(const std::string& version_id) { return version_id.empty() ? "null" : version_id; }
constexpr const char* kDamagedBlob = "DamagedBlob";

}  // namespace

std::unexpected<Error> NoSuchBucket(const std::string& bucket) {
  return NotFound("the bucket '" + bucket + "' does not exist", "NoSuchBucket", bucket);
}

std::unexpected<Error> NoSuchKey(const std::string& key) {
  return NotFound("the key '" + key + "' does not exist", "NoSuchKey", key);
}

std::unexpected<Error> NoSuchVersion(const std::string& key, const std::string& version_id) {
  return NotFound("the key '" + key + "' has no version '" + ShownId(version_id) + "'", "NoSuchVersion", key);
}

std::unexpected<Error> DeletedKey(const std::string& key, const std::string& marker_id) {
  return NotFound("the key '" + key + "' was deleted; older versions can be asked for by their id", "NoSuchKey",
                  std::string(kMarkerSubject) + ShownId(marker_id));
}

std::unexpected<Error> IsDeleteMarker(const std::string& key, const std::string& version_id) {
  return FailedPrecondition(
      "the version '" + ShownId(version_id) + "' of the key '" + key + "' is a delete marker: there is nothing to read",
      "MethodNotAllowed", std::string(kMarkerSubject) + ShownId(version_id));
}

std::unexpected<Error> NoSuchUpload(const std::string& upload_id) {
  return NotFound("the multipart upload '" + upload_id + "' does not exist; it may have been completed or aborted",
                  "NoSuchUpload", upload_id);
}

std::unexpected<Error> BucketAlreadyExists(const std::string& bucket) {
  return AlreadyExists("the bucket name '" + bucket + "' is taken; bucket names are shared by all projects",
                       "BucketAlreadyExists", bucket);
}

std::unexpected<Error> BucketAlreadyOwnedByYou(const std::string& bucket) {
  return AlreadyExists("the bucket '" + bucket + "' exists already and belongs to your project",
                       "BucketAlreadyOwnedByYou", bucket);
}

std::unexpected<Error> BucketNotEmpty(const std::string& bucket) {
  return FailedPrecondition("the bucket '" + bucket + "' still holds objects; delete them first", "BucketNotEmpty",
                            bucket);
}

std::unexpected<Error> PreconditionFailed(std::string message, const std::string& key) {
  return FailedPrecondition(std::move(message), "PreconditionFailed", key);
}

std::unexpected<Error> BadDigest(const std::string& algorithm) {
  return InvalidArgument("The " + algorithm + " you specified did not match what was received", "BadDigest", algorithm);
}

std::unexpected<Error> InvalidPart(int number) {
  return InvalidArgument(
      "part " + std::to_string(number) + " was not uploaded, or its ETag or checksum differs from the one listed",
      "InvalidPart", std::to_string(number));
}

Result<void> CheckPartNumber(int number) {
  if (number >= 1 && number <= kMaxParts) return {};
  return InvalidArgument(
      "a part number is 1 to " + std::to_string(kMaxParts) + "; this one is " + std::to_string(number),
      "InvalidArgument", std::to_string(number));
}

std::unexpected<Error> DamagedBlob(std::string reason) { return Internal(std::move(reason), kDamagedBlob); }

bool IsDamagedBlob(const Error& error) { return error.code == kDamagedBlob; }

std::unexpected<Error> DamagedObject(BlobId id, std::string_view reason) {
  return Internal(fmt::format("the stored bytes are damaged and are not served (blob {:016x}: {}); store the object "
                              "again, or take it from a backup",
                              id.value(), reason),
                  "InternalError");
}

std::unexpected<Error> BlobGone() {
  return MakeError(ErrorKind::kConflict, "the bytes referred to were deleted meanwhile", "BlobGone");
}

std::unexpected<Error> PartsChanged() {
  return MakeError(ErrorKind::kConflict, "a part was replaced while the upload was being completed", "PartsChanged");
}

}  // namespace atelier::object_store
