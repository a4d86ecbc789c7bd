// A connected TCP socket for blocking use, every wait of it with a deadline.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/files.h"

namespace atelier::http {

class ClientSocket {
 public:
  // "127.0.0.1:8080", "[::1]:8080", "name:8080", "name" (port 80). Unavailable when nothing answers there.
  static Result<ClientSocket> Connect(const std::string& host_and_port, std::chrono::milliseconds timeout);

  enum class Ready { kRead, kWrite };
  // Waits until it can be read or, when asked, written; kRead wins, so that an early answer is seen. DeadlineExceeded.
  Result<Ready> Wait(bool want_write, std::chrono::milliseconds timeout);
  // True when the wait ended by input (or the end of it), false when `timeout` passed.
  Result<bool> WaitReadable(std::chrono::milliseconds timeout);
  // Sends some of it: the number of bytes, 0 when nothing fits now.
  Result<std::size_t> SendSome(std::string_view bytes);
  // The number of bytes received; 0 at the end of the stream.
  Result<std::size_t> ReceiveSome(std::span<char> into, std::chrono::milliseconds timeout);

 private:
  ClientSocket(UniqueFd fd, std::string address) : fd_(std::move(fd)), address_(std::move(address)) {}
  std::unexpected<Error> Lost(std::string_view doing) const;

  UniqueFd fd_;
  std::string address_;
};

}  // namespace atelier::http
