#include "http/proxy.h"

#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>
#include <iterator>
#include <memory>
#include <utility>

#include "http/internal/hop_fields.h"
#include "http/internal/upstream.h"

namespace atelier::http {
namespace {

std::string RenderRequest(const std::string& method, const ProxyTarget& target, const std::string& body) {
  auto text = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", method, target.target);
  for (const auto& [name, value] : target.headers) fmt::format_to(std::back_inserter(text), "{}: {}\r\n", name, value);
  bool may_lack_length = body.empty() && (method == "GET" || method == "HEAD");
  if (!may_lack_length) fmt::format_to(std::back_inserter(text), "Content-Length: {}\r\n", body.size());
  return text + "\r\n" + body;
}

// A body that is read from `upstream` as it is wanted.
BodyProducer StreamFrom(std::shared_ptr<Upstream> upstream, std::chrono::milliseconds wait) {
  return [upstream = std::move(upstream), wait]() -> Task<Result<std::string>> {
    co_return co_await upstream->ReadPiece(wait);
  };
}

}  // namespace

Headers EndToEndFields(const Headers& headers) { return WithoutHopFields(headers); }

Task<Result<Response>> PassOn(Exchange& exchange, ProxyTarget target, ProxyLimits limits) {
  const auto& request = exchange.request();
  bool is_head = request.method == "HEAD";
  ATELIER_CO_TRY(std::string body, co_await ReadWholeBody(exchange.body(), limits.body_bytes));
  target.headers = WithoutHopFields(target.headers);
  target.headers.Remove("host");
  auto executor = co_await boost::asio::this_coro::executor;
  auto upstream = std::make_shared<Upstream>(executor);
  ATELIER_CO_CHECK(co_await upstream->Connect(target.folder, target.socket_name));
  auto text = RenderRequest(request.method, target, body);
  ATELIER_CO_CHECK(co_await upstream->Send(text, limits.piece_wait));
  ATELIER_CO_TRY(auto head, co_await upstream->ReadHead(is_head, limits.head_wait));
  Response response;
  response.status = head.status;
  response.headers = WithoutHopFields(head.headers);
  if (is_head) response.announced_length = head.content_length.value_or(0);
  response.body = StreamFrom(std::move(upstream), limits.piece_wait);
  co_return response;
}

}  // namespace atelier::http
