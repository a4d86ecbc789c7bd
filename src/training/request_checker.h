// Checks requests before anything is written: names, places in the object store, engine, flavor, parameters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "compute/workload.h"
#include "training/artifact_store.h"
#include "training/engine_source.h"
#include "training/job_request.h"

namespace atelier::training {

// 1-64 of [A-Za-z0-9_-]: InvalidArgument, ModelArts.0104, "Illegal name: X". `field` is what holds it.
Result<void> CheckName(std::string_view name, std::string_view field);
inline Result<void> CheckJobName(std::string_view name) { return CheckName(name, "job_name"); }
// At most 256 characters of UTF-8.
Result<void> CheckDescription(std::string_view text, std::string_view field = "job_desc");
// At most 256, each label once.
Result<void> CheckParameters(const std::vector<Parameter>& parameters, std::string_view field = "config.parameter");

// How a generation of the API calls a field, and the code with which it refuses it.
struct FieldWord {
  std::string_view field;
  std::string_view code = "ModelArts.0104";
};
struct RequestWords {
  FieldWord code{"config.app_url"}, boot{"config.boot_file_url"}, engine{"config.engine_id"};
  FieldWord flavor_number{"config.spec_id"}, flavor{"config.flavor.code"}, parameters{"config.parameter"};
};

// Thread-safe as far as its ports are.
class RequestChecker {
 public:
  RequestChecker(ArtifactStore& artifacts, EngineSource& engines, std::vector<compute::Flavor> flavors,
                 RequestWords words = {})
      : artifacts_(artifacts), engines_(engines), flavors_(std::move(flavors)), words_(words) {}

  // The spec to keep. Errors say which field, what was expected, what came, what to do.
  Result<JobSpec> Check(const std::string& project_id, const RunRequest& request) const;

  // Its steps, for requests of another shape.
  Result<void> CheckCode(const std::string& project_id, const RunRequest& request) const;
  // The folder has files in it.
  Result<void> CheckData(const std::string& project_id, const std::string& url, FieldWord word) const;
  Result<void> CheckTarget(const std::string& project_id, const std::string& url, FieldWord word) const;
  Result<void> CheckParameters(const std::vector<Parameter>& parameters) const;
  Result<void> ChooseEngine(const RunRequest& request, JobSpec& spec) const;
  Result<void> ChooseFlavor(const RunRequest& request, JobSpec& spec) const;

 private:
  ArtifactStore& artifacts_;
  EngineSource& engines_;
  const std::vector<compute::Flavor> flavors_;
  const RequestWords words_;
};

}  // namespace atelier::training
