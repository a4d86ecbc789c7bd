// What the answers of the identity routes share.
#pragma once

#include <cstdint>

#include "api/platform/platform_route.h"
#include "base/json.h"

namespace atelier::api {

constexpr std::uint64_t kIdentityBodyLimit = 64 * 1024;

inline http::Response Answer(int status, const json::object& body) {
  return http::Response::Json(status, CompactJson(body));
}
inline http::Response Done() { return http::Response::Empty(204); }

inline json::object ListLinks(const PlatformCall& call) {
  return {{"self", call.base_url + call.request.path}, {"next", nullptr}, {"previous", nullptr}};
}

// A handler that finds out itself who may: the route asks for a role of any kind only.
template <class Domain>
PlatformTarget IdentityTarget(Domain& domain, Result<http::Response> (*handler)(Domain&, const PlatformCall&)) {
  auto run = [&domain, handler](const PlatformCall& call) { return handler(domain, call); };
  return {run, ErrorShape::kKeystone, false, kIdentityBodyLimit,
          iam::Need{iam::Operation::kRead, iam::Scope::kProject}};
}

}  // namespace atelier::api
