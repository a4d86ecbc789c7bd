// Bodies and queries of training v2 (modelarts-api sections 2B.2, 2B.4, 2B.5). Unknown members are ignored.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/message.h"
#include "training/container_request.h"
#include "training/whole_jobs.h"

namespace atelier::api {

Result<training::ContainerJobRequest> ParseContainerJob(std::string_view body);

// {"description": ...}, which must be there.
Result<std::string> ParseDescriptionV2(std::string_view body);
// {"action_type": "terminate"}: the only action there is; ModelArts.2812 for others.
Result<void> ParseTerminate(std::string_view body);
// {"jobs": [{"metadata": {"id": ...}}]}
Result<std::vector<std::string>> ParseBatchDelete(std::string_view body);

// A search with the words that the reply repeats.
struct SearchBody {
  training::JobSearch search;
  std::string sort_by = "create_time", order = "desc", group_by, workspace_id = "0";
};
// An empty body asks for everything.
Result<SearchBody> ParseSearch(std::string_view body);

struct EventsQuery {
  training::EventQuery query;
  std::string order = "desc", start_time, end_time;
};
Result<EventsQuery> ParseEventsQuery(const http::Query& query);

Result<training::LogQuery> ParseLogQueryV2(const http::Query& query);

}  // namespace atelier::api
