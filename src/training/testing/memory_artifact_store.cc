#include "training/testing/memory_artifact_store.h"

#include <unistd.h>

#include <fstream>

#include "base/digest.h"
#include "base/files.h"
#include "base/strings.h"

namespace atelier::training {

void MemoryArtifactStore::MakeBucket(const std::string& bucket, const std::string& project_id) {
  std::lock_guard lock(mutex_);
  owners_[bucket] = project_id;
}

void MemoryArtifactStore::RemoveBucket(const std::string& bucket) {
  std::lock_guard lock(mutex_);
  owners_.erase(bucket);
  bytes_.erase(bucket);
}

void MemoryArtifactStore::Put(const std::string& bucket, const std::string& key, const std::string& bytes) {
  std::lock_guard lock(mutex_);
  bytes_[bucket][key] = bytes;
}

std::map<std::string, std::string> MemoryArtifactStore::Objects() {
  std::lock_guard lock(mutex_);
  std::map<std::string, std::string> all;
  for (const auto& [bucket, keys] : bytes_)
    for (const auto& [key, bytes] : keys) all["/" + bucket + "/" + key] = bytes;
  return all;
}

void MemoryArtifactStore::AllowWrites(int count) {
  std::lock_guard lock(mutex_);
  writes_left_ = count;
}

Result<void> MemoryArtifactStore::SpendWrite() {
  if (writes_left_ <= 0) return Unavailable("the store takes no writes now");
  --writes_left_;
  return {};
}

Result<void> MemoryArtifactStore::CheckBucket(const std::string& project_id, const std::string& bucket) {
  std::lock_guard lock(mutex_);
  auto owner = owners_.find(bucket);
  if (owner == owners_.end()) return NotFound("there is no bucket " + bucket, "NoSuchBucket");
  if (owner->second != project_id) return PermissionDenied("the bucket " + bucket + " belongs to another project");
  return {};
}

Result<bool> MemoryArtifactStore::HasObject(const std::string& project_id, const ObsPath& object) {
  ATELIER_CHECK(CheckBucket(project_id, object.bucket));
  std::lock_guard lock(mutex_);
  return bytes_[object.bucket].contains(object.key);
}

Result<ArtifactStore::FolderCount> MemoryArtifactStore::CountFolder(const std::string& project_id,
                                                                    const ObsPath& folder) {
  ATELIER_CHECK(CheckBucket(project_id, folder.bucket));
  std::lock_guard lock(mutex_);
  FolderCount count;
  for (const auto& [key, bytes] : bytes_[folder.bucket]) {
    if (!key.starts_with(folder.key)) continue;
    count.exists = true;
    if (!key.ends_with('/')) ++count.files;
  }
  return count;
}

Result<void> MemoryArtifactStore::Materialize(const std::string& project_id, const ObsPath& folder,
                                              const std::filesystem::path& target, bool link) {
  ATELIER_CHECK(CheckBucket(project_id, folder.bucket));
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  last_materialize_linked_ = link;
  ATELIER_CHECK(MakeDirectories(target));
  for (const auto& [key, bytes] : bytes_[folder.bucket]) {
    if (!key.starts_with(folder.key) || key.ends_with('/')) continue;
    auto file = target / key.substr(folder.key.size());
    ATELIER_CHECK(MakeDirectories(file.parent_path()));
    std::ofstream(file, std::ios::binary) << bytes;
  }
  return {};
}

Result<std::string> MemoryArtifactStore::Store(const std::string& project_id, const ObsPath& object, int fd) {
  ATELIER_CHECK(CheckBucket(project_id, object.bucket));
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  if (!IsValidUtf8(object.key)) return InvalidArgument("the key is not UTF-8");
  std::string bytes;
  char block[4096];
  for (ssize_t got = 0; (got = ::pread(fd, block, sizeof block, static_cast<off_t>(bytes.size()))) > 0;)
    bytes.append(block, static_cast<std::size_t>(got));
  bytes_[object.bucket][object.key] = bytes;
  ++stores_;
  return HexEncode(ComputeDigest(DigestKind::kMd5, bytes));
}

Result<void> MemoryArtifactStore::Copy(const std::string& project_id, const ObsPath& from, const ObsPath& to) {
  ATELIER_CHECK(CheckBucket(project_id, from.bucket));
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  auto found = bytes_[from.bucket].find(from.key);
  if (found == bytes_[from.bucket].end()) return NotFound("there is no object " + from.ToText(), "NoSuchKey");
  bytes_[to.bucket][to.key] = found->second;
  return {};
}

Result<void> MemoryArtifactStore::DeleteIfUnchanged(const std::string&, const ObsPath& object,
                                                    const std::string& etag) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  auto& keys = bytes_[object.bucket];
  auto found = keys.find(object.key);
  if (found != keys.end() && HexEncode(ComputeDigest(DigestKind::kMd5, found->second)) == etag) keys.erase(found);
  return {};
}

}  // namespace atelier::training
