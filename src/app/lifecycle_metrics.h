// What the lifecycle worker has done, in /metrics.
#pragma once

#include <functional>

#include "object_store/lifecycle_worker.h"
#include "observe/metrics.h"

namespace atelier::app {

// `totals` is called at every scrape, on any thread.
void AddLifecycleMetrics(observe::Metrics& metrics, std::function<object_store::LifecycleTotals()> totals);

}  // namespace atelier::app
