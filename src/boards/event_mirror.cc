#include "boards/event_mirror.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include "base/files.h"

namespace atelier::boards {
namespace {

constexpr std::size_t kStep = 1 << 20;
// Of a file that is known to be the beginning of an earlier object, so much of its end is compared with the new one.
constexpr std::uint64_t kCompared = 64 << 10;

Result<std::uint64_t> SizeOf(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return ErrnoError("look at an event file", errno);
  return static_cast<std::uint64_t>(status.st_size);
}

// Makes one local file what its object is.
class FileUpdate {
 public:
  FileUpdate(EventReader& reader, fs::path path, std::uint64_t& budget)
      : reader_(reader), path_(std::move(path)), budget_(budget) {}

  // `trusted`: the local file is known to be a beginning of an earlier state of the object.
  Result<void> Run(bool trusted, MirrorReport& report) {
    ATELIER_CHECK(MakeDirectories(path_.parent_path()));
    ATELIER_TRY(auto file, OpenFile(path_, O_RDWR | O_CREAT | O_NOFOLLOW));
    ATELIER_TRY(local_size_, SizeOf(file.get()));
    auto before = local_size_;
    ATELIER_TRY(bool continues, Continues(file.get(), trusted));
    if (!continues) {
      // Beside: whoever reads the old one must not see it change.
      ATELIER_CHECK(RemoveTree(path_));
      ATELIER_TRY(file, OpenFile(path_, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW));
      local_size_ = 0;
      ++report.replaced;
    } else if (before == 0) {
      ++report.added;
    }
    ATELIER_CHECK(AppendRest(file.get()));
    if (continues && before > 0 && local_size_ > before) ++report.grown;
    return {};
  }
  std::uint64_t local_size() const { return local_size_; }
  bool whole() const { return local_size_ == reader_.size(); }

 private:
  Result<bool> Continues(int fd, bool trusted) {
    if (local_size_ > reader_.size()) return false;
    std::uint64_t at = trusted && local_size_ > kCompared ? local_size_ - kCompared : 0;
    while (at < local_size_) {
      auto count = static_cast<std::size_t>(std::min<std::uint64_t>(kStep, local_size_ - at));
      ATELIER_TRY(auto here, PreadExactly(fd, at, count));
      ATELIER_TRY(auto there, reader_.Read(at, count));
      Spend(count);
      if (here != there) return false;
      at += count;
    }
    return true;
  }
  Result<void> AppendRest(int fd) {
    // One step at least: comparing alone must not use up every look.
    for (bool first = true; !whole() && (first || budget_ > 0); first = false) {
      auto count = static_cast<std::size_t>(std::min<std::uint64_t>(kStep, reader_.size() - local_size_));
      ATELIER_TRY(auto bytes, reader_.Read(local_size_, count));
      ATELIER_CHECK(PwriteAll(fd, bytes, local_size_));
      Spend(count);
      local_size_ += count;
    }
    return {};
  }
  void Spend(std::uint64_t bytes) { budget_ -= std::min(budget_, bytes); }

  EventReader& reader_;
  const fs::path path_;
  std::uint64_t& budget_;
  std::uint64_t local_size_ = 0;
};

// What an earlier server left: files whose object is not known.
Result<void> Scan(const fs::path& target, MirrorMemory& memory) {
  memory.known.clear();
  std::error_code error;
  for (fs::recursive_directory_iterator at(target, error), end; !error && at != end; at.increment(error))
    if (at->is_regular_file(error)) memory.known[at->path().lexically_relative(target).string()] = {};
  if (error) return ErrnoError("look through " + target.string(), error.value());
  memory.scanned = true;
  return {};
}

// With the folders that it leaves empty: TensorBoard drops a run whose folder is gone.
Result<void> RemoveFile(const fs::path& target, const std::string& path) {
  ATELIER_CHECK(RemoveTree(target / path));
  std::error_code not_empty;
  for (auto folder = fs::path(path).parent_path(); !folder.empty(); folder = folder.parent_path())
    if (!fs::remove(target / folder, not_empty)) break;
  return {};
}

// Leaves out what would make the mirror larger than it may be.
void KeepWithin(std::uint64_t most, EventListing& listing) {
  std::uint64_t total = 0;
  auto too_much = [&](const EventFile& file) {
    if (file.size > most - total) return true;
    total += file.size;
    return false;
  };
  listing.left_out += std::erase_if(listing.files, too_much);
}

Result<void> RemoveGone(const EventListing& listed, const fs::path& target, MirrorMemory& memory,
                        MirrorReport& report) {
  std::set<std::string_view> present;
  for (const auto& file : listed.files) present.insert(file.path);
  std::vector<std::string> gone;
  for (const auto& [path, known] : memory.known)
    if (!present.contains(path)) gone.push_back(path);
  for (const auto& path : gone) {
    ATELIER_CHECK(RemoveFile(target, path));
    memory.known.erase(path);
    ++report.removed;
  }
  return {};
}

// "a" beside "a/b": one of them would have to be a file and a folder. The one that was there first is kept.
bool HasRoom(const fs::path& target, const std::string& path) {
  std::error_code absent;
  if (fs::is_directory(fs::symlink_status(target / path, absent))) return false;
  for (auto folder = fs::path(path).parent_path(); !folder.empty(); folder = folder.parent_path()) {
    auto status = fs::symlink_status(target / folder, absent);
    if (fs::exists(status) && !fs::is_directory(status)) return false;
  }
  return true;
}

}  // namespace

Result<MirrorReport> EventMirror::Look(const std::string& project_id, const training::ObsPath& folder,
                                       const fs::path& target, MirrorMemory& memory) const {
  ATELIER_CHECK(MakeDirectories(target));
  if (!memory.scanned) ATELIER_CHECK(Scan(target, memory));
  auto listed = source_.List(project_id, folder, limits_.files);
  if (!listed && listed.error().kind == ErrorKind::kNotFound) listed = EventListing{};
  if (!listed) return std::unexpected(std::move(listed).error());
  KeepWithin(limits_.bytes, *listed);
  MirrorReport report{.left_out = listed->left_out};

  ATELIER_CHECK(RemoveGone(*listed, target, memory, report));
  auto budget = limits_.bytes_per_look;
  for (const auto& file : listed->files) {
    auto known = memory.known.find(file.path);
    if (known != memory.known.end() && known->second.size == file.size && known->second.etag == file.etag) continue;
    if (!HasRoom(target, file.path)) {
      ++report.left_out;
      continue;
    }
    if (budget == 0) {
      report.more = true;
      break;
    }
    auto reader = source_.Open(project_id, folder.Child(file.path));
    if (!reader && reader.error().kind == ErrorKind::kNotFound) continue;  // deleted since: the next look sees it
    if (!reader) return std::unexpected(std::move(reader).error());
    bool trusted = known != memory.known.end() && known->second.size > 0;
    FileUpdate update(**reader, target / file.path, budget);
    ATELIER_CHECK(update.Run(trusted, report));
    memory.known[file.path] = {update.local_size(), update.whole() ? (*reader)->etag() : std::string()};
    report.more = report.more || !update.whole();
  }
  return report;
}

}  // namespace atelier::boards
