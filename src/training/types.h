// Jobs and their versions: what was asked, what became of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "training/container_spec.h"
#include "training/run_history.h"

namespace atelier::training {

// The cloud's status numbers (modelarts API: "Job status numbers"). A version of this product is only ever in one of
// the states that Next() knows (state_machine.h); the others are listed so that filters and clients' names resolve.
enum class Status : int {
  kUnknown = 0,
  kInit = 1,
  kImageCreating = 2,
  kImageFailed = 3,
  kSubmitTrying = 4,
  kSubmitFailed = 5,
  kDeleteFailed = 6,
  kWaiting = 7,
  kRunning = 8,
  kKilling = 9,
  kCompleted = 10,
  kFailed = 11,
  kKilled = 12,
  kCanceled = 13,
  kLost = 14,
};

struct Parameter {
  std::string label;
  std::string value;
  bool operator==(const Parameter&) const = default;
};

// What a version runs. Set at creation and never changed.
struct JobSpec {
  int engine_id = 0;
  int engine_type = 0;           // 1 TensorFlow, ...
  std::string engine_type_name;  // "TensorFlow"
  std::string engine_name;       // as asked: "TF-1.8.0-python2.7"
  std::string app_url;           // these five as the user wrote them
  std::string boot_file_url;
  std::string data_url;   // may be empty: a script without data
  std::string train_url;  // may be empty: nothing is published
  std::string log_url;
  std::vector<Parameter> parameters;
  int spec_id = 0;
  std::string flavor;  // "modelarts.vm.cpu.2u"
  int cores = 0;
  std::uint64_t memory_bytes = 0;
  int worker_count = 1;
  std::int64_t pre_version_id = 0;  // 0: none
  std::int64_t model_id = 0;        // accepted and shown again; 0: none
  // Set for jobs of API v2. Then data_url and train_url repeat its first input and output, log_url its log folder.
  std::optional<ContainerSpec> container = {};
  bool operator==(const JobSpec&) const = default;
};

// CPU and memory in percent of the flavor, one sample per interval, oldest first. At most kMostSamples: beyond that
// neighbours are merged and the interval doubles, so that a job of a month still shows its whole course.
struct UsageSeries {
  static constexpr std::size_t kMostSamples = 1440;
  int interval_minutes = 1;
  std::vector<float> cpu_percent, memory_percent;
  void Add(float cpu, float memory);
  bool operator==(const UsageSeries&) const = default;
};

// Whether version 1's outputs must also be visible under V0001/ (README.md, "Version folders").
enum class Mirror : int { kNone = 0, kWanted = 1, kDone = 2 };

// The changing part of a version.
struct RunState {
  Status status = Status::kInit;
  std::string reason;  // why it waits, or why it ended as it did; one line for people
  std::string fault;   // set when the platform ends a run itself ("wrote more than ..."): the run then fails with this
  std::string running_engine;  // what really runs; empty until resolved
  std::string sandbox_level;   // "full", "limits", "none"; empty until started
  std::optional<TimePoint> started, ended;
  UsageSeries usage;
  int restarts = 0;     // how often the script was begun again after a failure
  RunHistory history;   // changes only together with the status
  std::string metrics;  // what its metric.json said (evaluation.h); empty: none
  Mirror mirror = Mirror::kNone;
  bool cleaned = false;   // working files and the workload are gone
  bool deleting = false;  // hidden from lists; the row goes once everything is cleaned
  bool operator==(const RunState&) const = default;
};

struct JobVersion {
  std::int64_t id = 0;  // unique among all versions
  std::int64_t job_id = 0;
  int number = 0;  // 1, 2, ... within the job
  TimePoint created;
  JobSpec spec;
  RunState run;

  std::string name() const;         // "V0001"
  std::string folder_name() const;  // "job-12-v0001": of its working files, for all of its starts
  // The folder's name, with "-2" behind it after the second restart: the same whenever it is asked, so that a start can
  // be repeated.
  std::string workload_id() const { return workload_id(run.restarts); }
  std::string workload_id(int restart) const;
  bool operator==(const JobVersion&) const = default;
};

struct Job {
  std::int64_t id = 0;
  std::string uuid = {};  // its name in API v2
  std::string project_id;
  std::string name;
  std::string description;
  std::string workspace_id = "0";
  TimePoint created;
  int last_number = 0;  // numbers are not used twice, even after a version is deleted
  bool deleting = false;
  bool operator==(const Job&) const = default;
};

std::string VersionName(int number);

// A file that a version has stored under its output path, as it was when it was read.
struct PublishedFile {
  std::string path;  // relative to the output folder
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::string etag;
  bool operator==(const PublishedFile&) const = default;
};

}  // namespace atelier::training
