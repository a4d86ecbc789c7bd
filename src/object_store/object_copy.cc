#include <fmt/format.h>

#include "base/strings.h"
#include "object_store/errors.h"
#include "object_store/service_state.h"

namespace atelier::object_store {
namespace {

// How often a copy whose source was replaced under it begins anew.
constexpr int kAttempts = 8;
// Reading more would outlast clients' patience. It is also the most that S3 copies by one request.
constexpr std::uint64_t kLargestRead = 5ULL << 30;

template <class T>
bool IsConflict(const Result<T>& result) {
  return !result && result.error().kind == ErrorKind::kConflict;
}

// Turns the source into what is written: its bytes and checksums, under another name.
void MakeCopy(const CopyRequest& request, const ObjectKey& target, TimePoint now, StoredObject& object) {
  ObjectRecord& record = object.record;
  record.bucket = request.target_bucket;
  record.key = target.bytes();
  record.last_modified = now;
  record.sequence = ToUnixMillis(now);
  record.latest = true;
  record.appends = 0;  // a copy is an ordinary object
  object.upload_id.clear();
  auto tags = request.replace_tags.value_or(record.attributes.tags);
  if (request.replace) record.attributes = *request.replace;
  record.attributes.tags = std::move(tags);
  record.attributes.acl = request.acl;
}

// Not that of an object in parts or of appends, which ends with "-" and their number.
bool HasPlainEtag(const ObjectRecord& record) { return record.etag.find('-') == std::string::npos; }

// Gives a record the ETag and the checksums of an object put whole. Those of the whole that are there already are
// compared.
Result<void> BecomeWhole(const std::vector<Extent>& extents, ObjectRecord& record) {
  std::vector<DigestKind> kinds = {DigestKind::kMd5};
  for (const Checksum& checksum : record.checksums) kinds.push_back(checksum.kind);
  ATELIER_TRY(auto digests, DigestExtents(extents, kinds));
  record.etag = HexEncode(digests[0]);
  record.part_sizes.clear();
  for (std::size_t i = 0; i < record.checksums.size(); ++i) {
    Checksum& checksum = record.checksums[i];
    if (!checksum.composite && checksum.value != digests[i + 1])
      return Internal(fmt::format("the bytes of '{}' are damaged: their {} is not the one that was stored with them",
                                  record.key, DigestName(checksum.kind)));
    checksum = {checksum.kind, digests[i + 1], false};
  }
  return {};
}

// What is to be copied, as an object put whole if it may and must be read for that.
Result<StoredObject> WholeSource(ObjectService::State& state, const CopyRequest& request) {
  auto check = [&](const ObjectRecord& record) {
    return request.check_source ? request.check_source(record) : Result<void>();
  };
  auto is_read = [&](const ObjectRecord& record) {
    return !request.keep_etag_of_parts && !HasPlainEtag(record) && record.size <= kLargestRead;
  };
  ATELIER_TRY(StoredObject found, state.Find(request.source_bucket, request.source_key, request.source_version));
  ATELIER_CHECK(check(found.record));
  if (!is_read(found.record)) return found;
  // Looked up again, together with its bytes: it may have been replaced.
  ATELIER_TRY(auto opened, state.Open(request.source_bucket, request.source_key, request.source_version));
  ATELIER_CHECK(check(opened.object.record));
  if (is_read(opened.object.record)) ATELIER_CHECK(BecomeWhole(opened.extents, opened.object.record));
  return std::move(opened.object);
}

Result<std::vector<Piece>> CutRange(const StoredObject& source,
                                    const std::optional<std::pair<std::uint64_t, std::uint64_t>>& range) {
  if (!range) return source.pieces;
  auto [first, last] = *range;
  if (first > last || last >= source.record.size)
    return InvalidArgument(
        fmt::format("the range {}-{} is not within the source, which has {} bytes", first, last, source.record.size),
        "InvalidRange", source.record.key);
  return SlicePieces(source.pieces, first, last - first + 1);
}

}  // namespace

Result<ObjectRecord> ObjectService::Copy(const Caller& caller, const CopyRequest& request) {
  ATELIER_CHECK(state_->CheckAccess(caller, request.source_bucket));
  ATELIER_TRY(auto info, state_->CheckAccess(caller, request.target_bucket));
  ATELIER_TRY(ObjectKey target, ObjectKey::Parse(request.target_key));
  bool to_itself = request.source_bucket == request.target_bucket && request.source_key == request.target_key;
  if (to_itself && !request.replace && !request.source_version)
    return InvalidArgument("an object can be copied to itself only to replace its metadata or storage class",
                           "InvalidRequest", request.target_key);
  for (int attempt = 1;; ++attempt) {
    ATELIER_TRY(StoredObject object, WholeSource(*state_, request));
    MakeCopy(request, target, state_->clock.Now(), object);
    object.record.attributes.owner_id = OwnerOf(caller, info->bucket);
    std::optional<NewBlob> none;
    auto copied = state_->Settle(state_->index.PutObject(object, {}, request.conditions), none);
    if (IsConflict(copied) && attempt < kAttempts) continue;
    ATELIER_TRY(object.record.version_id, std::move(copied));
    return std::move(object.record);
  }
}

Result<PartRecord> ObjectService::CopyPart(const Caller& caller, const std::string& bucket, const std::string& key,
                                           const std::string& upload_id, int number, const CopyRequest& source,
                                           std::optional<std::pair<std::uint64_t, std::uint64_t>> range) {
  ATELIER_CHECK(state_->CheckAccess(caller, source.source_bucket));
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  ATELIER_CHECK(CheckPartNumber(number));
  ATELIER_TRY(auto upload, state_->NeedUpload(bucket, key, upload_id));
  for (int attempt = 1;; ++attempt) {
    ATELIER_TRY(auto opened, state_->Open(source.source_bucket, source.source_key, source.source_version));
    if (source.check_source) ATELIER_CHECK(source.check_source(opened.object.record));
    StoredPart part;
    ATELIER_TRY(part.pieces, CutRange(opened.object, range));
    std::uint64_t first = range ? range->first : 0;
    part.record.number = number;
    part.record.size = range ? range->second - first + 1 : opened.object.record.size;
    part.record.last_modified = state_->clock.Now();

    std::vector<DigestKind> kinds = {DigestKind::kMd5};
    if (upload.checksum_kind) kinds.push_back(*upload.checksum_kind);
    bool whole = part.record.size == opened.object.record.size;
    if (whole && HasPlainEtag(opened.object.record) && !upload.checksum_kind) {
      part.record.etag = opened.object.record.etag;
    } else {
      ATELIER_TRY(auto digests, DigestExtents(SliceExtents(opened.extents, first, part.record.size), kinds));
      part.record.etag = HexEncode(digests[0]);
      if (upload.checksum_kind) part.record.checksum = Checksum{*upload.checksum_kind, digests[1], false};
    }
    auto copied = state_->Settle(state_->index.PutPart(upload_id, part, {}));
    if (IsConflict(copied) && attempt < kAttempts) continue;
    ATELIER_CHECK(std::move(copied));
    return part.record;
  }
}

}  // namespace atelier::object_store
