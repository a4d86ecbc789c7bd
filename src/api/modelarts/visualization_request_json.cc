#include "api/modelarts/visualization_request_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/modelarts/training_fields.h"
#include "api/modelarts/training_list_query.h"
#include "api/modelarts/training_request_json.h"
#include "base/json.h"

namespace atelier::api {
namespace {

Result<std::optional<boards::Schedule>> ReadSchedule(const json::object& body) {
  const auto* found = body.if_contains("schedule");
  if (found == nullptr || found->is_null()) return std::nullopt;
  if (const auto* entries = found->if_array()) {
    if (entries->empty()) return std::nullopt;
    if (entries->size() > 1) return RefuseField("schedule", "one entry", std::to_string(entries->size()));
    found = &entries->front();
  }
  const auto* entry = found->if_object();
  if (entry == nullptr)
    return RefuseField("schedule", R"({"type": "stop", "time_unit": "HOURS", "duration": 1})", CompactJson(*found));
  boards::Schedule schedule;
  ATELIER_CHECK(Assign(schedule.type, *entry, "type"));
  ATELIER_CHECK(Assign(schedule.time_unit, *entry, "time_unit"));
  ATELIER_TRY(auto duration, Coded(ReadInt(*entry, "duration")));
  if (!duration) return RefuseField("schedule.duration", "a number of hours", "nothing");
  schedule.duration = *duration;
  return schedule;
}

}  // namespace

Result<boards::BoardRequest> ParseCreateBoard(std::string_view body) {
  ATELIER_TRY(auto object, Coded(ParseJsonObject(body)));
  boards::BoardRequest request;
  ATELIER_TRY(auto name, Coded(ReadString(object, "job_name")));
  if (!name) return RefuseField("job_name", "1-20 letters, digits, '_' or '-'", "nothing");
  request.name = *std::move(name);
  ATELIER_CHECK(Assign(request.description, object, "job_desc"));
  ATELIER_CHECK(Assign(request.train_url, object, "train_url"));
  ATELIER_CHECK(Assign(request.type, object, "job_type"));
  ATELIER_TRY(const auto* flavor, Coded(ReadObject(object, "flavor")));
  if (flavor != nullptr) ATELIER_CHECK(Assign(request.flavor_code, *flavor, "code"));
  ATELIER_TRY(request.schedule, ReadSchedule(object));
  return request;
}

Result<boards::BoardQuery> ParseBoardQuery(const http::Query& query) {
  boards::BoardQuery parsed;
  ATELIER_TRY(parsed.statuses, ParseStatuses(query));
  ATELIER_CHECK(ReadListQuery(query, boards::ParseBoardOrder, /*ascending=*/true, parsed));
  return parsed;
}

}  // namespace atelier::api
