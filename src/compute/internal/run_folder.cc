#include "compute/internal/run_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/json.h"
#include "base/strings.h"
#include "compute/internal/process_tree.h"
#include "compute/internal/spec_json.h"

namespace atelier::compute {

namespace {

constexpr std::uint64_t kLargestRecord = 16ULL << 20;

Result<std::optional<json::object>> ReadRecord(const fs::path& file) {
  auto text = ReadFile(file, kLargestRecord);
  if (!text && text.error().kind == ErrorKind::kNotFound) return std::nullopt;
  if (!text) return std::unexpected(std::move(text).error());
  auto object = ParseJsonObject(*text);
  if (!object) return std::unexpected(std::move(object).error().Within(file.string()));
  return *std::move(object);
}

std::string BootId() { return std::string(Trim(ReadFile("/proc/sys/kernel/random/boot_id").value_or(""))); }

struct flock WholeFile(short type) {
  struct flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

ProcessIdentity ProcessIdentity::Self() {
  ProcessIdentity self{.pid = ::getpid(), .start_ticks = 0, .boot_id = BootId()};
  if (auto stat = ReadProcessStat(self.pid)) self.start_ticks = stat->start_ticks;
  return self;
}

bool ProcessIdentity::Exists() const {
  auto stat = ReadProcessStat(pid);
  return stat && stat->start_ticks == start_ticks && boot_id == BootId();
}

bool ProcessIdentity::IsRunning() const {
  auto stat = ReadProcessStat(pid);
  return stat && stat->start_ticks == start_ticks && stat->state != 'Z' && stat->state != 'X' && boot_id == BootId();
}

bool RunFolder::HasSpec() const { return ::access((path_ / "spec.json").c_str(), F_OK) == 0; }

Result<std::optional<LaunchSpec>> RunFolder::ReadSpec() const {
  ATELIER_TRY(auto object, ReadRecord(path_ / "spec.json"));
  if (!object) return std::nullopt;
  ATELIER_TRY(LaunchSpec spec, SpecFromJson(*object));
  return spec;
}

Result<void> RunFolder::WriteSpec(const LaunchSpec& spec) const {
  return WriteFileDurably(path_ / "spec.json", CompactJson(ToJson(spec)), 0600);
}

Result<std::optional<LauncherRecord>> RunFolder::ReadLauncher() const {
  ATELIER_TRY(auto object, ReadRecord(path_ / "launcher.json"));
  if (!object) return std::nullopt;
  ATELIER_TRY(auto pid, ReadInt(*object, "pid"));
  ATELIER_TRY(auto start_ticks, ReadInt(*object, "start_ticks"));
  ATELIER_TRY(auto boot_id, ReadString(*object, "boot_id"));
  ATELIER_TRY(auto started, ReadInt(*object, "started_ms"));
  LauncherRecord record;
  record.process = {.pid = static_cast<pid_t>(pid.value_or(0)),
                    .start_ticks = static_cast<std::uint64_t>(start_ticks.value_or(0)),
                    .boot_id = boot_id.value_or("")};
  record.started = FromUnixMillis(started.value_or(0));
  return record;
}

Result<void> RunFolder::WriteLauncher(const LauncherRecord& record) const {
  json::object object{{"pid", record.process.pid},
                      {"start_ticks", record.process.start_ticks},
                      {"boot_id", record.process.boot_id},
                      {"started_ms", ToUnixMillis(record.started)}};
  return WriteFileDurably(path_ / "launcher.json", CompactJson(object));
}

Result<std::optional<ExitRecord>> RunFolder::ReadExit() const {
  ATELIER_TRY(auto object, ReadRecord(path_ / "exit.json"));
  if (!object) return std::nullopt;
  ATELIER_TRY(ExitRecord record, ExitFromJson(*object));
  return record;
}

Result<void> RunFolder::WriteExit(const ExitRecord& record) const {
  return WriteFileDurably(path_ / "exit.json", CompactJson(ToJson(record)));
}

std::optional<Milliseconds> RunFolder::ReadStopGrace() const {
  auto object = ReadRecord(path_ / "stop.json");
  if (!object || !*object) return std::nullopt;
  auto grace = ReadInt(**object, "grace_ms");
  if (!grace || !*grace) return std::nullopt;
  return Milliseconds(**grace);
}

Result<void> RunFolder::WriteStopGrace(Milliseconds grace) const {
  json::object object{{"grace_ms", grace.count()}};
  return WriteFileDurably(path_ / "stop.json", CompactJson(object));
}

Result<void> RunFolder::MarkStarted(TimePoint when) const {
  // Not synced: after the machine went down nothing runs any more.
  fs::path file = path_ / "started";
  fs::path beside = path_ / "started.new";
  ATELIER_TRY(UniqueFd fd, OpenFile(beside, O_WRONLY | O_CREAT | O_TRUNC));
  ATELIER_CHECK(WriteAll(fd.get(), std::to_string(ToUnixMillis(when))));
  if (::rename(beside.c_str(), file.c_str()) != 0) return ErrnoError("rename to " + file.string(), errno);
  return {};
}

std::optional<TimePoint> RunFolder::ReadStarted() const {
  auto millis = ParseNumber<std::int64_t>(Trim(ReadFile(path_ / "started").value_or("")));
  if (!millis) return std::nullopt;
  return FromUnixMillis(*millis);
}

Result<std::optional<UniqueFd>> RunFolder::TryLock() const {
  ATELIER_TRY(UniqueFd fd, OpenFile(path_ / "lock", O_RDWR | O_CREAT, 0600));
  struct flock lock = WholeFile(F_WRLCK);
  if (::fcntl(fd.get(), F_OFD_SETLK, &lock) == 0) return std::optional<UniqueFd>(std::move(fd));
  if (errno == EAGAIN || errno == EACCES) return std::nullopt;
  return ErrnoError("lock " + (path_ / "lock").string(), errno);
}

bool RunFolder::IsLocked() const {
  auto fd = OpenFile(path_ / "lock", O_RDWR);
  if (!fd) return false;
  struct flock lock = WholeFile(F_WRLCK);
  return ::fcntl(fd->get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

Result<void> RemoveForcibly(const fs::path& path) {
  if (RemoveTree(path)) return {};
  std::error_code error;
  fs::permissions(path, fs::perms::owner_all, fs::perm_options::add, error);
  auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator at(path, options, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;  // RemoveTree below tells what could not be removed
    if (at->is_directory(ignored) && !at->is_symlink(ignored)) {
      fs::permissions(at->path(), fs::perms::owner_all, fs::perm_options::add | fs::perm_options::nofollow, ignored);
      if (ignored) fs::permissions(at->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
    }
  }
  return RemoveTree(path);
}

}  // namespace atelier::compute
