// Replies of training v2 (modelarts-api sections 2B.3 to 2B.5).
#pragma once

#include <vector>

#include "api/modelarts/training_v2_request.h"
#include "base/json.h"
#include "training/whole_jobs.h"

namespace atelier::api {

// The job object of create, show, list and stop.
json::object JobV2Json(const training::WholeJobs& jobs, const training::VersionDetails& details);
json::object SearchJson(const training::WholeJobs& jobs, const SearchBody& asked, const training::JobSearchPage& page);
json::object EventsJson(const EventsQuery& asked, const training::EventPage& page);
json::object MetricsJson(const training::UsageSeries& usage);
json::array TasksJson(const training::VersionDetails& details);
json::object StagesJson(const training::VersionDetails& details);
json::object FlavorsV2Json(const std::vector<compute::Flavor>& flavors, std::string_view flavor_type);
json::object EnginesV2Json(const std::vector<training::EngineListing>& engines);

}  // namespace atelier::api
