#include "api/modelarts/visualization_request_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/modelarts/paging.h"
#include "api/modelarts/training_request_json.h"
#include "base/json.h"

namespace atelier::api {
namespace {

constexpr const char* kIllegal = "ModelArts.0104";
constexpr std::size_t kMostSearch = 100;

std::unexpected<Error> Refuse(std::string_view field, std::string_view expected, std::string_view got) {
  return InvalidArgument(fmt::format("{}: expected {}, got {}", field, expected, got), kIllegal, std::string(field));
}

// The readers of base/json name the key; the dialect's code is added here.
template <class T>
Result<T> Coded(Result<T> result) {
  if (!result && result.error().code.empty()) result.error().code = kIllegal;
  return result;
}

Result<void> Assign(std::string& to, const json::object& from, std::string_view key) {
  ATELIER_TRY(auto value, Coded(ReadString(from, key)));
  if (value) to = *std::move(value);
  return {};
}

Result<std::optional<boards::Schedule>> ReadSchedule(const json::object& body) {
  const auto* found = body.if_contains("schedule");
  if (found == nullptr || found->is_null()) return std::nullopt;
  if (const auto* entries = found->if_array()) {
    if (entries->empty()) return std::nullopt;
    if (entries->size() > 1) return Refuse("schedule", "one entry", std::to_string(entries->size()));
    found = &entries->front();
  }
  const auto* entry = found->if_object();
  if (entry == nullptr)
    return Refuse("schedule", R"({"type": "stop", "time_unit": "HOURS", "duration": 1})", CompactJson(*found));
  boards::Schedule schedule;
  ATELIER_CHECK(Assign(schedule.type, *entry, "type"));
  ATELIER_CHECK(Assign(schedule.time_unit, *entry, "time_unit"));
  ATELIER_TRY(auto duration, Coded(ReadInt(*entry, "duration")));
  if (!duration) return Refuse("schedule.duration", "a number of hours", "nothing");
  schedule.duration = *duration;
  return schedule;
}

}  // namespace

Result<boards::BoardRequest> ParseCreateBoard(std::string_view body) {
  ATELIER_TRY(auto object, Coded(ParseJsonObject(body)));
  boards::BoardRequest request;
  ATELIER_TRY(auto name, Coded(ReadString(object, "job_name")));
  if (!name) return Refuse("job_name", "1-20 letters, digits, '_' or '-'", "nothing");
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
  // Clients that count from 0 get the first page.
  ATELIER_TRY(auto page, QueryNumber(query, "page", 1, 0, 65535));
  ATELIER_TRY(auto per_page, QueryNumber(query, "per_page", 10, 1, 1000));
  parsed.page = std::max(1, static_cast<int>(page));
  parsed.per_page = static_cast<int>(per_page);
  if (auto order = QueryText(query, "sortBy"); !order.empty()) {
    ATELIER_TRY(parsed.order, boards::ParseBoardOrder(order));
  }
  ATELIER_TRY(bool ascending, QueryAscending(query, true));
  parsed.descending = !ascending;
  parsed.search = QueryText(query, "search_content");
  if (parsed.search.size() > kMostSearch)
    return Refuse("search_content", fmt::format("at most {} characters", kMostSearch),
                  std::to_string(parsed.search.size()));
  return parsed;
}

}  // namespace atelier::api
