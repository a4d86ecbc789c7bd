#include "backup/contents.h"

#include <algorithm>

#include "backup/file_copy.h"

namespace atelier::backup {

Result<std::vector<std::string>> PlainFiles(const fs::path& data_dir) {
  std::vector<std::string> files;
  std::error_code error;
  for (const char* name : {"credentials.json", "format.json"})
    if (fs::exists(data_dir / name, error)) files.emplace_back(name);
  ATELIER_TRY(auto packages, FilesBelow(data_dir, "models"));
  // A package that is being imported is imported again.
  std::erase_if(packages, [](const std::string& path) { return path.find(".partial/") != path.npos; });
  files.insert(files.end(), packages.begin(), packages.end());
  if (!fs::exists(data_dir / "jobs", error)) return files;
  fs::directory_iterator job(data_dir / "jobs", error), end;
  for (; !error && job != end; job.increment(error)) {
    const std::string folder = "jobs/" + job->path().filename().string();
    if (fs::exists(data_dir / folder / "job.log")) files.push_back(folder + "/job.log");
    ATELIER_TRY(auto outputs, FilesBelow(data_dir, folder + "/unpublished"));
    files.insert(files.end(), outputs.begin(), outputs.end());
  }
  if (error) return ErrnoError("list " + (data_dir / "jobs").string(), error.value());
  return files;
}

}  // namespace atelier::backup
