#include "api/modelarts/service_events.h"

#include <gtest/gtest.h>

namespace atelier::api {
namespace {

class ServiceEventsTest : public testing::Test {
 protected:
  ServiceEventsTest() {
    for (int i = 0; i < 5; ++i)
      service_.events.push_back({FromUnixMillis(10 * i), i % 2 == 0, std::string("Event ") + std::to_string(i)});
  }
  // "432/5": the numbers of the events that are given, and how many there are.
  std::string Shown(const std::string& query) const {
    auto wanted = ParseEventQuery(http::Query::Parse(query));
    if (!wanted) return wanted.error().code;
    auto answer = ServiceEvents(service_, *wanted);
    std::string text;
    for (const auto& event : answer.at("events").as_array()) text += event.at("event_info").as_string().back();
    return text + "/" + std::to_string(answer.at("total_count").to_number<int>());
  }

  serving::Service service_;
};

TEST_F(ServiceEventsTest, EveryFilterOrderAndPage) {
  for (const auto& [query, shown] : std::vector<std::pair<std::string, std::string>>{
           {"", "43210/5"},
           {"order=asc", "01234/5"},
           {"sort_by=occur_time&order=desc", "43210/5"},
           {"event_type=normal", "420/3"},
           {"event_type=abnormal&order=asc", "13/2"},
           {"event_info=EVENT+3", "3/1"},
           {"event_info=nothing", "/0"},
           {"start_time=20", "432/3"},
           {"end_time=20", "210/3"},
           {"start_time=10&end_time=30", "321/3"},
           {"limit=2&offset=1", "21/5"},
           {"limit=2&offset=9", "/5"},
           {"limit=&offset=&event_type=&start_time=", "43210/5"},
       })
    EXPECT_EQ(Shown(query), shown) << query;
  for (const char* query : {"event_type=odd", "sort_by=text", "order=up", "start_time=now", "end_time=-1", "limit=0",
                            "limit=1001", "offset=-1"})
    EXPECT_EQ(Shown(query), "ModelArts.0104") << query;
}

}  // namespace
}  // namespace atelier::api
