#include "storage/disk_reserve.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/files.h"

namespace atelier::storage {

DiskReserve::DiskReserve(fs::path file, std::uint64_t size) : file_(std::move(file)), size_(size), taken_(size == 0) {}

Result<void> DiskReserve::Take() {
  if (taken_) return {};
  std::lock_guard lock(mutex_);
  if (taken_) return {};
  ATELIER_TRY(UniqueFd fd, OpenFile(file_, O_RDWR | O_CREAT, 0600));
  // A file system that cannot reserve has no reserve.
  if (::fallocate(fd.get(), 0, 0, static_cast<off_t>(size_)) != 0 && errno != EOPNOTSUPP) {
    auto error = ErrnoError("keep room for deletions (" + file_.string() + ")", errno);
    ::unlink(file_.c_str());
    return error;
  }
  taken_ = true;
  return {};
}

Result<void> DiskReserve::Give() {
  std::lock_guard lock(mutex_);
  if (size_ == 0) return {};
  taken_ = false;
  if (::unlink(file_.c_str()) != 0 && errno != ENOENT) return ErrnoError("remove " + file_.string(), errno);
  return {};
}

}  // namespace atelier::storage
