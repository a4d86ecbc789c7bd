// Passes a request on to a server of this machine that listens on a socket file, and its answer back.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "base/task.h"
#include "http/exchange.h"

namespace atelier::http {

struct ProxyTarget {
  std::filesystem::path folder;  // of the socket file; who listens there may own it
  std::string socket_name;
  std::string target;  // what is asked there: percent-encoded path and query
  Headers headers;     // what is told there, besides what this adds: Host, Connection and the framing
};

struct ProxyLimits {
  std::uint64_t body_bytes = 1ULL << 20;         // of a request; beyond it: 413
  std::chrono::milliseconds head_wait{60'000};   // for the first byte of the answer, and between two of its head
  std::chrono::milliseconds piece_wait{30'000};  // between two pieces in either direction
};

// The client's fields that may go on: without those of the connection and the framing.
Headers EndToEndFields(const Headers& headers);

// The request's body is taken whole first and goes on with one Content-Length, so that no two readers can disagree on
// where a request ends; each request has a connection of its own, so that none could follow it there. The answer
// streams: its body is read as the client takes it. Errors: Unavailable when nobody is there or the answer is none,
// DeadlineExceeded, and those of reading the body.
Task<Result<Response>> PassOn(Exchange& exchange, ProxyTarget target, ProxyLimits limits);

}  // namespace atelier::http
