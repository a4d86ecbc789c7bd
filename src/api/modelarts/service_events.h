// The events of a service (modelarts-api section 4.7).
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/json.h"
#include "http/message.h"
#include "serving/types.h"

namespace atelier::api {

struct EventQuery {
  std::optional<bool> normal;
  std::string text;                      // part of it, in any case
  std::optional<TimePoint> from, until;  // both included
  bool ascending = false;
  std::size_t offset = 0;  // page number of `limit` events
  std::size_t limit = 100;
};
Result<EventQuery> ParseEventQuery(const http::Query& query);
json::object ServiceEvents(const serving::Service& service, const EventQuery& wanted);

}  // namespace atelier::api
