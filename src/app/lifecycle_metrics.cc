#include "app/lifecycle_metrics.h"

#include <string>
#include <utility>

namespace atelier::app {

using object_store::LifecycleTotals;

void AddLifecycleMetrics(observe::Metrics& metrics, std::function<LifecycleTotals()> totals) {
  auto count = [&](const std::string& name, const std::string& help, std::uint64_t (*value)(const LifecycleTotals&)) {
    metrics.AddCounter("atelier_lifecycle_" + name + "_total", help,
                       [totals, value] { return static_cast<double>(value(totals())); });
  };
  count("expired_objects", "Objects that lifecycle rules have expired.",
        [](const LifecycleTotals& all) { return all.changes.expired_objects; });
  count("removed_versions", "Noncurrent versions and lone delete markers that lifecycle rules have removed.",
        [](const LifecycleTotals& all) { return all.changes.removed_versions; });
  count("aborted_uploads", "Multipart uploads that lifecycle rules have aborted.",
        [](const LifecycleTotals& all) { return all.changes.aborted_uploads; });
  count("failed_buckets", "Visits to a bucket that ended with an error, told in the log.",
        [](const LifecycleTotals& all) { return all.failed_buckets; });
  count("passes", "Passes over all buckets with lifecycle rules that came to their end.",
        [](const LifecycleTotals& all) { return all.passes; });
  metrics.AddGauge("atelier_lifecycle_last_pass_seconds", "How long the last whole pass took.",
                   [totals] { return std::chrono::duration<double>(totals().last_duration).count(); });
  metrics.AddGauge("atelier_lifecycle_last_pass_timestamp_seconds",
                   "When the last whole pass ended, in seconds since 1970; 0 before the first.", [totals] {
                     auto end = totals().last_end;
                     return end ? std::chrono::duration<double>(end->time_since_epoch()).count() : 0.0;
                   });
}

}  // namespace atelier::app
