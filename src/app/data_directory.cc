#include "app/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/json.h"
#include "base/strings.h"

namespace atelier::app {

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
  return DataDirectory(std::move(path), std::move(lock));
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
