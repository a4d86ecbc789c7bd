#include "serving/worker_link.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>

#include "base/files.h"
#include "base/strings.h"
#include "predictor/protocol.h"

namespace atelier::serving {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using SteadyTime = std::chrono::steady_clock::time_point;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kHelloPatience{5};
constexpr std::chrono::milliseconds kZygotePatience{1500};

Error Broken(const std::string& what) { return {ErrorKind::kUnavailable, what, "ModelArts.4503", {}}; }

}  // namespace

WorkerLink::WorkerLink(asio::any_io_executor executor, std::filesystem::path run_directory, std::size_t index)
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
  auto opened = co_await Open(socket_, fmt::format("worker-{}.sock", index_));
  if (!opened) co_return opened;
  auto over = std::make_shared<bool>(false);
  asio::steady_timer timer(executor_);
  timer.expires_after(kHelloPatience);
  // The hello comes at once from an idle worker, but only after its present request from one that another server still
  // holds.
  timer.async_wait([this, over](boost::system::error_code error) {
    if (!error && !*over) Close();
  });
  std::array<char, predictor::kHeaderBytes> bytes{};
  auto [error, count] = co_await asio::async_read(socket_, asio::buffer(bytes), kAwait);
  std::string pid;
  auto header = error ? Result<predictor::FrameHeader>(std::unexpected(Broken(error.message())))
                      : predictor::DecodeHeader({bytes.data(), count});
  if (header && header->kind == predictor::FrameKind::kHello && header->body_length < 32) {
    pid.resize(header->payload_bytes());
    auto [body_error, body_count] = co_await asio::async_read(socket_, asio::buffer(pid), kAwait);
    if (body_error) header = std::unexpected(Broken(body_error.message()));
  }
  *over = true;
  timer.cancel();
  if (!header || pid.empty()) {
    Close();
    co_return std::unexpected(Broken(fmt::format("worker {} sent no hello", index_)));
  }
  pid_ = std::move(pid);
  co_return Result<void>{};
}

Task<Result<PredictReply>> WorkerLink::Talk(const PredictRequest& request, std::uint64_t id, SteadyTime deadline,
                                            bool& sent) {
  auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  auto prefix = predictor::EncodePrefix(predictor::FrameKind::kPredict, id, 0,
                                        static_cast<std::uint32_t>(std::max<std::int64_t>(1, left)),
                                        request.content_type, "", request.body.size());
  std::array<asio::const_buffer, 2> pieces = {asio::buffer(prefix), asio::buffer(request.body)};
  auto [write_error, wrote] = co_await asio::async_write(socket_, pieces, kAwait);
  if (write_error) co_return std::unexpected(Broken(write_error.message()));
  sent = true;
  std::array<char, predictor::kHeaderBytes> bytes{};
  auto [head_error, head_count] = co_await asio::async_read(socket_, asio::buffer(bytes), kAwait);
  if (head_error) co_return std::unexpected(Broken(head_error.message()));
  auto header = predictor::DecodeHeader({bytes.data(), head_count});
  if (!header) co_return std::unexpected(Broken(header.error().message));
  if (header->kind != predictor::FrameKind::kReply || header->id != id)
    co_return std::unexpected(Broken("an answer to another request"));
  PredictReply reply;
  reply.status = header->status;
  reply.content_type.resize(header->content_type_length);
  reply.warning.resize(header->warning_length);
  reply.body.resize(header->body_length);
  std::array<asio::mutable_buffer, 3> into = {asio::buffer(reply.content_type), asio::buffer(reply.warning),
                                              asio::buffer(reply.body)};
  auto [error, count] = co_await asio::async_read(socket_, into, kAwait);
  if (error) co_return std::unexpected(Broken(error.message()));
  co_return reply;
}

Task<WorkerLink::Outcome> WorkerLink::Exchange(const PredictRequest& request, std::uint64_t id, SteadyTime deadline) {
  struct Watch {
    bool over = false, fired = false;
  };
  auto watch = std::make_shared<Watch>();
  asio::steady_timer timer(executor_);
  timer.expires_at(deadline);
  // Its handler may already be queued when the timer is cancelled: `over` keeps it from closing the next request's
  // connection.
  timer.async_wait([this, watch](boost::system::error_code error) {
    if (error || watch->over) return;
    watch->fired = true;
    Close();
  });
  bool sent = false;
  auto reply = co_await Talk(request, id, deadline, sent);
  watch->over = true;
  timer.cancel();
  Outcome outcome{std::move(reply), false, watch->fired, !sent};
  outcome.broken = !outcome.reply.has_value();
  if (outcome.broken) Close();
  co_return outcome;
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
