#include "app/operations_routes.h"

#include "spec/document.h"

namespace atelier::app {

std::vector<api::PlatformRoute> OperationsRoutes(observe::Metrics& metrics, std::function<bool()> ready) {
  auto open = [](api::PlatformHandler handler) {
    return api::PlatformTarget{std::move(handler), api::ErrorShape::kModelArts, true};
  };
  auto health = [](const api::PlatformCall&) -> Result<http::Response> { return http::Response::Text(200, "ok\n"); };
  auto readiness = [ready = std::move(ready)](const api::PlatformCall&) -> Result<http::Response> {
    return ready() ? http::Response::Text(200, "ready\n") : http::Response::Text(503, "not ready\n");
  };
  auto scrape = [&metrics](const api::PlatformCall&) -> Result<http::Response> {
    return http::Response::Text(200, metrics.Render(), "text/plain; version=0.0.4; charset=utf-8");
  };
  auto specification = [](const api::PlatformCall&) -> Result<http::Response> {
    return http::Response::Json(200, std::string(spec::DocumentText()));
  };
  return {{"GET", "/openapi.json", "ShowSpecification", open(specification)},
          {"GET", "/healthz", "Health", open(health)},
          {"GET", "/readyz", "Readiness", open(readiness)},
          {"GET", "/metrics", "Metrics", open(scrape)}};
}

}  // namespace atelier::app
