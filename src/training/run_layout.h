// Where a version's files lie: on the host, inside its workload, and in the object store.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "training/obs_path.h"
#include "training/types.h"

namespace atelier::training {

// The folders of one version below <data-dir>/jobs/<workload id>/. Only the log outlives the run.
struct RunLayout {
  RunLayout(const std::filesystem::path& directory, const JobVersion& version);

  std::filesystem::path root;
  std::filesystem::path log;            // job.log
  std::filesystem::path code;           // holds <last folder of app_url>/
  std::filesystem::path data;           // inputs/data_url_0
  std::filesystem::path output;         // outputs/train_url_0
  std::filesystem::path scratch;        // shown as /cache
  std::filesystem::path home;           // shown as /home/work
  std::filesystem::path site_packages;  // what pip-requirements.txt asks for
  std::filesystem::path unpublished;    // outputs that could not be stored, kept for the user
};

// The same places as scripts of the cloud know them (modelarts API: "Training container contract").
inline constexpr const char* kHomeInside = "/home/work";
inline constexpr const char* kCodeInside = "/home/work/user-job-dir";
inline constexpr const char* kMountInside = "/home/work/modelarts";
inline constexpr const char* kDataInside = "/home/work/modelarts/inputs/data_url_0";
inline constexpr const char* kOutputInside = "/home/work/modelarts/outputs/train_url_0";
inline constexpr const char* kScratchInside = "/cache";
inline constexpr const char* kSitePackagesInside = "/home/work/site-packages";

// "job-jobtest-tf.0" for a job named "jobtest_TF".
std::string LogFileName(const std::string& job_name);
// The name under which the log is stored: that, or "modelarts-job-<uuid>-worker-0.log" for jobs of API v2.
std::string LogObjectName(const Job& job, const JobVersion& version);

// The folder of the object store that a version's outputs (or log) go to: version 1 writes to the path itself, later
// ones to <path>/V0002/, ... InvalidArgument when `url` is no place.
Result<ObsPath> VersionFolder(const std::string& url, int number);
// Where version 1 is visible once there is a second version: <path>/V0001/.
Result<ObsPath> MirrorFolder(const std::string& url);

}  // namespace atelier::training
