// The data directory: its layout, its lock, what the server tells about itself there.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "iam/identity_service.h"

namespace atelier::app {

// Held while a server runs on the directory; the lock goes with the process, however it ends.
class DataDirectory {
 public:
  // Makes the directory (0700). FailedPrecondition, naming the pid, when another server runs on it.
  static Result<DataDirectory> Open(std::filesystem::path path);

  std::filesystem::path operator/(const char* name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

  // credentials.json, 0600.
  Result<void> WriteCredentials(const iam::Credentials& credentials) const;
  // server.json: where the server listens; removed when it stops.
  Result<void> WriteAddresses(const std::string& platform, const std::string& object_store) const;
  void RemoveAddresses() const;

 private:
  DataDirectory(std::filesystem::path path, UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  std::filesystem::path path_;
  UniqueFd lock_;
};

}  // namespace atelier::app
