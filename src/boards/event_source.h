// Port: the event files of a folder of the object store. Implemented over object_store (object_event_source.h) and in
// memory (testing/).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "training/obs_path.h"

namespace atelier::boards {

struct EventFile {
  std::string path;  // below the folder; a safe relative path
  std::uint64_t size = 0;
  std::string etag;
  bool operator==(const EventFile&) const = default;
};

struct EventListing {
  std::vector<EventFile> files;  // by path
  std::size_t left_out = 0;      // beyond the most, or with a key that cannot be a file's name
};

// One event file as it was when it was opened, whatever happens to the object meanwhile.
class EventReader {
 public:
  virtual ~EventReader() = default;
  virtual std::uint64_t size() const = 0;
  virtual const std::string& etag() const = 0;
  // Exactly bytes [offset, offset + count), which must lie within.
  virtual Result<std::string> Read(std::uint64_t offset, std::size_t count) = 0;
};

// Thread-safe. Everything happens on behalf of a project; another project's bucket is PermissionDenied, an absent one
// NotFound.
class EventSource {
 public:
  virtual ~EventSource() = default;
  virtual Result<void> CheckBucket(const std::string& project_id, const std::string& bucket) = 0;
  // Objects below `folder` whose last piece of the name has "tfevents" in it: those that TensorBoard reads.
  virtual Result<EventListing> List(const std::string& project_id, const training::ObsPath& folder,
                                    std::size_t most) = 0;
  virtual Result<std::unique_ptr<EventReader>> Open(const std::string& project_id, const training::ObsPath& object) = 0;
};

// What an implementation's List takes: the name of an event file, and a key that is a relative path of plain pieces.
bool IsEventFile(std::string_view path);
bool IsSafePath(std::string_view path);

}  // namespace atelier::boards
