#include "http/testing/socket_server.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/strings.h"

namespace atelier::http {
namespace {

constexpr std::chrono::seconds kPatience{20};

// Of a whole request; 0 while it is not whole.
std::size_t RequestSize(const std::string& text) {
  auto end = text.find("\r\n\r\n");
  if (end == std::string::npos) return 0;
  auto head = ToLower(text.substr(0, end));
  std::size_t body = 0;
  if (auto at = head.find("content-length: "); at != std::string::npos)
    body = ParseNumber<std::size_t>(Split(std::string_view(head).substr(at + 16), '\r').front()).value_or(0);
  return text.size() >= end + 4 + body ? end + 4 + body : 0;
}

}  // namespace

SocketServer::SocketServer(const std::filesystem::path& folder, const std::string& name, std::string answer, Then then)
    : answer_(std::move(answer)),
      then_(then),
      listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      stop_(::eventfd(0, EFD_CLOEXEC)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy((folder / name).string(), static_cast<char*>(address.sun_path));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the system's own interface
  EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(listener_.get(), 16), 0);
  thread_ = std::thread([this] { Run(); });
}

SocketServer::~SocketServer() {
  EXPECT_EQ(::eventfd_write(stop_.get(), 1), 0);
  thread_.join();
}

void SocketServer::Run() {
  for (;;) {
    std::array<pollfd, 2> ready{{{listener_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
    if (::poll(ready.data(), ready.size(), -1) < 0 || ready[1].revents != 0) return;
    UniqueFd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection.valid()) Serve(connection.get());
  }
}

void SocketServer::Serve(int fd) {
  std::string text;
  std::array<char, 4096> block{};
  bool answered = false;
  for (;;) {
    std::array<pollfd, 2> ready{{{fd, POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
    if (::poll(ready.data(), ready.size(), -1) < 0 || ready[1].revents != 0) return;
    auto count = ::recv(fd, block.data(), block.size(), 0);
    if (count <= 0) break;
    text.append(block.data(), static_cast<std::size_t>(count));
    if (answered || RequestSize(text) == 0) continue;
    answered = true;
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(text);
    }
    changed_.notify_all();
    std::string_view rest = answer_;
    while (!rest.empty()) {
      auto sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    if (then_ == Then::kClose) return;
  }
  std::lock_guard lock(mutex_);
  hung_up_ = true;
  changed_.notify_all();
}

std::vector<std::string> SocketServer::WaitForRequests(std::size_t count) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, kPatience, [&] { return requests_.size() >= count; }))
    ADD_FAILURE() << "only " << requests_.size() << " of " << count << " requests came";
  return requests_;
}

bool SocketServer::WaitForHangUp() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return hung_up_; });
}

}  // namespace atelier::http
