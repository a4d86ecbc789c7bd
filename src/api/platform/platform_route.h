// A route of the platform listener and how it is served: authentication, project check, body, the blocking handler,
// errors.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/router.h"
#include "iam/authorization.h"
#include "iam/types.h"

namespace atelier::api {

// The shape of an error body (modelarts-api section 1.6).
enum class ErrorShape {
  kTraining,    // {"is_success":false,"error_message":...,"error_code":...} (+ "error_msg", "message" for clients that
                // read those)
  kTrainingV2,  // {"error_msg":...,"error_code":...,"error_solution":...} (+ "message"); what is not there is 400
  kModelArts,   // {"error_msg":...,"error_code":...} (+ "message")
  kKeystone,    // {"error":{"code":401,"message":...,"title":"Unauthorized"}}
  kGateway,     // {"error_code":"APIG....","error_msg":...,"request_id":...} (+ "message")
};

// What a handler gets: everything parsed, everything allowed.
struct PlatformCall {
  const http::Request& request;
  http::PathArguments arguments;
  std::string body;
  iam::Principal principal;  // empty for open routes
  std::string base_url;      // "http://<Host header>", for links in answers
};

// Blocking; runs on the worker pool.
using PlatformHandler = std::function<Result<http::Response>(const PlatformCall&)>;

struct PlatformTarget {
  PlatformHandler handler;
  ErrorShape error_shape = ErrorShape::kModelArts;
  bool open = false;                      // no authentication: sign-in, discovery, health
  std::uint64_t body_limit = 1ULL << 20;  // beyond it: 413
  // What the principal must be allowed to do, where the method does not say it: GET reads, every other one writes.
  std::optional<iam::Need> need = {};
};
iam::Need NeedOf(const PlatformTarget& target, std::string_view method);
using PlatformRoute = http::Route<PlatformTarget>;

// HTTP status and body of an error, in one place for all shapes (api/platform/errors.cc).
http::Response RenderError(const Error& error, ErrorShape shape, const std::string& request_id);

}  // namespace atelier::api
