#include "backup/file_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/digest.h"
#include "base/strings.h"

namespace atelier::backup {
namespace {

constexpr std::size_t kStep = 1 << 20;
constexpr std::string_view kIgnored[] = {"lost+found", "lock"};

// Reads to the end; `each` gets the pieces.
template <class Each>
Result<ManifestFile> ReadThrough(const fs::path& folder, const std::string& path, Stage& stage, const Each& each) {
  ATELIER_TRY(UniqueFd file, OpenFile(folder / path, O_RDONLY | O_NOFOLLOW));
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return ErrnoError("look at " + path, errno);
  ManifestFile read{path, 0, status.st_mode & 0777U, {}};
  Digest digest(DigestKind::kSha256);
  std::string block(kStep, '\0');
  for (;;) {
    ssize_t count = ::read(file.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoError("read " + (folder / path).string(), errno);
    if (count == 0) break;
    std::string_view bytes = std::string_view(block).substr(0, static_cast<std::size_t>(count));
    digest.Update(bytes);
    read.size += bytes.size();
    ATELIER_CHECK(each(bytes));
    ATELIER_CHECK(stage.Add(bytes.size()));
  }
  read.sha256 = HexEncode(digest.Finish());
  return read;
}

bool IsIgnored(const fs::path& path) { return std::ranges::find(kIgnored, path.filename()) != std::end(kIgnored); }

}  // namespace

Result<ManifestFile> CopyFile(const fs::path& from, const fs::path& to, const std::string& path, Stage& stage) {
  ATELIER_CHECK(MakeDirectories((to / path).parent_path()));
  ATELIER_TRY(UniqueFd copy, OpenFile(to / path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
  auto write = [&](std::string_view bytes) { return WriteAll(copy.get(), bytes); };
  ATELIER_TRY(ManifestFile copied, ReadThrough(from, path, stage, write));
  if (::fchmod(copy.get(), copied.mode) != 0) return ErrnoError("chmod " + (to / path).string(), errno);
  if (::fsync(copy.get()) != 0) return ErrnoError("fsync " + (to / path).string(), errno);
  return copied;
}

Result<ManifestFile> DigestFile(const fs::path& folder, const std::string& path, Stage& stage) {
  return ReadThrough(folder, path, stage, [](std::string_view) -> Result<void> { return {}; });
}

Result<std::vector<std::string>> FilesBelow(const fs::path& folder, const std::string& below) {
  std::vector<std::string> files;
  std::error_code error;
  if (!fs::exists(folder / below, error)) return files;
  fs::recursive_directory_iterator entry(folder / below, error), end;
  for (; !error && entry != end; entry.increment(error))
    if (!entry->is_symlink() && entry->is_regular_file())
      files.push_back(entry->path().lexically_relative(folder).string());
  if (error) return ErrnoError("list " + (folder / below).string(), error.value());
  std::ranges::sort(files);
  return files;
}

Result<std::uint64_t> SizeOf(const fs::path& folder, const std::vector<std::string>& files) {
  std::uint64_t bytes = 0;
  for (const std::string& file : files) {
    std::error_code error;
    auto size = fs::file_size(folder / file, error);
    if (!error) bytes += size;
    if (error && error != std::errc::no_such_file_or_directory) return ErrnoError("look at " + file, error.value());
  }
  return bytes;
}

Result<void> SyncTree(const fs::path& folder) {
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error), end;
  for (; !error && entry != end; entry.increment(error))
    if (entry->is_directory() && !entry->is_symlink()) ATELIER_CHECK(SyncDirectory(entry->path()));
  if (error) return ErrnoError("list " + folder.string(), error.value());
  return SyncDirectory(folder);
}

Result<void> TakeEmptyFolder(const fs::path& folder) {
  ATELIER_CHECK(MakeDirectories(folder));
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (!IsIgnored(entry->path()))
      return FailedPrecondition(folder.string() + " is not empty (it has '" + entry->path().filename().string() +
                                "'): name a folder that is empty or not there yet");
  if (error) return ErrnoError("list " + folder.string(), error.value());
  if (::chmod(folder.c_str(), 0700) != 0) return ErrnoError("chmod " + folder.string(), errno);
  return {};
}

Result<void> EmptyFolder(const fs::path& folder) {
  std::vector<fs::path> written;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (!IsIgnored(entry->path())) written.push_back(entry->path());
  if (error) return ErrnoError("list " + folder.string(), error.value());
  for (const fs::path& path : written) ATELIER_CHECK(RemoveTree(path));
  return {};
}

}  // namespace atelier::backup
