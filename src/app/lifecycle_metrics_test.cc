#include "app/lifecycle_metrics.h"

#include <gtest/gtest.h>

namespace atelier::app {
namespace {

TEST(LifecycleMetrics, TellWhatTheWorkerHasDone) {
  observe::Metrics metrics;
  object_store::LifecycleTotals totals;
  AddLifecycleMetrics(metrics, [&] { return totals; });
  EXPECT_NE(metrics.Render().find("\natelier_lifecycle_last_pass_timestamp_seconds 0\n"), std::string::npos);
  totals = {.changes = {.expired_objects = 2, .removed_versions = 3, .aborted_uploads = 4},
            .failed_buckets = 5,
            .passes = 6,
            .last_duration = Milliseconds(1500),
            .last_end = FromUnixMillis(7000)};
  const std::string text = metrics.Render();
  for (const char* line : {"atelier_lifecycle_expired_objects_total 2", "atelier_lifecycle_removed_versions_total 3",
                           "atelier_lifecycle_aborted_uploads_total 4", "atelier_lifecycle_failed_buckets_total 5",
                           "atelier_lifecycle_passes_total 6", "atelier_lifecycle_last_pass_seconds 1.5",
                           "atelier_lifecycle_last_pass_timestamp_seconds 7"})
    EXPECT_NE(text.find(std::string("\n") + line + "\n"), std::string::npos) << line << "\n" << text;
}

}  // namespace
}  // namespace atelier::app
