#include "training/output_tree.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <functional>

#include "base/strings.h"

namespace atelier::training {
namespace {

constexpr std::uint64_t kStatBlock = 512;

// Calls `visit` with the relative path and lstat of everything below root that is no folder; folders count for the disk
// only.
void Walk(const fs::path& root, const std::function<void(const std::string&, const struct stat&)>& visit) {
  std::error_code error;
  fs::recursive_directory_iterator entry(root, fs::directory_options::skip_permission_denied, error), end;
  while (!error && entry != end) {
    struct stat info{};
    if (::lstat(entry->path().c_str(), &info) == 0) visit(entry->path().lexically_relative(root).string(), info);
    entry.increment(error);
  }
}

}  // namespace

Result<TreeScan> ScanTree(const fs::path& root) {
  TreeScan scan;
  Walk(root, [&](const std::string& relative, const struct stat& info) {
    scan.disk_bytes += static_cast<std::uint64_t>(info.st_blocks) * kStatBlock;
    if (S_ISREG(info.st_mode)) {
      scan.files[relative] = {static_cast<std::uint64_t>(info.st_size),
                              std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec};
    } else if (!S_ISDIR(info.st_mode)) {
      scan.skipped.push_back(relative);
    }
  });
  return scan;
}

std::uint64_t TreeDiskBytes(const fs::path& root) {
  std::uint64_t bytes = 0;
  Walk(root, [&](const std::string&, const struct stat& info) {
    bytes += static_cast<std::uint64_t>(info.st_blocks) * kStatBlock;
  });
  return bytes;
}

Result<UniqueFd> OpenBeneath(const fs::path& root, const std::string& relative) {
  ATELIER_TRY(auto folder, OpenFile(root, O_RDONLY | O_DIRECTORY));
  auto pieces = Split(relative, '/');
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    bool last = i + 1 == pieces.size();
    std::string name(pieces[i]);
    int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | (last ? O_NONBLOCK : O_DIRECTORY);
    UniqueFd next(::openat(folder.get(), name.c_str(), flags));
    if (!next.valid() && (errno == ELOOP || errno == ENOTDIR || errno == ENXIO))
      return FailedPrecondition(fmt::format("{} is no plain file any more", relative));
    if (!next.valid()) return ErrnoError("open " + relative, errno);
    folder = std::move(next);
  }
  struct stat info{};
  if (::fstat(folder.get(), &info) != 0) return ErrnoError("stat " + relative, errno);
  if (!S_ISREG(info.st_mode)) return FailedPrecondition(fmt::format("{} is no plain file any more", relative));
  return folder;
}

Result<void> RemoveScriptTree(const fs::path& root) {
  if (RemoveTree(root)) return {};
  std::error_code ignored;
  fs::permissions(root, fs::perms::owner_all, fs::perm_options::add | fs::perm_options::nofollow, ignored);
  fs::recursive_directory_iterator entry(root, fs::directory_options::none, ignored), end;
  while (!ignored && entry != end) {
    // Before the iterator goes in: a folder without permissions cannot be read.
    std::error_code failed;
    if (entry->is_directory(failed) && !entry->is_symlink(failed))
      fs::permissions(entry->path(), fs::perms::owner_all, failed);
    entry.increment(ignored);
  }
  return RemoveTree(root);
}

}  // namespace atelier::training
