// ArtifactStore over the object store.
#pragma once

#include "object_store/object_service.h"
#include "training/artifact_store.h"

namespace atelier::training {

// Thread-safe. `objects` must outlive it.
class ObjectArtifactStore final : public ArtifactStore {
 public:
  explicit ObjectArtifactStore(object_store::ObjectService& objects) : objects_(objects) {}

  Result<void> CheckBucket(const std::string& project_id, const std::string& bucket) override;
  Result<bool> HasObject(const std::string& project_id, const ObsPath& object) override;
  Result<FolderCount> CountFolder(const std::string& project_id, const ObsPath& folder) override;
  Result<void> Materialize(const std::string& project_id, const ObsPath& folder, const std::filesystem::path& target,
                           bool link) override;
  Result<std::string> Store(const std::string& project_id, const ObsPath& object, int fd) override;
  Result<void> Copy(const std::string& project_id, const ObsPath& from, const ObsPath& to) override;
  Result<void> DeleteIfUnchanged(const std::string& project_id, const ObsPath& object,
                                 const std::string& etag) override;

 private:
  object_store::ObjectService& objects_;
};

}  // namespace atelier::training
