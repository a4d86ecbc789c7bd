#include "app/data_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "backup/backup.h"
#include "base/json.h"
#include "base/strings.h"

namespace atelier::app {

namespace {

constexpr const char* kFormatFile = "format.json";

Result<int> ReadFormat(const fs::path& path) {
  auto text = ReadFile(path / kFormatFile, 1 << 20);
  if (!text && text.error().kind != ErrorKind::kNotFound) return std::unexpected(std::move(text).error());
  std::error_code error;
  if (!text) return fs::exists(path / "control.db", error) ? 1 : kDataFormat;
  ATELIER_TRY(json::object object, ParseJsonObject(*text));
  ATELIER_TRY(auto format, ReadInt(object, "format"));
  if (!format || *format < 1)
    return FailedPrecondition((path / kFormatFile).string() + " is damaged: it should name the data's format");
  if (*format <= kDataFormat) return static_cast<int>(*format);
  ATELIER_TRY(auto program, ReadString(object, "program"));
  return FailedPrecondition(
      fmt::format("{} has data of format {}, written by Atelier {}; this is Atelier {}, which knows formats up to {}. "
                  "Start the newer "
                  "version on it, or restore a backup that was made before the upgrade.",
                  path.string(), *format, program.value_or("of unknown version"), kProgramVersion, kDataFormat));
}

Result<void> CheckWhole(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path / backup::kRestoringMark, error)) return {};
  return FailedPrecondition(
      "the restore into " + path.string() +
      " has not ended: wait for it, or remove the folder and restore again if it was interrupted");
}

}  // namespace

Result<DataDirectory> DataDirectory::Open(std::filesystem::path path) {
  ATELIER_CHECK(MakeDirectories(path));
  if (::chmod(path.c_str(), 0700) != 0) return ErrnoError("chmod " + path.string(), errno);
  ATELIER_TRY(UniqueFd lock, OpenFile(path / "lock", O_RDWR | O_CREAT, 0600));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    auto pid = ReadFile(path / "lock", 64);
    return FailedPrecondition("a server (pid " + (pid ? std::string(Trim(*pid)) : "unknown") + ") already runs on " +
                              path.string() + ": stop it, or give another --data-dir");
  }
  auto pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.get(), 0) != 0) return ErrnoError("write " + (path / "lock").string(), errno);
  ATELIER_CHECK(PwriteAll(lock.get(), pid, 0));
  ATELIER_CHECK(CheckWhole(path));
  ATELIER_TRY(int format, ReadFormat(path));
  return DataDirectory(std::move(path), std::move(lock), format);
}

Result<void> DataDirectory::WriteFormat() const {
  json::object object{{"format", kDataFormat}, {"program", kProgramVersion}};
  return WriteFileDurably(path_ / kFormatFile, PrettyJson(object) + "\n", 0600);
}

Result<void> DataDirectory::WriteCredentials(const iam::Credentials& c) const {
  json::object object{{"access_key", c.access_key},     {"secret_key", c.secret_key},
                      {"user_name", c.user_name},       {"password", c.password},
                      {"domain_name", c.domain_name},   {"project_id", c.project_id},
                      {"project_name", c.project_name}, {"region", c.region}};
  return WriteFileDurably(path_ / "credentials.json", PrettyJson(object) + "\n", 0600);
}

Result<void> DataDirectory::WriteAddresses(const std::string& platform, const std::string& object_store) const {
  json::object object{{"platform", platform}, {"object_store", object_store}, {"pid", ::getpid()}};
  return WriteFileDurably(path_ / "server.json", PrettyJson(object) + "\n", 0600);
}

void DataDirectory::RemoveAddresses() const { ::unlink((path_ / "server.json").c_str()); }

}  // namespace atelier::app
