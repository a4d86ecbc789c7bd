// /healthz, /readyz, /metrics and /openapi.json: open to everyone who reaches the listener.
#pragma once

#include <functional>
#include <vector>

#include "api/platform/platform_route.h"
#include "observe/metrics.h"

namespace atelier::app {

std::vector<api::PlatformRoute> OperationsRoutes(observe::Metrics& metrics, std::function<bool()> ready);

}  // namespace atelier::app
