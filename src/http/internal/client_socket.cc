#include "http/internal/client_socket.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace atelier::http {
namespace {

struct HostAndPort {
  std::string host, port;
};

HostAndPort SplitAddress(const std::string& address) {
  auto bracket = address.rfind(']');
  auto colon = address.rfind(':');
  bool has_port = colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
  HostAndPort result{address.substr(0, has_port ? colon : std::string::npos),
                     has_port ? address.substr(colon + 1) : "80"};
  if (result.host.size() > 2 && result.host.front() == '[' && result.host.back() == ']')
    result.host = result.host.substr(1, result.host.size() - 2);
  return result;
}

// poll() restarted after signals: 1 ready, 0 out of time, -1 error in errno.
int Poll(pollfd& entry, std::chrono::milliseconds timeout) {
  auto end = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    int result = ::poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (result >= 0 || errno != EINTR) return result;
  }
}

// Connects one resolved address; errno tells why not.
UniqueFd TryConnect(const addrinfo& target, std::chrono::milliseconds timeout) {
  UniqueFd fd(::socket(target.ai_family, target.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, target.ai_protocol));
  if (!fd.valid()) return {};
  int on = 1;
  (void)::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // only speed depends on it
  if (::connect(fd.get(), target.ai_addr, target.ai_addrlen) == 0) return fd;
  if (errno != EINPROGRESS) return {};
  pollfd entry{fd.get(), POLLOUT, 0};
  if (int ready = Poll(entry, timeout); ready <= 0) {
    if (ready == 0) errno = ETIMEDOUT;
    return {};
  }
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return {};
  errno = error;
  return error == 0 ? std::move(fd) : UniqueFd();
}

}  // namespace

Result<ClientSocket> ClientSocket::Connect(const std::string& host_and_port, std::chrono::milliseconds timeout) {
  auto [host, port] = SplitAddress(host_and_port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0)
    return Unavailable(fmt::format("cannot find {}: {}", host_and_port, ::gai_strerror(error)), {}, host_and_port);
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, &::freeaddrinfo);
  int error = 0;
  for (const addrinfo* target = found; target != nullptr; target = target->ai_next) {
    auto fd = TryConnect(*target, timeout);
    if (fd.valid()) return ClientSocket(std::move(fd), host_and_port);
    error = errno;
  }
  return Unavailable(fmt::format("cannot connect to {}: {}; is the server running?", host_and_port,
                                 std::generic_category().message(error)),
                     {}, host_and_port);
}

std::unexpected<Error> ClientSocket::Lost(std::string_view doing) const {
  return Unavailable(
      fmt::format("lost the connection to {} while {}: {}", address_, doing, std::generic_category().message(errno)),
      {}, address_);
}

Result<ClientSocket::Ready> ClientSocket::Wait(bool want_write, std::chrono::milliseconds timeout) {
  pollfd entry{fd_.get(), static_cast<short>(want_write ? POLLIN | POLLOUT : POLLIN), 0};
  int ready = Poll(entry, timeout);
  if (ready < 0) return Lost("waiting");
  if (ready == 0)
    return MakeError(ErrorKind::kDeadlineExceeded,
                     fmt::format("{} made no progress for {} ms", address_, timeout.count()), {}, address_);
  return (entry.revents & ~POLLOUT) != 0 ? Ready::kRead : Ready::kWrite;
}

Result<bool> ClientSocket::WaitReadable(std::chrono::milliseconds timeout) {
  pollfd entry{fd_.get(), POLLIN, 0};
  int ready = Poll(entry, timeout);
  if (ready < 0) return Lost("waiting");
  return ready > 0;
}

Result<std::size_t> ClientSocket::SendSome(std::string_view bytes) {
  for (;;) {
    auto count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN) return 0;
    if (errno != EINTR) return Lost("sending");
  }
}

Result<std::size_t> ClientSocket::ReceiveSome(std::span<char> into, std::chrono::milliseconds timeout) {
  for (;;) {
    auto count = ::recv(fd_.get(), into.data(), into.size(), 0);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return Lost("receiving");
    ATELIER_TRY([[maybe_unused]] auto ready, Wait(false, timeout));
  }
}

}  // namespace atelier::http
