#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/strings.h"
#include "object_store/service_state.h"

namespace atelier::object_store {
namespace {

constexpr std::uint64_t kCopyStep = 1 << 20;

// The key's path below the folder; a folder key gives a path that ends in '/'.
Result<std::string> RelativePath(const std::string& key, std::size_t folder_size) {
  std::string relative = key.substr(folder_size);
  std::string_view rest = relative;
  if (rest.ends_with('/')) rest.remove_suffix(1);
  for (std::string_view segment : Split(rest, '/')) {
    if (!segment.empty() && segment != "." && segment != "..") continue;
    return InvalidArgument("the object key '" + key + "' cannot become a file: it has an empty, '.' or '..' segment",
                           "InvalidArgument", key);
  }
  return relative;
}

// Writes objects as files below one folder.
class TreeWriter {
 public:
  TreeWriter(fs::path target, std::string base, bool link)
      : target_(std::move(target)), base_(std::move(base)), link_(link) {}

  Result<void> AddFolder(const std::string& key, const std::string& relative) { return MakeParents(key, relative); }

  Result<void> AddFile(const std::string& key, const std::string& relative, const std::vector<Extent>& extents) {
    ATELIER_CHECK(MakeParents(key, relative));
    const fs::path path = target_ / relative;
    // What an earlier, interrupted run left; the blob behind a hard link must not be written to.
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
      if (errno == EISDIR) return Clash(key, key + "/");
      return ErrnoError("replace " + path.string(), errno);
    }
    if (link_ && TryLink(path, extents)) {
      ++report_.linked;
    } else {
      ATELIER_CHECK(CopyTo(path, extents));
    }
    ++report_.files;
    for (const Extent& extent : extents) report_.bytes += extent.length;
    return {};
  }

  const ObjectService::TreeReport& report() const { return report_; }

 private:
  std::unexpected<Error> Clash(const std::string& file_key, const std::string& below) {
    return InvalidArgument(
        fmt::format("the object keys '{}' and '{}' cannot both become files: the first would have to be a "
                    "file and a directory. Rename one of them.",
                    file_key, below),
        "InvalidArgument", file_key);
  }

  // Makes the directories of every '/' in the relative path.
  Result<void> MakeParents(const std::string& key, const std::string& relative) {
    for (auto slash = relative.find('/'); slash != relative.npos; slash = relative.find('/', slash + 1)) {
      std::string folder = relative.substr(0, slash);
      if (folder == last_folder_) continue;
      const fs::path path = target_ / folder;
      if (::mkdir(path.c_str(), 0755) != 0) {
        if (errno != EEXIST) return ErrnoError("mkdir " + path.string(), errno);
        if (!fs::is_directory(fs::symlink_status(path))) return Clash(base_ + folder, key);
      }
      last_folder_ = std::move(folder);
    }
    return {};
  }

  // Only a blob that is a file of its own, whole, can be linked.
  static bool TryLink(const fs::path& path, const std::vector<Extent>& extents) {
    if (extents.size() != 1 || extents.front().offset != 0) return false;
    const Extent& extent = extents.front();
    struct stat status{};
    if (::fstat(extent.file->get(), &status) != 0 || static_cast<std::uint64_t>(status.st_size) != extent.length)
      return false;
    std::string source = "/proc/self/fd/" + std::to_string(extent.file->get());
    return ::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0;
  }

  static Result<void> CopyTo(const fs::path& path, const std::vector<Extent>& extents) {
    ATELIER_TRY(UniqueFd file, OpenFile(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644));
    for (const Extent& extent : extents) ATELIER_CHECK(CopyExtent(file.get(), extent));
    return {};
  }

  static Result<void> CopyExtent(int to, const Extent& extent) {
    std::uint64_t done = 0;
    while (done < extent.length) {
      auto from = static_cast<off_t>(extent.offset + done);
      ssize_t count = ::copy_file_range(extent.file->get(), &from, to, nullptr, extent.length - done, 0);
      if (count <= 0) break;  // not on this pair of file systems: the rest is copied by hand
      done += static_cast<std::uint64_t>(count);
    }
    while (done < extent.length) {
      auto step = static_cast<std::size_t>(std::min(kCopyStep, extent.length - done));
      ATELIER_TRY(std::string bytes, PreadExactly(extent.file->get(), extent.offset + done, step));
      ATELIER_CHECK(WriteAll(to, bytes));
      done += step;
    }
    return {};
  }

  const fs::path target_;
  const std::string base_;
  const bool link_;
  std::string last_folder_;
  ObjectService::TreeReport report_;
};

}  // namespace

Result<ObjectService::TreeReport> ObjectService::Materialize(const Caller& caller, const std::string& bucket,
                                                             const std::string& prefix, const fs::path& target,
                                                             bool link) {
  ATELIER_CHECK(state_->CheckAccess(caller, bucket));
  ATELIER_CHECK(MakeDirectories(target));
  auto slash = prefix.rfind('/');
  const std::size_t folder_size = slash == prefix.npos ? 0 : slash + 1;
  TreeWriter tree(target, prefix.substr(0, folder_size), link);
  ListQuery query{prefix, {}, {}, 1000};
  for (;;) {
    ATELIER_TRY(auto page, state_->index.List(bucket, query));
    for (const ObjectRecord& listed : page.objects) {
      if (listed.key.size() == folder_size) continue;  // the folder itself
      ATELIER_TRY(std::string relative, RelativePath(listed.key, folder_size));
      if (relative.ends_with('/')) {
        ATELIER_CHECK(tree.AddFolder(listed.key, relative));
        continue;
      }
      auto opened = state_->Open(bucket, listed.key);
      if (!opened && opened.error().code == "NoSuchKey") continue;  // deleted since it was listed
      ATELIER_CHECK(opened);
      ATELIER_CHECK(tree.AddFile(listed.key, relative, opened->extents));
    }
    if (!page.truncated) return tree.report();
    query.after = page.next_after;
  }
}

Result<ObjectRecord> ObjectService::PutFile(const Caller& caller, const std::string& bucket, const ObjectKey& key,
                                            const fs::path& path) {
  ATELIER_TRY(UniqueFd file, OpenFile(path, O_RDONLY));
  ATELIER_TRY(auto writer, Put(caller, bucket, key, {}, {}));
  std::string block(kCopyStep, '\0');
  for (;;) {
    ssize_t count = ::read(file.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoError("read " + path.string(), errno);
    if (count == 0) return writer->Commit({}, {});
    ATELIER_CHECK(writer->Append(std::string_view(block).substr(0, static_cast<std::size_t>(count))));
  }
}

}  // namespace atelier::object_store
