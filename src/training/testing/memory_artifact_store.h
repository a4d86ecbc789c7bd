// ArtifactStore in memory, for tests.
#pragma once

#include <limits>
#include <map>
#include <mutex>
#include <string>

#include "training/artifact_store.h"

namespace atelier::training {

class MemoryArtifactStore final : public ArtifactStore {
 public:
  Result<void> CheckBucket(const std::string& project_id, const std::string& bucket) override;
  Result<bool> HasObject(const std::string& project_id, const ObsPath& object) override;
  Result<FolderCount> CountFolder(const std::string& project_id, const ObsPath& folder) override;
  Result<void> Materialize(const std::string& project_id, const ObsPath& folder, const std::filesystem::path& target,
                           bool link) override;
  Result<std::string> Store(const std::string& project_id, const ObsPath& object, int fd) override;
  Result<void> Copy(const std::string& project_id, const ObsPath& from, const ObsPath& to) override;
  Result<void> DeleteIfUnchanged(const std::string& project_id, const ObsPath& object,
                                 const std::string& etag) override;

  void MakeBucket(const std::string& bucket, const std::string& project_id);
  void RemoveBucket(const std::string& bucket);
  void Put(const std::string& bucket, const std::string& key, const std::string& bytes);
  // "/bucket/key" -> bytes, of everything.
  std::map<std::string, std::string> Objects();
  int stores() const { return stores_; }
  bool last_materialize_linked() const { return last_materialize_linked_; }
  // After this many further writes every write fails with Unavailable.
  void AllowWrites(int count);

 private:
  Result<void> SpendWrite();

  std::mutex mutex_;  // guards all of:
  int writes_left_ = std::numeric_limits<int>::max();
  int stores_ = 0;
  bool last_materialize_linked_ = false;
  std::map<std::string, std::string> owners_;                        // bucket -> project
  std::map<std::string, std::map<std::string, std::string>> bytes_;  // bucket -> key -> bytes
};

}  // namespace atelier::training
