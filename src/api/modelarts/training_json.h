// Replies about training jobs, field by field as clients know them (modelarts API: "Training jobs v1").
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "training/job_service.h"

namespace atelier::api {

json::object CreatedJobJson(const training::JobReceipt& receipt);
json::object CreatedVersionJson(const training::JobReceipt& receipt);
json::object JobListJson(const training::JobListPage& page, TimePoint now);
json::object VersionListJson(const training::VersionPage& page);
json::object VersionDetailsJson(const training::VersionDetails& details);
json::object LogFilesJson(const std::vector<std::string>& files);
json::object LogJson(const training::LogPage& page);
json::object SpecsJson(const std::vector<compute::Flavor>& flavors);
json::object EnginesJson(const std::vector<training::EngineListing>& engines);

}  // namespace atelier::api
