#include "api/modelarts/pool_routes.h"

#include <fmt/format.h>

#include "base/json.h"

namespace atelier::api {
namespace {

Result<http::Response> ListPools(const PlatformCall&) {
  json::object list{{"kind", "PoolList"}, {"apiVersion", "v2"}, {"items", json::array{}}};
  return http::Response::Json(200, CompactJson(list));
}

Result<http::Response> ShowPool(const PlatformCall& call) {
  const auto& name = call.arguments.at("pool_name");
  return NotFound(
      fmt::format("There is no resource pool '{}': jobs and services of this server run on the machine that "
                  "all projects share; leave the pool out.",
                  name),
      {}, name);
}

}  // namespace

std::vector<PlatformRoute> PoolRoutes() {
  return {
      {"GET", "/v2/{project_id}/pools", "ListPools", {ListPools, ErrorShape::kModelArts}},
      {"GET", "/v2/{project_id}/pools/{pool_name}", "ShowPool", {ShowPool, ErrorShape::kModelArts}},
  };
}

}  // namespace atelier::api
