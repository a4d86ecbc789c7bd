#include "object_store/file_system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace atelier::object_store {
namespace {

// Blob files never change: jobs and predictors may see them as hard links.
constexpr unsigned kBlobMode = 0444;

class SystemFiles final : public FileSystem {
 public:
  Result<void> MakeDirectory(const fs::path& path) override {
    if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return ErrnoError("mkdir " + path.string(), errno);
    return atelier::SyncDirectory(path.parent_path());
  }

  Result<void> RemoveDirectory(const fs::path& path) override {
    if (::rmdir(path.c_str()) != 0 && errno != ENOENT) return ErrnoError("rmdir " + path.string(), errno);
    return {};
  }

  Result<std::vector<std::string>> ListDirectory(const fs::path& path) override {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error))
      names.push_back(entry->path().filename().string());
    if (error) return ErrnoError("list " + path.string(), error.value());
    return names;
  }

  Result<UniqueFd> OpenForReading(const fs::path& path) override { return OpenFile(path, O_RDONLY); }
  Result<UniqueFd> OpenForChange(const fs::path& path) override { return OpenFile(path, O_RDWR); }

  Result<std::string> Read(int fd, std::uint64_t offset, std::size_t size) override {
    return PreadExactly(fd, offset, size);
  }

  Result<UniqueFd> CreateReserved(const fs::path& path, std::uint64_t size) override {
    ATELIER_TRY(UniqueFd fd, OpenFile(path, O_RDWR | O_CREAT | O_EXCL, 0644));
    if (::fallocate(fd.get(), 0, 0, static_cast<off_t>(size)) != 0 && errno != EOPNOTSUPP) {
      auto error = ErrnoError("reserve space for " + path.string(), errno);
      ::unlink(path.c_str());
      return error;
    }
    return fd;
  }

  Result<NamelessFile> CreateNameless(const fs::path& directory) override {
    NamelessFile file;
    file.fd = UniqueFd(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kBlobMode));
    if (file.fd.valid()) return file;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
      return ErrnoError("create a file in " + directory.string(), errno);
    std::string name = (directory / ".tmp-XXXXXX").string();
    file.fd = UniqueFd(::mkostemp(name.data(), O_CLOEXEC));
    if (!file.fd.valid()) return ErrnoError("create a file in " + directory.string(), errno);
    file.temporary = name;
    if (::fchmod(file.fd.get(), kBlobMode) != 0) return ErrnoError("chmod " + name, errno);
    return file;
  }

  Result<void> Publish(NamelessFile& file, const fs::path& name) override {
    std::string source =
        file.temporary.empty() ? "/proc/self/fd/" + std::to_string(file.fd.get()) : file.temporary.string();
    int flags = file.temporary.empty() ? AT_SYMLINK_FOLLOW : 0;
    if (::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, name.c_str(), flags) != 0)
      return ErrnoError("link " + name.string(), errno);
    return Discard(file);
  }

  Result<void> Discard(NamelessFile& file) override {
    if (file.temporary.empty()) return {};
    ATELIER_CHECK(Unlink(file.temporary));
    file.temporary.clear();
    return {};
  }

  Result<void> Write(int fd, std::string_view bytes, std::uint64_t offset) override {
    return PwriteAll(fd, bytes, offset);
  }

  void StartWriteback(int fd, std::uint64_t offset, std::uint64_t length) override {
    // Only a hint: a file system without it writes everything at Sync.
    (void)::sync_file_range(fd, static_cast<off_t>(offset), static_cast<off_t>(length), SYNC_FILE_RANGE_WRITE);
  }

  Result<void> Sync(int fd) override {
    if (::fdatasync(fd) != 0) return ErrnoError("fdatasync", errno);
    return {};
  }

  Result<void> SyncDirectory(const fs::path& path) override { return atelier::SyncDirectory(path); }

  Result<void> Unlink(const fs::path& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return ErrnoError("unlink " + path.string(), errno);
    return {};
  }

  Result<void> Truncate(int fd, std::uint64_t size) override {
    if (::ftruncate(fd, static_cast<off_t>(size)) != 0) return ErrnoError("ftruncate", errno);
    return {};
  }

  Result<void> PunchHole(int fd, std::uint64_t offset, std::uint64_t length) override {
    int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
    if (::fallocate(fd, mode, static_cast<off_t>(offset), static_cast<off_t>(length)) != 0 && errno != EOPNOTSUPP)
      return ErrnoError("punch a hole", errno);
    return {};
  }
};

}  // namespace

std::unique_ptr<FileSystem> MakeSystemFiles() { return std::make_unique<SystemFiles>(); }

}  // namespace atelier::object_store
