#include "http/internal/head_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <limits>

#include "base/strings.h"

namespace atelier::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;
using boost::optional;

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

// Collects the fields of a head straight into our own type: Beast's containers are never filled.
template <bool is_request>
class HeadCollector final : public beast::http::basic_parser<is_request> {
 public:
  HeadCollector() {
    // Both limits are enforced by the callers, who know the route.
    this->header_limit(std::numeric_limits<std::uint32_t>::max());
    this->body_limit(boost::none);
  }

  std::string method, target;
  int version = 0, status = 0;
  Headers headers;

 private:
  void on_request_impl(beast::http::verb, beast::string_view method_text, beast::string_view target_text,
                       int version_in, error_code&) override {
    method = View(method_text);
    target = View(target_text);
    version = version_in;
  }
  void on_response_impl(int code, beast::string_view, int version_in, error_code&) override {
    status = code;
    version = version_in;
  }
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, error_code&) override {
    headers.Add(std::string(View(name)), std::string(View(value)));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view, error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, error_code&) override { return 0; }
  void on_finish_impl(error_code&) override {}
};

std::unexpected<Rejection> Reject(int status, std::string message) {
  return std::unexpected(Rejection{status, std::move(message)});
}

// A field continued on a line of its own: two servers in a row may disagree on what it says (RFC 9112 section 5.2).
bool HasFoldedLine(std::string_view head) {
  return head.find("\r\n ") != std::string_view::npos || head.find("\r\n\t") != std::string_view::npos;
}

bool IsPlainTarget(std::string_view target) {
  return std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7F; });
}

// "HTTP/x.y" other than 1.0 and 1.1 at the end of the first line.
bool HasOtherVersion(std::string_view head) {
  auto line = head.substr(0, head.find("\r\n"));
  auto at = line.rfind(" HTTP/");
  if (at == std::string_view::npos) return false;
  auto version = line.substr(at + 6);
  bool is_number = !version.empty() && version.find_first_not_of("0123456789.") == std::string_view::npos;
  return is_number && version != "1.1" && version != "1.0";
}

std::expected<void, Rejection> CheckHost(const Headers& headers, bool http_1_0) {
  auto hosts = headers.GetAll("host");
  if (hosts.size() > 1) return Reject(400, "a request has one Host header, not several");
  if (hosts.empty() && !http_1_0) return Reject(400, "an HTTP/1.1 request needs a Host header");
  return {};
}

// Fills in path and query from any form of target that an origin server gets (RFC 9112 section 3.2).
std::expected<void, Rejection> SplitTarget(Request& request) {
  std::string_view rest = request.target;
  if (!IsPlainTarget(rest))
    return Reject(400, "the request target has control or non-ASCII bytes; percent-encode them");
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!StartsWithIgnoreCase(rest, scheme)) continue;
    rest.remove_prefix(scheme.size());
    auto authority = rest.substr(0, rest.find_first_of("/?"));
    if (request.headers.Has("host") && !EqualsIgnoreCase(authority, request.host()))
      return Reject(400, "the request target and the Host header name different hosts");
    rest.remove_prefix(authority.size());
    if (!rest.starts_with('/')) {
      request.path = "/";
      request.raw_query = rest.empty() ? rest : rest.substr(1);
      request.query = Query::Parse(request.raw_query);
      return {};
    }
    break;
  }
  if (!rest.starts_with('/') && !(rest == "*" && request.method == "OPTIONS"))
    return Reject(400, "the request target must start with '/'");
  auto mark = rest.find('?');
  request.path = rest.substr(0, mark);
  if (mark != std::string_view::npos) request.raw_query = rest.substr(mark + 1);
  request.query = Query::Parse(request.raw_query);
  return {};
}

// How the body is delimited. Anything that two readers could understand differently is refused (RFC 9112 section 6).
std::expected<void, Rejection> CheckFraming(Request& request, bool http_1_0) {
  auto lengths = request.headers.GetAll("content-length");
  auto codings = request.headers.GetAll("transfer-encoding");
  if (!codings.empty()) {
    if (!lengths.empty()) return Reject(400, "a request has Content-Length or Transfer-Encoding, not both");
    if (http_1_0) return Reject(400, "HTTP/1.0 knows no Transfer-Encoding");
    if (codings.size() > 1 || !EqualsIgnoreCase(codings[0], "chunked"))
      return Reject(501, "the only Transfer-Encoding served is exactly \"chunked\"");
    request.chunked = true;
    return {};
  }
  if (lengths.empty()) return {};
  for (auto text : lengths) {
    auto length = ParseNumber<std::uint64_t>(text);
    if (!length || (request.content_length && *request.content_length != *length))
      return Reject(400, "Content-Length must be one decimal number");
    request.content_length = length;
  }
  return {};
}

std::expected<void, Rejection> CheckExpectation(RequestHead& head) {
  auto expectations = head.request.headers.GetAll("expect");
  if (expectations.empty() || head.http_1_0) return {};
  if (expectations.size() > 1 || !EqualsIgnoreCase(expectations[0], "100-continue"))
    return Reject(417, "the only expectation served is \"100-continue\"");
  head.expects_continue = true;
  return {};
}

}  // namespace

std::expected<RequestHead, Rejection> ParseRequestHead(std::string_view text) {
  if (HasOtherVersion(text)) return Reject(505, "only HTTP/1.1 and HTTP/1.0 are served");
  if (HasFoldedLine(text)) return Reject(400, "header fields must not be folded over several lines");

  HeadCollector<true> parser;
  error_code error;
  parser.put(boost::asio::const_buffer(text.data(), text.size()), error);
  // CL with TE is an error of Beast's too; say which one it is.
  if (parser.headers.Has("content-length") && parser.headers.Has("transfer-encoding"))
    return Reject(400, "a request has Content-Length or Transfer-Encoding, not both");
  if (error || !parser.is_header_done())
    return Reject(400, fmt::format("not a well-formed HTTP request: {}", error ? error.message() : "it is cut short"));

  RequestHead head;
  head.http_1_0 = parser.version == 10;
  head.keep_alive = parser.keep_alive();
  head.request.method = std::move(parser.method);
  head.request.target = std::move(parser.target);
  head.request.headers = std::move(parser.headers);
  if (auto host = CheckHost(head.request.headers, head.http_1_0); !host) return std::unexpected(host.error());
  if (auto target = SplitTarget(head.request); !target) return std::unexpected(target.error());
  if (auto framing = CheckFraming(head.request, head.http_1_0); !framing) return std::unexpected(framing.error());
  if (auto expectation = CheckExpectation(head); !expectation) return std::unexpected(expectation.error());
  return head;
}

Result<ResponseHead> ParseResponseHead(std::string_view text) {
  HeadCollector<false> parser;
  error_code error;
  parser.put(boost::asio::const_buffer(text.data(), text.size()), error);
  if (error || !parser.is_header_done())
    return Unavailable(
        fmt::format("the server's answer is not HTTP: {}", error ? error.message() : "its head is cut short"));
  ResponseHead head;
  head.status = parser.status;
  head.chunked = parser.chunked();
  if (auto length = parser.content_length()) head.content_length = *length;
  auto connection = ToLower(parser.headers.Get("connection").value_or(""));
  head.keep_alive = parser.version == 10 ? connection.find("keep-alive") != std::string::npos
                                         : connection.find("close") == std::string::npos;
  head.headers = std::move(parser.headers);
  return head;
}

}  // namespace atelier::http
