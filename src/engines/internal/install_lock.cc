#include "engines/internal/install_lock.h"

#include <fcntl.h>

#include <cerrno>

namespace atelier::engines {
namespace {

// Locks of the open file description: they also hold between two threads of one process.
struct flock WholeFile() {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

Result<InstallLock> InstallLock::Take(const fs::path& file) {
  ATELIER_CHECK(MakeDirectories(file.parent_path()));
  ATELIER_TRY(auto opened, OpenFile(file, O_RDWR | O_CREAT));
  auto lock = WholeFile();
  if (::fcntl(opened.get(), F_OFD_SETLK, &lock) != 0) {
    if (errno == EAGAIN || errno == EACCES) return MakeError(ErrorKind::kConflict, "it is being installed already");
    return ErrnoError("lock " + file.string(), errno);
  }
  return InstallLock(std::move(opened));
}

bool InstallLock::IsHeld(const fs::path& file) {
  auto opened = OpenFile(file, O_RDWR);
  if (!opened) return false;
  auto lock = WholeFile();
  return ::fcntl(opened->get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

}  // namespace atelier::engines
