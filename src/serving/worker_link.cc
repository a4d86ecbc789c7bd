#include "serving/worker_link.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>

#include "base/files.h"
#include "base/strings.h"

namespace atelier::serving {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kHelloPatience{5};
constexpr std::chrono::milliseconds kZygotePatience{1500};
constexpr std::size_t kMostPieces = 64;  // of one writev: that many are kept on the stack

Error Broken(const std::string& what) { return {ErrorKind::kUnavailable, what, "ModelArts.4503", {}}; }

}  // namespace

WorkerLink::WorkerLink(const asio::any_io_executor& executor, std::filesystem::path run_directory, std::size_t index)
    : executor_(executor), run_directory_(std::move(run_directory)), index_(index), socket_(executor) {}

void WorkerLink::Close() {
  boost::system::error_code ignored;  // closing a closed socket is fine
  socket_.close(ignored);
}

Task<Result<void>> WorkerLink::Open(Socket& socket, std::string name) {
  // Through the folder's descriptor: its path may be longer than an address.
  auto folder = OpenFile(run_directory_, O_PATH | O_DIRECTORY);
  if (!folder) co_return std::unexpected(Broken("the predictor's folder is gone: " + folder.error().message));
  stream_protocol::endpoint endpoint(fmt::format("/proc/self/fd/{}/{}", folder->get(), name));
  auto [error] = co_await socket.async_connect(endpoint, kAwait);
  if (error) co_return std::unexpected(Broken(name + ": " + error.message()));
  co_return Result<void>{};
}

Task<Result<void>> WorkerLink::Connect() {
  Close();
  socket_ = Socket(executor_);
  incoming_ = {};
  outgoing_.clear();
  front_sent_ = 0;
  waiting_ = deaf_ = false;
  ++connection_;
  auto opened = co_await Open(socket_, fmt::format("worker-{}.sock", index_));
  if (!opened) co_return opened;
  socket_.non_blocking(true);
  auto over = std::make_shared<bool>(false);
  asio::steady_timer timer(executor_);
  timer.expires_after(kHelloPatience);
  // The hello comes at once from an idle worker, but only after its present request from one that another server still
  // holds.
  timer.async_wait([this, over](boost::system::error_code error) {
    if (!error && !*over) Close();
  });
  auto frames = co_await Receive();
  *over = true;
  timer.cancel();
  bool hello = frames && frames->size() == 1 && frames->front().header.kind == predictor::FrameKind::kHello &&
               !frames->front().body.empty();
  if (!hello) {
    Close();
    co_return std::unexpected(Broken(fmt::format("worker {} sent no hello", index_)));
  }
  pid_ = std::move(frames->front().body);
  manner_ = frames->front().header.status == static_cast<std::uint16_t>(predictor::Manner::kBatches)
                ? predictor::Manner::kBatches
                : predictor::Manner::kOneByOne;
  co_return Result<void>{};
}

void WorkerLink::Queue(predictor::FrameKind kind, std::uint64_t id, std::uint32_t deadline_ms,
                       std::shared_ptr<const PredictRequest> request) {
  std::string_view content_type = request ? std::string_view(request->content_type) : std::string_view();
  auto body_size = request ? request->body.size() : 0;
  auto prefix = predictor::EncodePrefix(kind, id, 0, deadline_ms, content_type, "", body_size);
  outgoing_.push_back({id, std::move(prefix), std::move(request)});
}

bool WorkerLink::Sent(std::uint64_t id) const {
  return std::ranges::none_of(outgoing_, [&](const Outgoing& one) { return one.id == id; });
}

void WorkerLink::DropSent(std::size_t bytes) {
  front_sent_ += bytes;
  while (!outgoing_.empty() && front_sent_ >= outgoing_.front().size()) {
    front_sent_ -= outgoing_.front().size();
    outgoing_.pop_front();
  }
}

void WorkerLink::Flush() {
  while (!outgoing_.empty() && !waiting_ && !deaf_) {
    std::vector<asio::const_buffer> pieces;
    for (const auto& one : outgoing_) {
      if (pieces.size() + 2 > kMostPieces) break;
      pieces.push_back(asio::buffer(one.prefix));
      if (one.request) pieces.push_back(asio::buffer(one.request->body));
    }
    std::size_t skip = front_sent_;
    for (auto& piece : pieces) {
      auto step = std::min(skip, piece.size());
      piece += step;
      skip -= step;
      if (skip == 0) break;
    }
    boost::system::error_code error;
    auto count = socket_.send(pieces, MSG_NOSIGNAL, error);
    if (error == asio::error::would_block || error == asio::error::try_again) {
      FlushWhenWritable();
    } else if (error) {
      deaf_ = true;
    } else {
      DropSent(count);
    }
  }
}

void WorkerLink::FlushWhenWritable() {
  waiting_ = true;
  socket_.async_wait(Socket::wait_write,
                     [self = shared_from_this(), connection = connection_](boost::system::error_code error) {
                       if (connection != self->connection_) return;
                       self->waiting_ = false;
                       if (!error) self->Flush();
                     });
}

Task<Result<std::vector<predictor::Frame>>> WorkerLink::Receive() {
  std::vector<predictor::Frame> frames;
  for (;;) {
    auto frame = incoming_.Take();
    if (!frame) co_return std::unexpected(Broken(frame.error().message));
    if (auto& whole = *frame) {
      frames.push_back(*std::move(whole));
      continue;
    }
    if (!frames.empty()) co_return frames;
    auto room = incoming_.Room();
    auto [error, count] = co_await socket_.async_read_some(asio::buffer(room.data(), room.size()), kAwait);
    if (error) co_return std::unexpected(Broken(error.message()));
    incoming_.Added(count);
  }
}

Task<Result<std::string>> WorkerLink::AskZygote(std::string word) {
  auto socket = std::make_shared<Socket>(executor_);
  auto opened = co_await Open(*socket, "control.sock");
  if (!opened) co_return std::unexpected(std::move(opened).error());
  auto timer = std::make_shared<asio::steady_timer>(executor_);
  timer->expires_after(kZygotePatience);
  timer->async_wait([socket](boost::system::error_code error) {
    boost::system::error_code ignored;
    if (!error) socket->close(ignored);
  });
  auto line = fmt::format("{} {} {}\n", word, index_, pid_);
  auto [write_error, wrote] = co_await asio::async_write(*socket, asio::buffer(line), kAwait);
  std::string answer;
  if (!write_error) {
    auto [read_error, count] =
        co_await asio::async_read_until(*socket, asio::dynamic_buffer(answer, 4096), '\n', kAwait);
    if (read_error) answer.clear();
  }
  timer->cancel();
  if (answer.empty()) co_return std::unexpected(Broken("the zygote does not answer"));
  co_return std::string(Trim(answer));
}

}  // namespace atelier::serving
