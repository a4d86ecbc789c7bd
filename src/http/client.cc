#include "http/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/strings.h"
#include "http/internal/chunk_decoder.h"
#include "http/internal/client_socket.h"
#include "http/internal/head_parser.h"

namespace atelier::http {
namespace {

constexpr std::size_t kHeadLimit = 256 * 1024;
constexpr std::size_t kBlock = 256 * 1024;
// How long a server may take to say "100 Continue" before the body is sent anyway (RFC 9110 section 10.1.1).
constexpr std::chrono::milliseconds kContinueWait{1'000};

std::string RenderRequestHead(const ClientRequest& request, const std::string& host_and_port) {
  auto head = fmt::format("{} {} HTTP/1.1\r\n", request.method, request.target);
  if (!request.headers.Has("host")) head += "Host: " + host_and_port + "\r\n";
  for (const auto& [name, value] : request.headers) fmt::format_to(std::back_inserter(head), "{}: {}\r\n", name, value);
  auto length = request.body_source ? request.body_length.value_or(0) : request.body.size();
  bool may_lack_length = length == 0 && !request.body_source && (request.method == "GET" || request.method == "HEAD");
  if (!may_lack_length && !request.headers.Has("content-length"))
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", length);
  return head + "\r\n";
}

// What went wrong, and whether the same request may be sent again on a new connection.
struct Failure {
  Error error;
  bool resend = false;
};

}  // namespace

struct Client::State {
  explicit State(std::string address) : host_and_port(std::move(address)) {}

  std::expected<ClientResponse, Failure> SendOnce(const ClientRequest& request);
  Result<void> SendBody(const ClientRequest& request);
  Result<void> SendFromSource(const ClientRequest& request);
  // Sends all of it, or stops when the server has answered already: see `final_head`.
  Result<void> SendUnlessAnswered(std::string_view bytes, std::chrono::milliseconds timeout);
  // Reads heads up to a final one; interim ones (1xx) are dropped. With `until_interim` it returns after one of any
  // kind.
  Result<void> ReadHeads(std::chrono::milliseconds timeout, bool until_interim);
  Result<void> ReadBody(const ClientRequest& request, ClientResponse& response);
  Result<void> ReadSized(std::uint64_t length, const ClientRequest& request, ClientResponse& response);
  Result<void> ReadChunked(const ClientRequest& request, ClientResponse& response);
  Result<void> ReadToEnd(const ClientRequest& request, ClientResponse& response);
  Result<bool> ReadMore(std::chrono::milliseconds timeout);
  Result<void> ReadMoreOrFail(std::chrono::milliseconds timeout);
  Result<void> Deliver(std::uint64_t most, const ClientRequest& request, ClientResponse& response);

  std::string host_and_port;
  std::optional<ClientSocket> socket;
  std::string input;                       // received, not yet used
  std::optional<ResponseHead> final_head;  // of the current request's answer
  bool answer_begun = false;               // a byte of the answer has come
  bool source_read = false;                // body_source has been called: it cannot be called again from its start
  bool sent_whole = false;                 // the request, so that the connection can be used again
};

Client::Client(std::string host_and_port) : state_(std::make_unique<State>(std::move(host_and_port))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

const std::string& Client::host_and_port() const { return state_->host_and_port; }

Result<ClientResponse> Client::Send(const ClientRequest& request) {
  if (request.body_source && !request.body_length)
    return InvalidArgument("a request with a body source needs its body_length");
  for (;;) {
    bool kept_alive = state_->socket.has_value();
    if (!kept_alive) {
      ATELIER_TRY(auto socket, ClientSocket::Connect(state_->host_and_port, request.timeout));
      state_->socket.emplace(std::move(socket));
      state_->input.clear();
    }
    auto response = state_->SendOnce(request);
    if (response) return *std::move(response);
    state_->socket.reset();
    if (!kept_alive || !response.error().resend) return std::unexpected(std::move(response).error().error);
  }
}

std::expected<ClientResponse, Failure> Client::State::SendOnce(const ClientRequest& request) {
  answer_begun = source_read = sent_whole = false;
  final_head.reset();
  auto fail = [&](Error error) {
    bool lost = error.kind == ErrorKind::kUnavailable;
    return std::unexpected(Failure{std::move(error), lost && !answer_begun && !source_read});
  };
  auto sent = SendUnlessAnswered(RenderRequestHead(request, host_and_port), request.timeout);
  if (sent && !final_head) sent = SendBody(request);
  // A server that refuses an upload may close before it has read it all: its answer is what matters, if there is one.
  if (!sent && sent.error().kind != ErrorKind::kUnavailable) return fail(std::move(sent).error());
  sent_whole = sent.has_value() && !final_head;
  if (!final_head) {
    auto read = ReadHeads(request.timeout, false);
    if (!read) return fail(std::move(read).error());
  }
  ClientResponse response;
  response.status = final_head->status;
  auto read = ReadBody(request, response);
  if (!read) return fail(std::move(read).error());
  response.headers = std::move(final_head->headers);
  if (!final_head->keep_alive || !sent_whole) socket.reset();
  return response;
}

Result<void> Client::State::SendBody(const ClientRequest& request) {
  if (EqualsIgnoreCase(request.headers.Get("expect").value_or(""), "100-continue")) {
    ATELIER_TRY(bool answered, socket->WaitReadable(kContinueWait));
    if (answered) ATELIER_CHECK(ReadHeads(request.timeout, true));
    if (final_head) return {};
  }
  if (request.body_source) return SendFromSource(request);
  return SendUnlessAnswered(request.body, request.timeout);
}

Result<void> Client::State::SendFromSource(const ClientRequest& request) {
  std::string block(kBlock, '\0');
  std::uint64_t left = *request.body_length;
  while (left > 0 && !final_head) {
    source_read = true;
    auto room = std::span(block).first(static_cast<std::size_t>(std::min<std::uint64_t>(left, block.size())));
    ATELIER_TRY(auto count, request.body_source(room));
    if (count == 0) return InvalidArgument(fmt::format("the body source ended {} bytes before its body_length", left));
    ATELIER_CHECK(SendUnlessAnswered(std::string_view(block).substr(0, count), request.timeout));
    left -= count;
  }
  return {};
}

Result<void> Client::State::SendUnlessAnswered(std::string_view bytes, std::chrono::milliseconds timeout) {
  ATELIER_TRY(bool readable, socket->WaitReadable(std::chrono::milliseconds(0)));
  while (!bytes.empty()) {
    if (readable) ATELIER_CHECK(ReadHeads(timeout, true));
    readable = false;
    if (final_head) return {};
    ATELIER_TRY(auto count, socket->SendSome(bytes));
    bytes.remove_prefix(count);
    if (count > 0) continue;
    ATELIER_TRY(auto ready, socket->Wait(true, timeout));
    readable = ready == ClientSocket::Ready::kRead;
  }
  return {};
}

Result<void> Client::State::ReadHeads(std::chrono::milliseconds timeout, bool until_interim) {
  for (;;) {
    auto end = input.find("\r\n\r\n");
    if (end == std::string::npos) {
      if (input.size() > kHeadLimit) return Unavailable(host_and_port + " sent a response head that is too long");
      ATELIER_CHECK(ReadMoreOrFail(timeout));
      continue;
    }
    ATELIER_TRY(auto head, ParseResponseHead(std::string_view(input).substr(0, end + 4)));
    input.erase(0, end + 4);
    if (head.status >= 200) {
      final_head = std::move(head);
      return {};
    }
    if (until_interim) return {};
  }
}

Result<void> Client::State::ReadBody(const ClientRequest& request, ClientResponse& response) {
  if (request.method == "HEAD" || final_head->status == 204 || final_head->status == 304) return {};
  if (final_head->chunked) return ReadChunked(request, response);
  if (final_head->content_length) return ReadSized(*final_head->content_length, request, response);
  return ReadToEnd(request, response);
}

Result<void> Client::State::ReadSized(std::uint64_t length, const ClientRequest& request, ClientResponse& response) {
  while (length > 0) {
    if (input.empty()) ATELIER_CHECK(ReadMoreOrFail(request.timeout));
    auto count = std::min<std::uint64_t>(length, input.size());
    ATELIER_CHECK(Deliver(count, request, response));
    length -= count;
  }
  return {};
}

Result<void> Client::State::ReadChunked(const ClientRequest& request, ClientResponse& response) {
  ChunkDecoder chunks;
  for (;;) {
    auto taken = chunks.TakeFraming(input);
    if (!taken) return Unavailable(host_and_port + " sent a malformed chunked body");
    input.erase(0, *taken);
    if (chunks.done()) return {};
    auto count = std::min<std::uint64_t>(chunks.data_left(), input.size());
    if (count > 0) {
      ATELIER_CHECK(Deliver(count, request, response));
      chunks.TookData(count);
    } else {
      ATELIER_CHECK(ReadMoreOrFail(request.timeout));
    }
  }
}

Result<void> Client::State::ReadToEnd(const ClientRequest& request, ClientResponse& response) {
  final_head->keep_alive = false;
  for (bool more = true; more;) {
    ATELIER_CHECK(Deliver(input.size(), request, response));
    ATELIER_TRY(more, ReadMore(request.timeout));
  }
  return {};
}

Result<void> Client::State::Deliver(std::uint64_t most, const ClientRequest& request, ClientResponse& response) {
  auto piece = std::string_view(input).substr(0, static_cast<std::size_t>(most));
  if (!request.body_sink) {
    response.body += piece;
  } else if (!piece.empty()) {
    ATELIER_CHECK(request.body_sink(piece));
  }
  input.erase(0, piece.size());
  return {};
}

// False at the end of the stream.
Result<bool> Client::State::ReadMore(std::chrono::milliseconds timeout) {
  auto before = input.size();
  input.resize(before + kBlock);
  auto count = socket->ReceiveSome(std::span(input).subspan(before), timeout);
  input.resize(before + count.value_or(0));
  if (!count) return std::unexpected(std::move(count).error());
  if (*count > 0) answer_begun = true;
  return *count > 0;
}

Result<void> Client::State::ReadMoreOrFail(std::chrono::milliseconds timeout) {
  ATELIER_TRY(bool more, ReadMore(timeout));
  if (more) return {};
  return Unavailable(answer_begun ? host_and_port + " closed the connection in the middle of its answer"
                                  : host_and_port + " closed the connection without an answer",
                     {}, host_and_port);
}

}  // namespace atelier::http
