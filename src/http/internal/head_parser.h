// Message heads: start line and fields up to the empty line. Pure functions over complete heads; Beast does the
// grammar, the rules that it leaves open (RFC 9112 sections 3.2, 5.2, 6.1) are added here.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"

namespace atelier::http {

// Why a request is answered without a handler.
struct Rejection {
  int status = 400;
  std::string message;
};

struct RequestHead {
  Request request;  // remote_address and request_id are the session's to fill
  bool http_1_0 = false;
  bool keep_alive = true;
  bool expects_continue = false;
};

// `head` ends with the empty line.
std::expected<RequestHead, Rejection> ParseRequestHead(std::string_view head);

struct ResponseHead {
  int status = 0;
  Headers headers;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
};

Result<ResponseHead> ParseResponseHead(std::string_view head);

}  // namespace atelier::http
