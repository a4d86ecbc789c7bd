// The platform listener's entry point: finds the route, authenticates, checks that the URL's project is the
// principal's, reads the body, runs the handler on the pool, renders errors. Routes with coroutine handlers
// (prediction) are matched first.
#pragma once

#include <memory>
#include <vector>

#include "api/platform/platform_route.h"
#include "audit/audit_log.h"
#include "auth/platform_authenticator.h"
#include "http/exchange.h"
#include "spec/request_validator.h"

namespace atelier::api {

// A route whose handler is a coroutine and does its own authentication and errors: the prediction path.
struct DirectTarget {
  std::function<Task<http::Response>(http::Exchange&, const http::PathArguments&)> handler;
};
using DirectRoute = http::Route<DirectTarget>;

// What the surface does besides serving; all must outlive the handler.
struct PlatformOptions {
  const spec::RequestValidator* validator = nullptr;  // requests against the specification, before their handlers
  audit::AuditLog* audit = nullptr;                   // changes and refused requests
};

// The handler owns copies of the tables. `authenticator` must outlive it. Unknown paths: 404
// {"error_code":"APIG.0101",...}; known paths with another method: 405 with Allow; routes of the cloud's reference that
// are not served answer 501 (they are in the table with `unserved`).
http::Handler MakePlatformHandler(std::vector<PlatformRoute> routes, std::vector<DirectRoute> direct_routes,
                                  const auth::PlatformAuthenticator& authenticator, PlatformOptions options = {});

// A line of the tables for people and tests: what is served, and why something is not.
struct RouteLine {
  std::string method, pattern, action;
  std::string unserved = {};  // empty: served
  bool open = false;          // needs nobody
  bool administer = false;    // needs an administrator
};
std::vector<RouteLine> ListRoutes(const std::vector<PlatformRoute>& routes, const std::vector<DirectRoute>& direct);

}  // namespace atelier::api
