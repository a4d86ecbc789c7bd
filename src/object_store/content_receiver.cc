#include <algorithm>

#include "base/strings.h"
#include "object_store/errors.h"
#include "object_store/service_state.h"

namespace atelier::object_store {
namespace {

constexpr std::uint64_t kReadStep = 1 << 20;

bool Has(const std::vector<Digest>& digests, DigestKind kind) {
  return std::ranges::any_of(digests, [&](const Digest& digest) { return digest.kind() == kind; });
}

}  // namespace

std::string_view DigestName(DigestKind kind) {
  switch (kind) {
    case DigestKind::kMd5:
      return "MD5";
    case DigestKind::kSha1:
      return "SHA1";
    case DigestKind::kSha256:
      return "SHA256";
    case DigestKind::kSha512:
      return "SHA512";
    case DigestKind::kCrc32:
      return "CRC32";
    case DigestKind::kCrc32c:
      return "CRC32C";
    case DigestKind::kCrc64Nvme:
      return "CRC64NVME";
    case DigestKind::kCrc64Ecma:
      return "CRC64ECMA";
  }
  return "?";
}

ContentReceiver::ContentReceiver(BlobStore& blobs, const std::vector<DigestKind>& extra) : writer_(blobs.NewWriter()) {
  digests_.emplace_back(DigestKind::kMd5);
  for (DigestKind kind : extra)
    if (!Has(digests_, kind)) digests_.emplace_back(kind);
}

void ContentReceiver::Digest(std::string_view bytes) {
  for (atelier::Digest& digest : digests_) digest.Update(bytes);
  size_ += bytes.size();
}

Result<void> ContentReceiver::Write(std::string_view bytes) { return writer_->Append(bytes); }

Result<void> ContentReceiver::Finish(const ExpectedDigests& expected) {
  if (writer_->size() != size_) return Internal("not every byte of an object was both digested and written");
  for (atelier::Digest& digest : digests_) values_[digest.kind()] = digest.Finish();
  etag_ = HexEncode(values_[DigestKind::kMd5]);
  ATELIER_CHECK(Compare(expected));
  if (size_ == 0) return {};
  ATELIER_TRY(NewBlob blob, writer_->Finish());
  blob_.emplace(std::move(blob));
  return {};
}

Result<void> ContentReceiver::Compare(const ExpectedDigests& expected) const {
  if (expected.md5 && *expected.md5 != values_.at(DigestKind::kMd5)) return BadDigest("Content-MD5");
  auto matches = [&](DigestKind kind, const std::string& value) -> Result<bool> {
    auto computed = values_.find(kind);
    if (computed == values_.end())
      return Internal(std::string(DigestName(kind)) + " was to be checked but not announced when the write began");
    return computed->second == value;
  };
  if (expected.sha256) {
    ATELIER_TRY(bool same, matches(DigestKind::kSha256, *expected.sha256));
    if (!same)
      return InvalidArgument("The provided 'x-amz-content-sha256' header does not match what was computed",
                             "XAmzContentSHA256Mismatch");
  }
  for (const Checksum& checksum : expected.checksums) {
    ATELIER_TRY(bool same, matches(checksum.kind, checksum.value));
    if (!same) return BadDigest(std::string(DigestName(checksum.kind)));
  }
  return {};
}

std::vector<Piece> ContentReceiver::pieces() const {
  if (!blob_) return {};
  return {Piece{blob_->ref(), 0, blob_->ref().size}};
}

std::vector<BlobRef> ContentReceiver::fresh() const {
  if (!blob_) return {};
  return {blob_->ref()};
}

Result<std::vector<std::string>> DigestExtents(const std::vector<Extent>& extents,
                                               const std::vector<DigestKind>& kinds) {
  std::vector<Digest> digests;
  for (DigestKind kind : kinds) digests.emplace_back(kind);
  for (const Extent& extent : extents) {
    for (std::uint64_t done = 0; done < extent.length;) {
      auto step = static_cast<std::size_t>(std::min(kReadStep, extent.length - done));
      ATELIER_TRY(std::string bytes, PreadExactly(extent.file->get(), extent.offset + done, step));
      for (Digest& digest : digests) digest.Update(bytes);
      done += step;
    }
  }
  std::vector<std::string> values;
  for (Digest& digest : digests) values.push_back(digest.Finish());
  return values;
}

}  // namespace atelier::object_store
