// Sends one response: head, framing, body in any of its three forms.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/internal/connection.h"
#include "http/message.h"

namespace atelier::http {

struct ResponseOptions {
  bool head_only = false;  // the request was HEAD
  bool http_1_0 = false;
  bool keep_alive = true;
  std::string_view request_id{};
  std::chrono::milliseconds timeout{};
};

// How the receiver will know where the body ends.
enum class BodyFraming { kNone, kLength, kChunked, kUntilClose };
struct BodyPlan {
  BodyFraming framing = BodyFraming::kNone;
  std::uint64_t length = 0;
  bool send = false;  // false for HEAD and for statuses that have no body
};
BodyPlan PlanBody(const Response& response, const ResponseOptions& options);

// The status line and fields up to the empty line. Fields of framing (Content-Length, Transfer-Encoding, Connection)
// are the server's own: the handler's are left out.
std::string RenderHead(const Response& response, const BodyPlan& plan, const ResponseOptions& options);

// After an error the body is short, and the connection must be closed.
Task<Result<void>> WriteResponse(Connection& connection, Response& response, const ResponseOptions& options,
                                 std::uint64_t& body_bytes);

}  // namespace atelier::http
