#include "boards/testing/memory_event_source.h"

#include "base/digest.h"
#include "base/strings.h"

namespace atelier::boards {
namespace {

class MemoryReader final : public EventReader {
 public:
  MemoryReader(std::string bytes, std::uint64_t& read)
      : bytes_(std::move(bytes)), etag_(HexEncode(ComputeDigest(DigestKind::kMd5, bytes_))), read_(read) {}
  std::uint64_t size() const override { return bytes_.size(); }
  const std::string& etag() const override { return etag_; }
  Result<std::string> Read(std::uint64_t offset, std::size_t count) override {
    if (offset + count > bytes_.size()) return Internal("read beyond the end");
    read_ += count;
    return bytes_.substr(offset, count);
  }

 private:
  const std::string bytes_, etag_;
  std::uint64_t& read_;
};

}  // namespace

Result<void> MemoryEventSource::CheckBucket(const std::string& project_id, const std::string& bucket) {
  std::lock_guard lock(mutex_);
  auto found = owners_.find(bucket);
  if (found == owners_.end()) return NotFound("there is no bucket " + bucket + "; create it first", "NoSuchBucket");
  if (found->second != project_id) return PermissionDenied("the bucket " + bucket + " belongs to another project");
  return {};
}

Result<EventListing> MemoryEventSource::List(const std::string& project_id, const training::ObsPath& folder,
                                             std::size_t most) {
  ATELIER_CHECK(CheckBucket(project_id, folder.bucket));
  std::lock_guard lock(mutex_);
  EventListing listing;
  for (const auto& [key, bytes] : bytes_[folder.bucket]) {
    if (!key.starts_with(folder.key)) continue;
    auto path = key.substr(folder.key.size());
    if (!IsEventFile(path)) continue;
    if (listing.files.size() >= most || !IsSafePath(path)) {
      ++listing.left_out;
      continue;
    }
    listing.files.push_back({path, bytes.size(), HexEncode(ComputeDigest(DigestKind::kMd5, bytes))});
  }
  return listing;
}

Result<std::unique_ptr<EventReader>> MemoryEventSource::Open(const std::string& project_id,
                                                             const training::ObsPath& object) {
  ATELIER_CHECK(CheckBucket(project_id, object.bucket));
  std::lock_guard lock(mutex_);
  auto& keys = bytes_[object.bucket];
  auto found = keys.find(object.key);
  if (found == keys.end()) return NotFound("no object " + object.key, "NoSuchKey");
  return std::make_unique<MemoryReader>(found->second, bytes_read_);
}

void MemoryEventSource::MakeBucket(const std::string& bucket, const std::string& project_id) {
  std::lock_guard lock(mutex_);
  owners_[bucket] = project_id;
}

void MemoryEventSource::RemoveBucket(const std::string& bucket) {
  std::lock_guard lock(mutex_);
  owners_.erase(bucket);
  bytes_.erase(bucket);
}

void MemoryEventSource::Put(const std::string& bucket, const std::string& key, const std::string& bytes) {
  std::lock_guard lock(mutex_);
  bytes_[bucket][key] = bytes;
}

void MemoryEventSource::Delete(const std::string& bucket, const std::string& key) {
  std::lock_guard lock(mutex_);
  bytes_[bucket].erase(key);
}

}  // namespace atelier::boards
