#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/ids.h"

namespace atelier {

void UniqueFd::Reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<UniqueFd> OpenFile(const fs::path& path, int flags, unsigned mode) {
  int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  if (fd < 0) return ErrnoError("open " + path.string(), errno);
  return UniqueFd(fd);
}

Result<std::string> ReadFile(const fs::path& path, std::uint64_t max_bytes) {
  ATELIER_TRY(UniqueFd file, OpenFile(path, O_RDONLY));
  std::string contents;
  std::string block(64 * 1024, '\0');
  for (;;) {
    ssize_t count = ::read(file.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoError("read " + path.string(), errno);
    if (count == 0) return contents;
    contents.append(block, 0, static_cast<std::size_t>(count));
    if (contents.size() > max_bytes)
      return ResourceExhausted(path.string() + " is larger than the " + std::to_string(max_bytes) +
                               " bytes allowed here");
  }
}

Result<void> WriteFileDurably(const fs::path& path, std::string_view contents, unsigned mode) {
  fs::path beside = path;
  beside += ".tmp-" + RandomHex(8);
  auto write = [&]() -> Result<void> {
    ATELIER_TRY(UniqueFd file, OpenFile(beside, O_WRONLY | O_CREAT | O_EXCL, mode));
    ATELIER_CHECK(WriteAll(file.get(), contents));
    if (::fsync(file.get()) != 0) return ErrnoError("fsync " + beside.string(), errno);
    if (::rename(beside.c_str(), path.c_str()) != 0) return ErrnoError("rename to " + path.string(), errno);
    return SyncDirectory(path.parent_path());
  };
  auto result = write();
  if (!result) ::unlink(beside.c_str());
  return result;
}

Result<void> SyncDirectory(const fs::path& path) {
  ATELIER_TRY(UniqueFd directory, OpenFile(path.empty() ? fs::path(".") : path, O_RDONLY | O_DIRECTORY));
  if (::fsync(directory.get()) != 0) return ErrnoError("fsync " + path.string(), errno);
  return {};
}

Result<void> MakeDirectories(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return ErrnoError("mkdir " + path.string(), error.value());
  return {};
}

Result<void> RemoveTree(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error && error != std::errc::no_such_file_or_directory)
    return ErrnoError("remove " + path.string(), error.value());
  return {};
}

Result<void> WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoError("write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<void> PwriteAll(int fd, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    ssize_t count = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoError("pwrite", errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

Result<std::string> PreadExactly(int fd, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    ssize_t count = ::pread(fd, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoError("pread", errno);
    if (count == 0) return Internal("file ends " + std::to_string(size - done) + " bytes early");
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

TemporaryDirectory::TemporaryDirectory() : TemporaryDirectory(fs::temp_directory_path()) {}

TemporaryDirectory::TemporaryDirectory(const fs::path& parent) {
  std::string pattern = (parent / "atelier-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;  // a leftover in the temporary directory harms nobody
  fs::remove_all(path_, ignored);
}

}  // namespace atelier
