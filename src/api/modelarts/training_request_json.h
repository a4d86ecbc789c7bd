// Bodies and queries of training requests. Loose about what clients are loose about, exact about the rest.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"
#include "training/job_listing.h"
#include "training/job_request.h"
#include "training/log_reader.h"

namespace atelier::api {

Result<training::JobRequest> ParseCreateJob(std::string_view body);

struct CreateVersionBody {
  std::string description;
  training::RunRequest run;
};
Result<CreateVersionBody> ParseCreateVersion(std::string_view body);

// {"job_desc": ...}, which must be there.
Result<std::string> ParseDescription(std::string_view body);

// `status`: numbers, separated by commas, in one parameter or several.
Result<std::vector<training::Status>> ParseStatuses(const http::Query& query);
Result<training::JobQuery> ParseJobQuery(const http::Query& query);

struct PageQuery {
  int page = 0;  // 0: everything
  int per_page = 10;
};
Result<PageQuery> ParseVersionQuery(const http::Query& query);

// What job/resource-specs and job/ai-engines may be asked for. job_type (train, inference) and project_type are checked
// and change nothing: every flavor and engine serves both.
struct CatalogueQuery {
  int engine_id = 0;  // 0: any
};
Result<CatalogueQuery> ParseCatalogueQuery(const http::Query& query);

struct LogRequest {
  std::string file;
  training::LogQuery query;
};
Result<LogRequest> ParseLogQuery(const http::Query& query);

}  // namespace atelier::api
