// File-system steps with Results: descriptors that close themselves, durable writes, directory syncs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace atelier {

namespace fs = std::filesystem;

// Owns a file descriptor. Move-only.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  ~UniqueFd() { Reset(); }
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      Reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int Release() { return std::exchange(fd_, -1); }
  void Reset();

 private:
  int fd_ = -1;
};

Result<UniqueFd> OpenFile(const fs::path& path, int flags, unsigned mode = 0644);  // O_CLOEXEC is added
Result<std::string> ReadFile(const fs::path& path, std::uint64_t max_bytes = 1ULL << 30);
// Writes beside, syncs, renames over, syncs the directory: after a crash there is the old file or the new one.
Result<void> WriteFileDurably(const fs::path& path, std::string_view contents, unsigned mode = 0644);
Result<void> SyncDirectory(const fs::path& path);
Result<void> MakeDirectories(const fs::path& path);
Result<void> RemoveTree(const fs::path& path);  // absent is fine
Result<void> WriteAll(int fd, std::string_view bytes);
Result<void> PwriteAll(int fd, std::string_view bytes, std::uint64_t offset);
Result<std::string> PreadExactly(int fd, std::uint64_t offset, std::size_t size);

// A directory of its own under the system's temporary directory, removed at the end. For tests and one-off work.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  explicit TemporaryDirectory(const fs::path& parent);
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace atelier
