#include "api/modelarts/service_events.h"

#include <algorithm>
#include <vector>

#include "api/modelarts/paging.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

bool Matches(const serving::ServiceEvent& event, const EventQuery& wanted) {
  if (wanted.normal && event.normal != *wanted.normal) return false;
  if (wanted.from && event.time < *wanted.from) return false;
  if (wanted.until && event.time > *wanted.until) return false;
  return ToLower(event.text).find(wanted.text) != std::string::npos;
}

}  // namespace

Result<EventQuery> ParseEventQuery(const http::Query& query) {
  EventQuery wanted;
  if (!QueryText(query, "event_type").empty()) {
    ATELIER_TRY(auto type, QueryChoice(query, "event_type", {"normal", "abnormal"}));
    wanted.normal = type == "normal";
  }
  ATELIER_CHECK(QueryChoice(query, "sort_by", {"occur_time"}));
  if (!QueryText(query, "start_time").empty()) {
    ATELIER_TRY(wanted.from, QueryTime(query, "start_time"));
  }
  if (!QueryText(query, "end_time").empty()) {
    ATELIER_TRY(wanted.until, QueryTime(query, "end_time"));
  }
  wanted.text = ToLower(QueryText(query, "event_info"));
  ATELIER_TRY(wanted.limit, QueryNumber(query, "limit", 100, 1, 1000));
  ATELIER_TRY(wanted.offset, QueryNumber(query, "offset", 0, 0, 1'000'000));
  ATELIER_TRY(wanted.ascending, QueryAscending(query, false));
  return wanted;
}

json::object ServiceEvents(const serving::Service& service, const EventQuery& wanted) {
  std::vector<const serving::ServiceEvent*> events;
  for (const auto& event : service.events)
    if (Matches(event, wanted)) events.push_back(&event);
  if (!wanted.ascending) std::ranges::reverse(events);
  json::array items;
  for (std::size_t i = wanted.offset * wanted.limit; i < events.size() && items.size() < wanted.limit; ++i)
    items.push_back(json::object{{"event_type", events[i]->normal ? "normal" : "abnormal"},
                                 {"event_info", events[i]->text},
                                 {"occur_time", ToUnixMillis(events[i]->time)}});
  return {{"service_id", service.id},
          {"service_name", service.name},
          {"total_count", events.size()},
          {"count", items.size()},
          {"events", items}};
}

}  // namespace atelier::api
