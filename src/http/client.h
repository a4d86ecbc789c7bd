// A small blocking HTTP/1.1 client for the CLI, health probes and tests: one connection, kept alive, streaming both
// ways.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "http/message.h"

namespace atelier::http {

struct ClientRequest {
  std::string method = "GET";
  std::string target = "/";  // already percent-encoded, with query
  Headers headers{};         // Host and Content-Length are added when absent
  std::string body{};
  // In place of `body`: called until it returns 0; `body_length` must then be set.
  std::function<Result<std::size_t>(std::span<char>)> body_source{};
  std::optional<std::uint64_t> body_length{};
  // When set, gets the response body piece by piece and ClientResponse::body stays empty. Return an error to stop.
  std::function<Result<void>(std::string_view)> body_sink{};
  std::chrono::milliseconds timeout{60'000};  // without progress
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

// Not thread-safe. Reconnects by itself when the server closed a kept-alive connection before a byte of the answer.
class Client {
 public:
  explicit Client(std::string host_and_port);  // "127.0.0.1:8080"
  ~Client();
  Client(Client&&) noexcept;

  // Unavailable, naming the address, when there is no server; DeadlineExceeded without progress.
  Result<ClientResponse> Send(const ClientRequest& request);
  const std::string& host_and_port() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace atelier::http
