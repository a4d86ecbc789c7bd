#include "observe/metrics.h"

#include <gtest/gtest.h>

namespace atelier::observe {
namespace {

TEST(Metrics, RendersCountersHistogramsAndGauges) {
  Metrics metrics;
  metrics.AddGauge("atelier_jobs_running", "Jobs running now.", [] { return 3.0; });
  metrics.CountRequest({"platform", "ListModels", 200, 0.002, 0, 120});
  metrics.CountRequest({"platform", "ListModels", 204, 0.2, 0, 0});
  metrics.CountRequest({"object_store", "PutObject", 403, 0.001, 10, 20});
  auto text = metrics.Render();
  EXPECT_NE(text.find(R"(atelier_requests_total{action="ListModels",listener="platform",status="2xx"} 2)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(status="4xx"} 1)"), std::string::npos);
  EXPECT_NE(text.find("atelier_jobs_running 3"), std::string::npos);
  EXPECT_NE(text.find("atelier_request_seconds_bucket"), std::string::npos);
}

TEST(Metrics, CountersOfOthersAreReadAtEachScrape) {
  Metrics metrics;
  double total = 2;
  metrics.AddCounter("atelier_things_total", "Things done.", [&] { return total; });
  EXPECT_NE(metrics.Render().find("# TYPE atelier_things_total counter\natelier_things_total 2\n"), std::string::npos)
      << metrics.Render();
  total = 5;
  EXPECT_NE(metrics.Render().find("\natelier_things_total 5\n"), std::string::npos);
  EXPECT_NE(metrics.Render().find("\natelier_things_total 5\n"), std::string::npos) << "nothing is counted twice";
}

}  // namespace
}  // namespace atelier::observe
