#include "training/run_layout.h"

#include <algorithm>

#include "base/strings.h"
#include "training/container_workload.h"

namespace atelier::training {

RunLayout::RunLayout(const std::filesystem::path& directory, const JobVersion& version)
    : root(directory / version.folder_name()),
      log(root / "job.log"),
      code(root / "code"),
      data(root / "inputs" / "data_url_0"),
      output(root / "outputs" / "train_url_0"),
      scratch(root / "cache"),
      home(root / "home"),
      site_packages(root / "site-packages"),
      unpublished(root / "unpublished") {}

std::string LogFileName(const std::string& job_name) {
  std::string name = ToLower(job_name);
  std::ranges::replace(name, '_', '-');
  return "job-" + name + ".0";
}

std::string LogObjectName(const Job& job, const JobVersion& version) {
  return version.spec.container ? InstanceName(job) + ".log" : LogFileName(job.name);
}

Result<ObsPath> VersionFolder(const std::string& url, int number) {
  ATELIER_TRY(auto place, ObsPath::Parse(url, "train_url"));
  return number == 1 ? place.AsFolder() : place.Child(VersionName(number) + "/");
}

Result<ObsPath> MirrorFolder(const std::string& url) {
  ATELIER_TRY(auto place, ObsPath::Parse(url, "train_url"));
  return place.Child(VersionName(1) + "/");
}

}  // namespace atelier::training
