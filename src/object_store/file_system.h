// Port: every file-system step of the blob store, so that tests can fail any of them or cut the power after it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/files.h"

namespace atelier::object_store {

// A file that has no name yet. Where the file system cannot do this, it has the name `temporary` until Publish.
struct NamelessFile {
  UniqueFd fd;
  fs::path temporary;
};

// Thread-safe. Descriptors are the system's own (readers use sendfile on them).
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Result<void> MakeDirectory(const fs::path& path) = 0;    // one level; existing is fine; the parent is synced
  virtual Result<void> RemoveDirectory(const fs::path& path) = 0;  // an empty one; absent is fine
  virtual Result<std::vector<std::string>> ListDirectory(const fs::path& path) = 0;
  virtual Result<UniqueFd> OpenForReading(const fs::path& path) = 0;
  virtual Result<UniqueFd> OpenForChange(const fs::path& path) = 0;
  // Exactly `size` bytes; Internal when the file ends before.
  virtual Result<std::string> Read(int fd, std::uint64_t offset, std::size_t size) = 0;
  // A new file for appending records, its space reserved where the file system can.
  virtual Result<UniqueFd> CreateReserved(const fs::path& path, std::uint64_t size) = 0;
  virtual Result<NamelessFile> CreateNameless(const fs::path& directory) = 0;
  virtual Result<void> Publish(NamelessFile& file,
                               const fs::path& name) = 0;  // the name is durable after SyncDirectory
  virtual Result<void> Discard(NamelessFile& file) = 0;
  virtual Result<void> Write(int fd, std::string_view bytes, std::uint64_t offset) = 0;
  // Asks for writing out now what Sync will wait for later; a hint.
  virtual void StartWriteback(int fd, std::uint64_t offset, std::uint64_t length) = 0;
  virtual Result<void> Sync(int fd) = 0;  // data and what is needed to find it
  virtual Result<void> SyncDirectory(const fs::path& path) = 0;
  virtual Result<void> Unlink(const fs::path& path) = 0;  // absent is fine
  virtual Result<void> Truncate(int fd, std::uint64_t size) = 0;
  // Gives the blocks back; where the file system cannot, nothing happens.
  virtual Result<void> PunchHole(int fd, std::uint64_t offset, std::uint64_t length) = 0;
};

// The machine's. Stateless.
std::unique_ptr<FileSystem> MakeSystemFiles();

}  // namespace atelier::object_store
