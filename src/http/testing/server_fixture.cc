#include "http/testing/server_fixture.h"

#include <gtest/gtest.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>

#include "base/strings.h"

namespace atelier::http {
namespace {

constexpr std::chrono::seconds kPatience{20};

}  // namespace

RawConnection::RawConnection(const std::string& address) {
  auto colon = address.rfind(':');
  auto host = address.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), address.substr(colon + 1).c_str(), &hints, &found) != 0) {
    ADD_FAILURE() << "not an address: " << address;
    return;
  }
  fd_ = UniqueFd(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  timeval patience{kPatience.count(), 0};
  EXPECT_EQ(::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
  EXPECT_EQ(::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience), 0);
  EXPECT_EQ(::connect(fd_.get(), found->ai_addr, found->ai_addrlen), 0) << address;
  ::freeaddrinfo(found);
}

bool RawConnection::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    auto count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool RawConnection::ReadMore() {
  std::array<char, 64 * 1024> block;
  auto count = ::recv(fd_.get(), block.data(), block.size(), 0);
  if (count > 0) {
    input_.append(block.data(), static_cast<std::size_t>(count));
    return true;
  }
  ending_ = count == 0 ? "" : errno == EAGAIN ? "<timeout>" : "<reset>";
  return false;
}

std::string RawConnection::ReadAll() {
  while (ReadMore()) continue;
  return std::exchange(input_, {}) + std::string(ending_);
}

std::string RawConnection::ReadUntil(std::string_view end) {
  for (;;) {
    if (auto at = input_.find(end); at != std::string::npos) {
      auto text = input_.substr(0, at + end.size());
      input_.erase(0, text.size());
      return text;
    }
    if (!ReadMore()) return std::exchange(input_, {}) + "<end>" + std::string(ending_);
  }
}

std::string RawConnection::ReadResponse(bool has_body) {
  auto response = ReadUntil("\r\n\r\n");
  auto at = response.find("\r\nContent-Length: ");
  if (!has_body || at == std::string::npos) return response;
  auto from = at + 18;
  auto length = ParseNumber<std::size_t>(response.substr(from, response.find("\r\n", from) - from)).value_or(0);
  while (input_.size() < length)
    if (!ReadMore()) break;
  response += input_.substr(0, length);
  input_.erase(0, length);
  return response;
}

void RawConnection::CloseSending() { EXPECT_EQ(::shutdown(fd_.get(), SHUT_WR), 0); }

void RawConnection::Reset() {
  linger abort{1, 0};
  EXPECT_EQ(::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &abort, sizeof abort), 0);
  fd_.Reset();
}

TestServer::TestServer(Handler handler, const TestServerOptions& options)
    : pool_(options.pool_threads, options.pool_queue) {
  auto record = [this](const AccessRecord& access) {
    std::lock_guard lock(mutex_);
    records_.push_back(access);
    recorded_.notify_all();
  };
  server_ = std::make_unique<Server>(options.limits, pool_, record);
  ListenerOptions listener{
      .name = "test", .address = options.address, .loops = options.loops, .handler = std::move(handler)};
  auto address = server_->AddListener(std::move(listener));
  if (!address) {
    ADD_FAILURE() << address.error().message;
    return;
  }
  address_ = *address;
  server_->Start();
}

TestServer::~TestServer() { server_->Stop(std::chrono::milliseconds(500)); }

std::vector<AccessRecord> TestServer::WaitForRecords(std::size_t count) {
  std::unique_lock lock(mutex_);
  if (!recorded_.wait_for(lock, kPatience, [&] { return records_.size() >= count; }))
    ADD_FAILURE() << "only " << records_.size() << " of " << count << " requests have ended";
  return records_;
}

}  // namespace atelier::http
