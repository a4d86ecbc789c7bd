#include "object_store/testing/faulty_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

namespace atelier::object_store {
namespace {

// What each kind of call can fail with (the manual pages of Linux).
constexpr int kLook[] = {EIO, EMFILE};                 // opening what is there
constexpr int kRead[] = {EIO};                         // through a descriptor
constexpr int kMake[] = {EIO, ENOSPC, EROFS, EMFILE};  // new files, by a descriptor
constexpr int kName[] = {EIO, ENOSPC, EROFS};          // new names and directories
constexpr int kChange[] = {EIO, EROFS, EMFILE};        // opening for writing
constexpr int kWrite[] = {EIO, ENOSPC};                // through a descriptor
constexpr int kRemove[] = {EIO, EROFS};                // names, by path
constexpr int kSyncFolder[] = {EIO, ENOSPC, EMFILE};   // it is opened for it

}  // namespace

Result<void> FaultPlan::Call(const char* what, std::span<const int> possible) {
  ++calls_;
  if (std::ranges::find(possible, error_number_) == possible.end()) return {};
  candidates_.push_back(calls_);
  if (calls_ != fails_) return {};
  failed_ = what;
  return ErrnoError(what, error_number_);
}

Result<void> FaultyFiles::MakeDirectory(const fs::path& path) {
  ATELIER_CHECK(plan_.Call("mkdir", kName));
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return ErrnoError("mkdir " + path.string(), errno);
  return {};
}

Result<void> FaultyFiles::RemoveDirectory(const fs::path& path) {
  ATELIER_CHECK(plan_.Call("rmdir", kRemove));
  return real_->RemoveDirectory(path);
}

Result<std::vector<std::string>> FaultyFiles::ListDirectory(const fs::path& path) {
  ATELIER_CHECK(plan_.Call("list", kLook));
  return real_->ListDirectory(path);
}

Result<UniqueFd> FaultyFiles::OpenForReading(const fs::path& path) {
  ATELIER_CHECK(plan_.Call("open to read", kLook));
  return real_->OpenForReading(path);
}

Result<UniqueFd> FaultyFiles::OpenForChange(const fs::path& path) {
  ATELIER_CHECK(plan_.Call("open to change", kChange));
  return real_->OpenForChange(path);
}

Result<std::string> FaultyFiles::Read(int fd, std::uint64_t offset, std::size_t size) {
  ATELIER_CHECK(plan_.Call("read", kRead));
  return real_->Read(fd, offset, size);
}

Result<UniqueFd> FaultyFiles::CreateReserved(const fs::path& path, std::uint64_t size) {
  ATELIER_CHECK(plan_.Call("create a segment", kMake));
  return real_->CreateReserved(path, size);
}

Result<NamelessFile> FaultyFiles::CreateNameless(const fs::path& directory) {
  ATELIER_CHECK(plan_.Call("create a file", kMake));
  return real_->CreateNameless(directory);
}

Result<void> FaultyFiles::Publish(NamelessFile& file, const fs::path& name) {
  ATELIER_CHECK(plan_.Call("link", kName));
  return real_->Publish(file, name);
}

Result<void> FaultyFiles::Discard(NamelessFile& file) {
  ATELIER_CHECK(plan_.Call("discard", kRemove));
  return real_->Discard(file);
}

// What fails may have been written in part.
Result<void> FaultyFiles::Write(int fd, std::string_view bytes, std::uint64_t offset) {
  auto allowed = plan_.Call("write", kWrite);
  ATELIER_CHECK(real_->Write(fd, allowed ? bytes : bytes.substr(0, bytes.size() / 3), offset));
  return allowed;
}

void FaultyFiles::StartWriteback(int, std::uint64_t, std::uint64_t) {}

Result<void> FaultyFiles::Sync(int) { return plan_.Call("sync", kWrite); }

Result<void> FaultyFiles::SyncDirectory(const fs::path& path) {
  ATELIER_CHECK(plan_.Call("sync a folder", kSyncFolder));
  if (!fs::exists(path)) return NotFound("sync " + path.string());
  return {};
}

Result<void> FaultyFiles::Unlink(const fs::path& path) {
  ATELIER_CHECK(plan_.Call("unlink", kRemove));
  return real_->Unlink(path);
}

Result<void> FaultyFiles::Truncate(int fd, std::uint64_t size) {
  ATELIER_CHECK(plan_.Call("truncate", kWrite));
  return real_->Truncate(fd, size);
}

Result<void> FaultyFiles::PunchHole(int fd, std::uint64_t offset, std::uint64_t length) {
  ATELIER_CHECK(plan_.Call("punch a hole", kWrite));
  return real_->PunchHole(fd, offset, length);
}

}  // namespace atelier::object_store
