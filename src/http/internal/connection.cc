#include "http/internal/connection.h"

#include <fmt/format.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>

namespace atelier::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kFirstBuffer = 8 * 1024;
constexpr std::size_t kSendFileStep = 2 * 1024 * 1024;
constexpr std::chrono::milliseconds kGentleCloseTime{30'000};  // in all
constexpr std::chrono::milliseconds kGentleCloseIdle{2'000};   // without a byte
constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);

bool WouldBlock(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again;
}

std::string AddressText(const tcp::socket& socket) {
  error_code error;
  auto endpoint = socket.remote_endpoint(error);
  if (error) return "unknown";
  auto address = endpoint.address();
  // A dual-stack listener sees IPv4 peers as ::ffff:a.b.c.d.
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

// Drops the first `count` bytes of a list of buffers.
void Advance(std::span<asio::const_buffer>& pieces, std::size_t count) {
  while (!pieces.empty() && count >= pieces.front().size()) {
    count -= pieces.front().size();
    pieces = pieces.subspan(1);
  }
  if (count > 0) pieces.front() += count;
}

}  // namespace

Connection::Connection(tcp::socket socket, std::size_t buffer_limit)
    : socket_(std::move(socket)), remote_address_(AddressText(socket_)), buffer_limit_(buffer_limit) {
  error_code ignored;  // a socket that the peer has already reset fails here and again, visibly, at the first read
  socket_.non_blocking(true, ignored);
  socket_.set_option(tcp::no_delay(true), ignored);
  buffer_.resize(std::min(kFirstBuffer, buffer_limit));
}

void Connection::Consume(std::size_t count) {
  begin_ += count;
  if (begin_ == end_) begin_ = end_ = 0;
}

Task<Result<std::size_t>> Connection::Fill(SteadyTime deadline) {
  if (end_ == buffer_.size()) {
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    } else {
      buffer_.resize(std::min(buffer_limit_, buffer_.size() * 2));
    }
  }
  auto room = std::as_writable_bytes(std::span(buffer_).subspan(end_));
  auto count = co_await ReadSome(room, deadline);
  if (count) end_ += *count;
  co_return count;
}

Task<Result<std::size_t>> Connection::ReadSome(std::span<std::byte> into, SteadyTime deadline) {
  auto room = asio::buffer(into.data(), into.size());
  Arm(deadline);
  auto [error, count] = co_await socket_.async_read_some(room, kAwaitTuple);
  Disarm();
  if (error == asio::error::eof) co_return 0;
  if (error) co_return Failure(error, "reading");
  co_return count;
}

Task<Result<void>> Connection::Write(std::span<asio::const_buffer> pieces, std::chrono::milliseconds timeout,
                                     bool more_follows) {
  int flags = MSG_NOSIGNAL | (more_follows ? MSG_MORE : 0);
  Advance(pieces, 0);
  while (!pieces.empty()) {
    error_code error;
    auto count = socket_.send(pieces, flags, error);
    if (WouldBlock(error)) {
      auto deadline = DeadlineIn(timeout);
      auto writable = co_await WaitWritable(deadline);
      if (!writable) co_return writable;
      continue;
    }
    if (error) co_return Failure(error, "writing");
    Advance(pieces, count);
  }
  co_return Result<void>();
}

Task<Result<void>> Connection::SendFile(int file, std::uint64_t offset, std::uint64_t length,
                                        std::chrono::milliseconds timeout, std::uint64_t& sent) {
  auto position = static_cast<off_t>(offset);
  while (length > 0) {
    auto step = static_cast<std::size_t>(std::min<std::uint64_t>(length, kSendFileStep));
    auto count = ::sendfile(socket_.native_handle(), file, &position, step);
    if (count > 0) {
      length -= static_cast<std::uint64_t>(count);
      sent += static_cast<std::uint64_t>(count);
      // A reader as fast as we are would keep the loop for the whole file: let the others have a turn.
      if (length > 0 && static_cast<std::size_t>(count) == step) co_await asio::post(asio::use_awaitable);
      continue;
    }
    if (count == 0) co_return Internal("a file became shorter while it was being sent");
    if (errno == EINTR) continue;
    if (errno != EAGAIN) {
      error_code error(errno, boost::system::system_category());
      co_return Failure(error, "sending a file");
    }
    auto deadline = DeadlineIn(timeout);
    auto writable = co_await WaitWritable(deadline);
    if (!writable) co_return writable;
  }
  co_return Result<void>();
}

Task<Result<void>> Connection::WaitWritable(SteadyTime deadline) {
  Arm(deadline);
  auto [error] = co_await socket_.async_wait(tcp::socket::wait_write, kAwaitTuple);
  Disarm();
  if (error) co_return Failure(error, "waiting to write");
  co_return Result<void>();
}

Task<void> Connection::CloseGently() {
  error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  auto end = DeadlineIn(kGentleCloseTime);
  std::vector<std::byte> scratch(64 * 1024);
  // An error means that it is not connected any more: nobody is left to be gentle with.
  while (!error && !cut_ && std::chrono::steady_clock::now() < end) {
    auto deadline = std::min(end, DeadlineIn(kGentleCloseIdle));
    auto count = co_await ReadSome(scratch, deadline);
    if (!count || *count == 0) break;
  }
  Close();
}

void Connection::Close() {
  error_code ignored;  // the descriptor is closed whatever close reports
  socket_.close(ignored);
}

void Connection::ExpireIfLate(SteadyTime now) {
  if (now < deadline_) return;
  deadline_ = SteadyTime::max();
  timed_out_ = true;
  error_code ignored;  // there is an operation waiting, so the socket is open
  socket_.cancel(ignored);
}

void Connection::BeginStop() {
  stopping_ = true;
  error_code ignored;  // already closed: nothing is waiting
  if (idle_) socket_.cancel(ignored);
}

void Connection::Cut() {
  cut_ = true;
  Close();
  cut_signal_.emit(asio::cancellation_type::terminal);
}

void Connection::Arm(SteadyTime deadline) {
  timed_out_ = false;
  deadline_ = deadline;
}

std::unexpected<Error> Connection::Failure(const error_code& error, std::string_view doing) const {
  if (timed_out_)
    return MakeError(ErrorKind::kDeadlineExceeded,
                     fmt::format("the client made no progress for too long while {}", doing));
  if (cut_) return MakeError(ErrorKind::kCancelled, "the server is stopping");
  return MakeError(ErrorKind::kCancelled, fmt::format("the client went away while {}: {}", doing, error.message()));
}

}  // namespace atelier::http
