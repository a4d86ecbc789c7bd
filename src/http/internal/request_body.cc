#include "http/internal/request_body.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace atelier::http {

RequestBody::RequestBody(Connection& connection, const RequestHead& head, std::chrono::milliseconds timeout)
    : connection_(connection),
      timeout_(timeout),
      chunked_(head.request.chunked),
      continue_awaited_(head.expects_continue),
      left_(head.request.content_length.value_or(0)) {
  finished_ = !chunked_ && left_ == 0;
  if (finished_) continue_awaited_ = false;
}

std::optional<std::uint64_t> RequestBody::remaining() const {
  if (finished_) return 0;
  if (chunked_) return std::nullopt;
  return left_;
}

Task<Result<std::size_t>> RequestBody::Read(std::span<std::byte> into) {
  if (failure_) co_return std::unexpected(*failure_);
  if (finished_) co_return 0;
  if (into.empty()) co_return Internal("BodyReader::Read needs room for at least one byte");
  if (continue_awaited_) {
    if (auto sent = co_await SendContinue(); !sent) failure_ = std::move(sent).error();
    if (failure_) co_return std::unexpected(*failure_);
  }
  Result<std::size_t> count = 0;
  if (chunked_) {
    count = co_await ReadChunked(into);
  } else {
    count = co_await ReadSized(into);
  }
  if (count) {
    bytes_read_ += *count;
  } else {
    failure_ = count.error();
  }
  co_return count;
}

Task<Result<void>> RequestBody::SendContinue() {
  continue_awaited_ = false;
  // A client that has begun to send does not wait for permission (RFC 9110 section 10.1.1).
  if (!connection_.buffered().empty()) co_return Result<void>();
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  std::array pieces{boost::asio::const_buffer(kContinue.data(), kContinue.size())};
  co_return co_await connection_.Write(pieces, timeout_);
}

Task<Result<std::size_t>> RequestBody::ReadSized(std::span<std::byte> into) {
  auto count = co_await ReadData(into, left_);
  if (!count) co_return count;
  left_ -= *count;
  finished_ = left_ == 0;
  co_return count;
}

Task<Result<std::size_t>> RequestBody::ReadChunked(std::span<std::byte> into) {
  for (;;) {
    if (auto taken = TakeFraming(); !taken) co_return std::unexpected(std::move(taken).error());
    if (finished_) co_return 0;
    if (chunks_.data_left() > 0) {
      auto count = co_await ReadData(into, chunks_.data_left());
      if (count) chunks_.TookData(*count);
      co_return count;
    }
    auto deadline = DeadlineIn(timeout_);
    auto filled = co_await connection_.Fill(deadline);
    if (!filled) co_return std::unexpected(std::move(filled).error());
    if (*filled == 0) co_return CutShort();
  }
}

Task<Result<std::size_t>> RequestBody::ReadData(std::span<std::byte> into, std::uint64_t available) {
  into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), available)));
  if (auto buffered = connection_.buffered(); !buffered.empty()) {
    auto count = std::min(into.size(), buffered.size());
    std::memcpy(into.data(), buffered.data(), count);
    connection_.Consume(count);
    co_return count;
  }
  auto deadline = DeadlineIn(timeout_);
  auto count = co_await connection_.ReadSome(into, deadline);
  if (count && *count == 0) co_return CutShort();
  co_return count;
}

Result<void> RequestBody::TakeFraming() {
  auto taken = chunks_.TakeFraming(connection_.buffered());
  if (!taken) return std::unexpected(std::move(taken).error());
  connection_.Consume(*taken);
  finished_ = chunks_.done();
  return {};
}

std::unexpected<Error> RequestBody::CutShort() const {
  return MakeError(ErrorKind::kCancelled, "the client closed the connection in the middle of the request body");
}

bool RequestBody::CanDrain(std::uint64_t limit) {
  if (failure_) return false;
  // A reader that stops at its last byte of data has not seen the closing chunk, which is often here already.
  if (chunked_ && !finished_ && !TakeFraming()) return false;
  if (finished_) return true;
  return !chunked_ && !continue_awaited_ && left_ <= limit;
}

Task<bool> RequestBody::Drain(std::uint64_t limit) {
  std::array<std::byte, 16 * 1024> scratch;
  std::uint64_t drained = 0;
  while (!finished_) {
    auto count = co_await Read(scratch);
    if (!count) co_return false;
    drained += *count;
    if (drained > limit) co_return false;
  }
  co_return true;
}

}  // namespace atelier::http
