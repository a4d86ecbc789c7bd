#include <fmt/format.h>

#include "base/ids.h"
#include "base/strings.h"
#include "object_store/checksum_combine.h"
#include "object_store/errors.h"
#include "object_store/listing.h"
#include "object_store/service_state.h"

namespace atelier::object_store {
namespace {

constexpr int kAttempts = 8;
constexpr std::size_t kUploadIdCharacters = 32;

Result<void> CheckChecksumType(const std::optional<DigestKind>& kind, bool composite) {
  if (!kind) return {};
  if (!composite && !IsCombinable(*kind))
    return InvalidArgument(
        fmt::format("{} checksums of a multipart upload are COMPOSITE; FULL_OBJECT is for CRCs", DigestName(*kind)),
        "InvalidRequest");
  if (composite && *kind == DigestKind::kCrc64Nvme)
    return InvalidArgument("CRC64NVME checksums of a multipart upload are FULL_OBJECT, not COMPOSITE",
                           "InvalidRequest");
  return {};
}

bool IsListedRightly(const CompletedPart& listed, const StoredPart& stored) {
  if (!EqualsIgnoreCase(listed.etag, stored.record.etag)) return false;
  return !listed.checksum || (stored.record.checksum && stored.record.checksum->value == *listed.checksum);
}

// The stored parts that the client lists, in its order.
Result<std::vector<StoredPart>> ChooseParts(const std::vector<StoredPart>& stored,
                                            const std::vector<CompletedPart>& listed, std::uint64_t min_part_size) {
  std::vector<StoredPart> chosen;
  auto candidate = stored.begin();
  int last_number = 0;
  for (const CompletedPart& part : listed) {
    if (part.number <= last_number)
      return InvalidArgument(
          fmt::format("parts must be listed in ascending order; {} follows {}", part.number, last_number),
          "InvalidPartOrder");
    last_number = part.number;
    while (candidate != stored.end() && candidate->record.number < part.number) ++candidate;
    if (candidate == stored.end() || candidate->record.number != part.number || !IsListedRightly(part, *candidate))
      return InvalidPart(part.number);
    chosen.push_back(*candidate);
  }
  for (std::size_t i = 0; i + 1 < chosen.size(); ++i) {
    if (chosen[i].record.size >= min_part_size) continue;
    return InvalidArgument(fmt::format("part {} has {} bytes; every part but the last needs at least {}",
                                       chosen[i].record.number, chosen[i].record.size, min_part_size),
                           "EntityTooSmall", std::to_string(chosen[i].record.number));
  }
  return chosen;
}

Result<std::string> CompositeEtag(const std::vector<StoredPart>& parts) {
  std::string digests;
  for (const StoredPart& part : parts) {
    auto md5 = HexDecode(part.record.etag);
    if (!md5) return Internal(fmt::format("part {} has no MD5 for an ETag", part.record.number));
    digests += *md5;
  }
  return HexEncode(ComputeDigest(DigestKind::kMd5, digests)) + "-" + std::to_string(parts.size());
}

Result<Checksum> WholeChecksum(DigestKind kind, bool composite, const std::vector<StoredPart>& parts) {
  Checksum whole{kind, {}, composite};
  std::string values;
  for (const StoredPart& part : parts) {
    if (!part.record.checksum || part.record.checksum->kind != kind) return InvalidPart(part.record.number);
    const std::string& value = part.record.checksum->value;
    values += value;
    if (!composite)
      whole.value = whole.value.empty() ? value : CombineChecksums(kind, whole.value, value, part.record.size);
  }
  if (composite) whole.value = ComputeDigest(kind, values);
  return whole;
}

Result<StoredObject> Assemble(const MultipartUpload& upload, const std::vector<StoredPart>& parts) {
  StoredObject object;
  ObjectRecord& record = object.record;
  record.bucket = upload.bucket;
  record.key = upload.key;
  record.attributes = upload.attributes;
  object.upload_id = upload.upload_id;
  for (const StoredPart& part : parts) {
    record.size += part.record.size;
    record.part_sizes.push_back(part.record.size);
    object.pieces.insert(object.pieces.end(), part.pieces.begin(), part.pieces.end());
  }
  ATELIER_TRY(record.etag, CompositeEtag(parts));
  if (upload.checksum_kind) {
    ATELIER_TRY(Checksum whole, WholeChecksum(*upload.checksum_kind, upload.checksum_composite, parts));
    record.checksums.push_back(std::move(whole));
  }
  return object;
}

// What the client says of the whole object.
Result<void> CheckWhole(const Completion& completion, const ObjectRecord& record) {
  if (completion.size && *completion.size != record.size)
    return InvalidArgument(
        fmt::format("the parts make {} bytes, not the {} that were announced", record.size, *completion.size),
        "InvalidRequest");
  if (!completion.checksum) return {};
  const Checksum& claimed = *completion.checksum;
  if (record.checksums.empty() || record.checksums.front().kind != claimed.kind)
    return InvalidArgument(
        fmt::format("a {} of the whole object was given, but the upload was begun without this algorithm",
                    DigestName(claimed.kind)),
        "InvalidRequest");
  if (record.checksums.front().value != claimed.value) return BadDigest(std::string(DigestName(claimed.kind)));
  return {};
}

}  // namespace

Result<MultipartUpload> ObjectService::State::NeedUpload(const std::string& bucket, const std::string& key,
                                                         const std::string& upload_id) {
  ATELIER_TRY(auto upload, index.FindUpload(bucket, key, upload_id));
  if (!upload) return NoSuchUpload(upload_id);
  return *std::move(upload);
}

Result<MultipartUpload> ObjectService::CreateUpload(const Caller& caller, const std::string& bucket,
                                                    const ObjectKey& key, ObjectAttributes attributes,
                                                    std::optional<DigestKind> checksum_kind, bool composite) {
  ATELIER_TRY(auto info, state_->CheckAccess(caller, bucket));
  ATELIER_CHECK(CheckChecksumType(checksum_kind, composite));
  attributes.owner_id = OwnerOf(caller, info->bucket);
  MultipartUpload upload{RandomHex(kUploadIdCharacters), bucket,        key.bytes(), state_->clock.Now(),
                         std::move(attributes),          checksum_kind, composite};
  ATELIER_CHECK(state_->index.CreateUpload(upload));
  return upload;
}

Result<MultipartUpload> ObjectService::FindUpload(const Caller& caller, const std::string& bucket,
                                                  const std::string& key, const std::string& upload_id) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  return state_->NeedUpload(bucket, key, upload_id);
}

Result<std::vector<PartRecord>> ObjectService::ListParts(const Caller& caller, const std::string& bucket,
                                                         const std::string& key, const std::string& upload_id,
                                                         int after_number, std::size_t limit) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  ATELIER_TRY(auto upload, state_->NeedUpload(bucket, key, upload_id));
  ATELIER_TRY(auto parts, state_->index.Parts(upload_id, after_number, limit));
  std::vector<PartRecord> records;
  for (StoredPart& part : parts) records.push_back(std::move(part.record));
  return records;
}

Result<ObjectRecord> ObjectService::CompleteUpload(const Caller& caller, const std::string& bucket,
                                                   const std::string& key, const std::string& upload_id,
                                                   const Completion& completion) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  if (completion.parts.empty())
    return InvalidArgument("a multipart upload is completed with at least one part", "MalformedXML");
  for (int attempt = 1;; ++attempt) {
    ATELIER_TRY(auto upload, state_->index.FindUpload(bucket, key, upload_id));
    if (!upload) {
      // The answer to an earlier completion may have been lost on its way.
      ATELIER_TRY(auto made, state_->index.FindObject(bucket, key, {}));
      if (made && made->upload_id == upload_id) return std::move(made->record);
      return NoSuchUpload(upload_id);
    }
    auto stored = state_->index.Parts(upload_id, 0, kMaxParts);
    if (!stored && stored.error().code == "NoSuchUpload" && attempt < kAttempts) continue;
    ATELIER_CHECK(stored);
    ATELIER_TRY(auto used, ChooseParts(*stored, completion.parts, completion.min_part_size));
    ATELIER_TRY(StoredObject object, Assemble(*upload, used));
    ATELIER_CHECK(CheckWhole(completion, object.record));
    object.record.last_modified = state_->clock.Now();
    object.record.sequence = ToUnixMillis(object.record.last_modified);
    std::optional<NewBlob> none;
    auto completed = state_->Settle(state_->index.CompleteUpload(upload_id, used, object, completion.conditions), none);
    if (completed) {
      object.record.version_id = *std::move(completed);
      return std::move(object.record);
    }
    bool again = completed.error().kind == ErrorKind::kConflict || completed.error().code == "NoSuchUpload";
    if (!again || attempt == kAttempts) return std::unexpected(std::move(completed).error());
  }
}

Result<void> ObjectService::AbortUpload(const Caller& caller, const std::string& bucket, const std::string& key,
                                        const std::string& upload_id) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  return state_->Settle(state_->index.AbortUpload(bucket, key, upload_id));
}

Result<ObjectService::UploadPage> ObjectService::ListUploads(const Caller& caller, const std::string& bucket,
                                                             const std::string& prefix, const std::string& delimiter,
                                                             const std::string& after_key,
                                                             const std::string& after_upload_id, std::size_t limit) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  // Without an upload id the key's uploads are all passed: no upload id is greater than this.
  Position from{after_key, after_upload_id.empty() ? "\xff" : after_upload_id, false};
  if (after_key.empty()) from = Position{{}, {}, true};
  auto scan = [&](const Position& at, std::size_t count) {
    return state_->index.Uploads(bucket, prefix, {at.key, at.tail, at.inclusive}, count);
  };
  auto place = [](const MultipartUpload& upload) { return Position{upload.key, upload.upload_id, true}; };
  ATELIER_TRY(auto page, CollectPage<MultipartUpload>({prefix, delimiter, from, limit}, scan, place));
  UploadPage result{std::move(page.rows), std::move(page.common_prefixes), page.truncated, {}, {}};
  if (!result.uploads.empty()) {
    result.next_key = result.uploads.back().key;
    result.next_upload_id = result.uploads.back().upload_id;
  }
  if (!result.common_prefixes.empty() && result.common_prefixes.back() > result.next_key) {
    result.next_key = result.common_prefixes.back();
    result.next_upload_id.clear();
  }
  return result;
}

}  // namespace atelier::object_store
