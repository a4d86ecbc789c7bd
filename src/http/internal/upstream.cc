#include "http/internal/upstream.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "base/files.h"

namespace atelier::http {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMostHead = 64 * 1024;
constexpr std::size_t kBlock = 64 * 1024;
constexpr int kMostInterim = 8;

Error Broken(const std::string& what) { return {ErrorKind::kUnavailable, what, {}, {}}; }

}  // namespace

// A deadline closes the socket: what waits on it then ends with an error.
struct Upstream::Wire : std::enable_shared_from_this<Upstream::Wire> {
  explicit Wire(const asio::any_io_executor& executor) : socket(executor), timer(executor) {}

  void Begin(std::chrono::milliseconds timeout) {
    timer.expires_after(timeout);
    timer.async_wait([wire = weak_from_this(), began = ++waits](const error_code& error) {
      auto held = wire.lock();
      if (error || !held || held->waits != began) return;
      held->late = true;
      held->Close();
    });
  }
  void End() {
    ++waits;
    timer.cancel();
  }
  void Close() {
    error_code ignored;  // closing a closed socket is fine
    socket.close(ignored);
  }
  Error Failure(const error_code& error) const {
    if (late) return {ErrorKind::kDeadlineExceeded, "the server behind this address does not answer in time", {}, {}};
    return Broken("the connection to the server behind this address broke: " + error.message());
  }

  stream_protocol::socket socket;
  asio::steady_timer timer;
  std::uint64_t waits = 0;  // counts, so that the deadline of an earlier wait is known
  bool late = false;
};

Upstream::Upstream(const asio::any_io_executor& executor) : wire_(std::make_shared<Wire>(executor)) {}
Upstream::~Upstream() {
  wire_->End();
  wire_->Close();
}

Task<Result<void>> Upstream::Connect(const std::filesystem::path& folder, const std::string& name) {
  // Through a descriptor: what was looked at is what is connected to, and the path may be longer than an address.
  auto file = OpenFile(folder / name, O_PATH | O_NOFOLLOW);
  if (!file) co_return std::unexpected(Broken("the server behind this address is not there (yet)"));
  stream_protocol::endpoint endpoint(fmt::format("/proc/self/fd/{}", file->get()));
  // On a socket file this never waits: it connects, or fails at once.
  auto [error] = co_await wire_->socket.async_connect(endpoint, kAwait);
  if (error)
    co_return std::unexpected(Broken("the server behind this address takes no connection: " + error.message()));
  co_return Result<void>{};
}

Task<Result<void>> Upstream::Send(std::string_view bytes, std::chrono::milliseconds timeout) {
  while (!bytes.empty()) {
    wire_->Begin(timeout);
    auto [error, count] = co_await wire_->socket.async_write_some(asio::buffer(bytes.data(), bytes.size()), kAwait);
    wire_->End();
    if (error) co_return std::unexpected(wire_->Failure(error));
    bytes.remove_prefix(count);
  }
  co_return Result<void>{};
}

Task<Result<bool>> Upstream::ReadMore(std::chrono::milliseconds timeout) {
  auto before = input_.size();
  input_.resize(before + kBlock);
  wire_->Begin(timeout);
  auto [error, count] = co_await wire_->socket.async_read_some(asio::buffer(input_.data() + before, kBlock), kAwait);
  wire_->End();
  input_.resize(before + count);
  if (error == asio::error::eof) {
    closed_ = true;
    co_return false;
  }
  if (error) co_return std::unexpected(wire_->Failure(error));
  co_return true;
}

Task<Result<ResponseHead>> Upstream::ReadOneHead(std::chrono::milliseconds timeout) {
  for (;;) {
    auto end = input_.find("\r\n\r\n");
    if (end != std::string::npos) {
      auto head = ParseResponseHead(std::string_view(input_).substr(0, end + 4));
      input_.erase(0, end + 4);
      co_return head;
    }
    if (input_.size() > kMostHead) co_return std::unexpected(Broken("the answer's head is too long"));
    ATELIER_CO_TRY(bool more, co_await ReadMore(timeout));
    if (!more) co_return std::unexpected(Broken("the server behind this address closed without an answer"));
  }
}

Task<Result<ResponseHead>> Upstream::ReadHead(bool bodiless, std::chrono::milliseconds timeout) {
  for (int interim = 0; interim < kMostInterim; ++interim) {
    ATELIER_CO_TRY(auto head, co_await ReadOneHead(timeout));
    if (head.status == 101) break;  // nothing was asked that could be agreed to
    if (head.status < 200) continue;
    ATELIER_CO_CHECK(ChooseFraming(head, bodiless));
    co_return head;
  }
  co_return std::unexpected(Broken("the server behind this address gives no final answer"));
}

Result<void> Upstream::ChooseFraming(const ResponseHead& head, bool bodiless) {
  if (bodiless || head.status == 204 || head.status == 304) {
    framing_ = Framing::kNone;
  } else if (head.headers.Has("transfer-encoding")) {
    // Two framings, or one that is not known here: where the body ends would be a guess.
    if (!head.chunked || head.headers.Has("content-length"))
      return std::unexpected(Broken("the answer's length cannot be told for sure"));
    framing_ = Framing::kChunked;
  } else if (head.content_length) {
    framing_ = Framing::kLength;
    left_ = *head.content_length;
  } else {
    framing_ = Framing::kUntilClose;
  }
  return {};
}

bool Upstream::AtEnd() const {
  switch (framing_) {
    case Framing::kNone:
      return true;
    case Framing::kLength:
      return left_ == 0;
    case Framing::kChunked:
      return chunks_.done();
    case Framing::kUntilClose:
      return closed_ && input_.empty();
  }
  return true;
}

Result<std::string> Upstream::TakePiece() {
  std::uint64_t most = input_.size();
  if (framing_ == Framing::kLength) most = std::min<std::uint64_t>(most, left_);
  if (framing_ == Framing::kChunked) {
    auto taken = chunks_.TakeFraming(input_);
    if (!taken) return std::unexpected(Broken("the answer's chunks are malformed"));
    input_.erase(0, *taken);
    most = std::min<std::uint64_t>(input_.size(), chunks_.data_left());
  }
  auto piece = input_.substr(0, static_cast<std::size_t>(most));
  input_.erase(0, piece.size());
  if (framing_ == Framing::kLength) left_ -= piece.size();
  if (framing_ == Framing::kChunked && !piece.empty()) chunks_.TookData(piece.size());
  return piece;
}

Task<Result<std::string>> Upstream::ReadPiece(std::chrono::milliseconds timeout) {
  while (!AtEnd()) {
    ATELIER_CO_TRY(auto piece, TakePiece());
    if (!piece.empty()) co_return piece;
    if (AtEnd()) break;
    ATELIER_CO_TRY(bool more, co_await ReadMore(timeout));
    if (!more && !AtEnd()) co_return std::unexpected(Broken("the answer broke off"));
  }
  co_return std::string();
}

}  // namespace atelier::http
