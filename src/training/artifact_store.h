// Port: what training needs of the object store. Implemented over object_store (object_artifact_store.h) and in memory
// (testing/).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "training/obs_path.h"

namespace atelier::training {

// Thread-safe. Everything happens on behalf of a project; another project's bucket is PermissionDenied, an absent one
// NotFound.
class ArtifactStore {
 public:
  virtual ~ArtifactStore() = default;

  virtual Result<void> CheckBucket(const std::string& project_id, const std::string& bucket) = 0;
  // Whether an object of exactly this key is there.
  virtual Result<bool> HasObject(const std::string& project_id, const ObsPath& object) = 0;
  struct FolderCount {
    bool exists = false;      // a folder key or anything below it
    std::uint64_t files = 0;  // objects that are no folder keys; counting stops at 1000
  };
  virtual Result<FolderCount> CountFolder(const std::string& project_id, const ObsPath& folder) = 0;
  // Every object below `folder` as a file below `target`; `link`: as read-only hard links where that is possible.
  virtual Result<void> Materialize(const std::string& project_id, const ObsPath& folder,
                                   const std::filesystem::path& target, bool link) = 0;
  // Stores what an open regular file holds now; returns the ETag. `fd` is read from its beginning with pread.
  virtual Result<std::string> Store(const std::string& project_id, const ObsPath& object, int fd) = 0;
  // Server-side copy within the store; a source that is gone is NotFound.
  virtual Result<void> Copy(const std::string& project_id, const ObsPath& from, const ObsPath& to) = 0;
  // Deletes the object if its ETag is still this one; absent or changed is fine.
  virtual Result<void> DeleteIfUnchanged(const std::string& project_id, const ObsPath& object,
                                         const std::string& etag) = 0;
};

}  // namespace atelier::training
