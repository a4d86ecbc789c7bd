#include "http/internal/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <variant>

#include "base/ids.h"
#include "base/json.h"
#include "base/log.h"
#include "base/strings.h"
#include "http/internal/head_parser.h"
#include "http/internal/request_body.h"
#include "http/internal/response_writer.h"

namespace atelier::http {
namespace {

using std::chrono::steady_clock;

// Nothing was answered: the client left, or the connection was cut, before there was a status to send.
constexpr int kClientClosedRequest = 499;

// Reports one request to the access log when it ends, however it ends.
class AccessReport {
 public:
  AccessReport(const SessionContext& context, const Connection& connection) : context_(context) {
    record.listener = context.listener;
    record.remote_address = connection.remote_address();
    record.status = kClientClosedRequest;
  }
  ~AccessReport() {
    if (!context_.on_access) return;
    record.duration = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - started_);
    try {
      context_.on_access(record);
    } catch (const std::exception& failure) {
      LogError("the access log failed", {{"error", failure.what()}, {"request_id", record.request_id}});
    }
  }
  AccessReport(const AccessReport&) = delete;
  AccessReport& operator=(const AccessReport&) = delete;

  AccessRecord record;

 private:
  const SessionContext& context_;
  const steady_clock::time_point started_ = steady_clock::now();
};

class Counted {
 public:
  explicit Counted(std::size_t& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::size_t& count_;
};

// The body of answers that no surface makes.
Response ErrorResponse(int status, std::string_view message, std::string_view request_id) {
  json::value body = {{"error_code", ReasonPhrase(status)}, {"error_msg", message}, {"request_id", request_id}};
  return Response::Json(status, CompactJson(body));
}

// The stream ended, or failed, where no answer is due.
struct Ended {};

class Session {
 public:
  Session(Connection& connection, const SessionContext& context, std::size_t& active)
      : connection_(connection), context_(context), active_(active), id_prefix_(RandomHex(24)) {}

  Task<void> Run() {
    bool more = true;
    while (more && !connection_.stopping()) more = co_await ServeOne();
    if (linger_) {
      co_await connection_.CloseGently();
    } else {
      connection_.Close();
    }
  }

 private:
  using HeadOutcome = std::variant<Ended, Rejection, RequestHead>;

  Task<bool> ServeOne();
  Task<bool> ServeRequest(RequestHead head);
  Task<Response> CallHandler(const Request& request, RequestBody& body);
  Task<void> AnswerRejection(const Rejection& rejection);
  Task<HeadOutcome> ReadHead();
  std::optional<HeadOutcome> TakeHead();

  // 96 random bits per connection and a count: as unique as drawing each, at a fraction of the cost.
  std::string NextRequestId() { return fmt::format("{}{:08x}", id_prefix_, ++requests_); }

  Connection& connection_;
  const SessionContext& context_;
  std::size_t& active_;
  const std::string id_prefix_;
  std::uint32_t requests_ = 0;
  std::size_t searched_ = 0;  // how far the buffered bytes are known not to end a head
  bool linger_ = false;
};

Task<bool> Session::ServeOne() {
  auto outcome = co_await ReadHead();
  if (auto* head = std::get_if<RequestHead>(&outcome)) co_return co_await ServeRequest(std::move(*head));
  if (auto* rejection = std::get_if<Rejection>(&outcome)) co_await AnswerRejection(*rejection);
  co_return false;
}

// Takes a complete head off the buffer; nullopt when more bytes are needed.
std::optional<Session::HeadOutcome> Session::TakeHead() {
  // Empty lines before a request are left behind by some clients (RFC 9112 section 2.2).
  while (connection_.buffered().starts_with("\r\n")) connection_.Consume(2);
  auto bytes = connection_.buffered();
  auto end = bytes.find("\r\n\r\n", searched_ > 3 ? searched_ - 3 : 0);
  const auto limit = context_.limits.header_bytes;
  if ((end == std::string_view::npos ? bytes.size() : end + 4) > limit)
    return Rejection{431, fmt::format("the request line and headers may have at most {} bytes", limit)};
  if (end == std::string_view::npos) {
    for (auto at = bytes.find('\n', searched_); at != std::string_view::npos; at = bytes.find('\n', at + 1))
      if (at == 0 || bytes[at - 1] != '\r') return Rejection{400, "lines of a request end in CRLF, not in a bare LF"};
    searched_ = bytes.size();
    return std::nullopt;
  }
  searched_ = 0;
  auto head = ParseRequestHead(bytes.substr(0, end + 4));
  connection_.Consume(end + 4);
  if (!head) return std::move(head).error();
  return *std::move(head);
}

Task<Session::HeadOutcome> Session::ReadHead() {
  auto deadline = DeadlineIn(context_.limits.idle_timeout);
  bool begun = false;
  for (;;) {
    if (auto outcome = TakeHead()) co_return *std::move(outcome);
    if (!begun && !connection_.buffered().empty()) {
      begun = true;
      deadline = DeadlineIn(context_.limits.header_timeout);
    }
    connection_.set_idle(!begun);
    auto count = co_await connection_.Fill(deadline);
    connection_.set_idle(false);
    if (count && *count > 0) continue;
    if (!count && begun && count.error().kind == ErrorKind::kDeadlineExceeded)
      co_return Rejection{408, "the request's headers did not arrive in time"};
    co_return Ended{};
  }
}

Task<void> Session::AnswerRejection(const Rejection& rejection) {
  AccessReport report(context_, connection_);
  auto& record = report.record;
  record.request_id = NextRequestId();
  record.status = rejection.status;
  record.error = rejection.message;
  // Where the next request would begin is not known any more.
  linger_ = true;
  auto response = ErrorResponse(rejection.status, rejection.message, record.request_id);
  ResponseOptions options{
      .keep_alive = false, .request_id = record.request_id, .timeout = context_.limits.body_timeout};
  auto written = co_await WriteResponse(connection_, response, options, record.bytes_out);
  if (!written) linger_ = false;
}

Task<Response> Session::CallHandler(const Request& request, RequestBody& body) {
  Exchange exchange(request, body, context_.pool);
  std::string failure;
  try {
    co_return co_await context_.handler(exchange);
  } catch (const std::exception& error) {
    failure = error.what();
  } catch (...) {
    failure = "an exception of an unknown type";
  }
  // What a cut makes of a handler is no fault of its own.
  if (connection_.cut()) co_return Response::Empty(500);
  LogError("a request handler failed", {{"request_id", request.request_id},
                                        {"listener", context_.listener},
                                        {"method", request.method},
                                        {"path", request.path},
                                        {"error", failure}});
  auto response = ErrorResponse(500, "internal error", request.request_id);
  response.error = failure;
  co_return response;
}

Task<bool> Session::ServeRequest(RequestHead head) {
  Counted active(active_);
  AccessReport report(context_, connection_);
  auto& record = report.record;
  auto& request = head.request;
  request.remote_address = connection_.remote_address();
  request.request_id = record.request_id = NextRequestId();
  record.method = request.method;
  record.path = request.path;

  RequestBody body(connection_, head, context_.limits.body_timeout);
  auto response = co_await CallHandler(request, body);
  record.bytes_in = body.bytes_read();
  if (connection_.cut()) {
    record.error = "cut off by the stop of the server";
    co_return false;
  }
  if (response.status < 200 || response.status > 599) {
    LogError("a handler gave a status out of 200..599",
             {{"request_id", request.request_id}, {"status", response.status}});
    response = Response::Empty(500);
  }

  const auto drain_bytes = context_.limits.drain_bytes;
  bool wants_close = EqualsIgnoreCase(response.headers.Get("connection").value_or(""), "close");
  bool until_close = head.http_1_0 && std::holds_alternative<BodyProducer>(response.body);
  bool keep_alive =
      head.keep_alive && !wants_close && !until_close && !connection_.stopping() && body.CanDrain(drain_bytes);
  ResponseOptions options{.head_only = request.method == "HEAD",
                          .http_1_0 = head.http_1_0,
                          .keep_alive = keep_alive,
                          .request_id = request.request_id,
                          .timeout = context_.limits.body_timeout};
  record.status = response.status;
  record.action = std::move(response.action);
  record.error = std::move(response.error);
  auto written = co_await WriteResponse(connection_, response, options, record.bytes_out);
  if (!written) {
    if (record.error.empty()) record.error = written.error().message;
    co_return false;
  }
  // More may be on its way: the rest of the body, or the next request of a client that could not know of our close.
  linger_ = !body.finished() || head.keep_alive;
  if (!keep_alive) co_return false;
  bool drained = co_await body.Drain(drain_bytes);
  linger_ = !drained;
  co_return drained;
}

}  // namespace

Task<void> ServeConnection(std::shared_ptr<Connection> connection, const SessionContext& context, std::size_t& active) {
  Session session(*connection, context, active);
  co_await session.Run();
}

}  // namespace atelier::http
