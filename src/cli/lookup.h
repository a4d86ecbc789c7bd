// From what people type (a name, a name:version, an id) to what the API wants.
#pragma once

#include <string>

#include "base/error.h"
#include "cli/connection.h"

namespace atelier::cli {

struct JobVersionRef {
  std::int64_t job_id = 0, version_id = 0;
  std::string job_name, version_name;
};
// `job`: id or name; `version`: "V0002", "2" or empty for the newest.
Result<JobVersionRef> FindJobVersion(PlatformClient& client, const std::string& job, const std::string& version);
Result<json::object> FindModel(PlatformClient& client, const std::string& model);      // id, name or name:version
Result<json::object> FindService(PlatformClient& client, const std::string& service);  // id or name
Result<json::object> FindBoard(PlatformClient& client, const std::string& board);      // id or name

std::string Text(const json::object& object, std::string_view key);
std::int64_t Number(const json::object& object, std::string_view key);

}  // namespace atelier::cli
