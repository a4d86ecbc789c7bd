// The data directory: its layout, its lock, what the server tells about itself there.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "iam/identity_service.h"

namespace atelier::app {

// The format of the data directory as a whole, in format.json. A change that an older program would not understand
// raises it; docs/formats/data-directory.md has the history.
//   1: the first one; it has no format.json
//   2: objects.db knows damaged blobs and the scrubber's place; format.json
inline constexpr int kDataFormat = 2;
inline constexpr const char* kProgramVersion = "0.1.0";

// Held while a server runs on the directory; the lock goes with the process, however it ends.
class DataDirectory {
 public:
  // Makes the directory (0700). FailedPrecondition, naming the pid, when another server runs on it; when its format is
  // newer than kDataFormat; and when it is what an interrupted restore left.
  static Result<DataDirectory> Open(std::filesystem::path path);

  // The format that was found: kDataFormat in a new directory.
  int found_format() const { return format_; }
  // The directory is of this program's format from now on. After everything in it was brought up to date.
  Result<void> WriteFormat() const;

  std::filesystem::path operator/(const char* name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

  // credentials.json, 0600.
  Result<void> WriteCredentials(const iam::Credentials& credentials) const;
  // server.json: where the server listens; removed when it stops.
  Result<void> WriteAddresses(const std::string& platform, const std::string& object_store) const;
  void RemoveAddresses() const;

 private:
  DataDirectory(std::filesystem::path path, UniqueFd lock, int format)
      : path_(std::move(path)), lock_(std::move(lock)), format_(format) {}
  std::filesystem::path path_;
  UniqueFd lock_;
  int format_;
};

}  // namespace atelier::app
