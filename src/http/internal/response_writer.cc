#include "http/internal/response_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <iterator>

#include "base/clock.h"
#include "base/strings.h"

namespace atelier::http {
namespace {

using boost::asio::const_buffer;

const_buffer BufferOf(std::string_view text) { return {text.data(), text.size()}; }

// Made once a second per thread: formatting a date costs as much as parsing a small request.
std::string_view CurrentDate() {
  thread_local std::time_t made_at = 0;
  thread_local std::string text;
  auto now = std::time(nullptr);
  if (now != made_at) {
    made_at = now;
    text = FormatHttpDate(TimePoint(std::chrono::seconds(now)));
  }
  return text;
}

bool HasNoBody(int status) { return status < 200 || status == 204 || status == 304; }

bool IsOwnField(std::string_view name) {
  return EqualsIgnoreCase(name, "content-length") || EqualsIgnoreCase(name, "transfer-encoding") ||
         EqualsIgnoreCase(name, "connection") || EqualsIgnoreCase(name, "keep-alive");
}

// Values can come from clients (stored metadata, response-content-* overrides): a line break in one would let them
// write fields, or a second response, of their own.
void AppendField(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  for (char c : value) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
  out += "\r\n";
}

bool IsFieldName(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7F && c != ':'; });
}

Task<Result<void>> WriteExtents(Connection& connection, std::string_view head, const std::vector<FileExtent>& extents,
                                std::chrono::milliseconds timeout, std::uint64_t& body_bytes) {
  std::array pieces{BufferOf(head)};
  auto written = co_await connection.Write(pieces, timeout, true);
  for (const auto& extent : extents) {
    if (!written) break;
    if (extent.length == 0) continue;
    if (!extent.file || !extent.file->valid()) co_return Internal("a file extent of the response has no open file");
    written = co_await connection.SendFile(extent.file->get(), extent.offset, extent.length, timeout, body_bytes);
  }
  co_return written;
}

Task<Result<void>> WriteProduced(Connection& connection, std::string_view head, const BodyProducer& produce,
                                 bool chunked, std::chrono::milliseconds timeout, std::uint64_t& body_bytes) {
  // The head goes out at once: the first piece of a log tail may be minutes away.
  std::array head_pieces{BufferOf(head)};
  auto written = co_await connection.Write(head_pieces, timeout);
  while (written) {
    auto piece = co_await produce();
    if (!piece) co_return std::unexpected(std::move(piece).error());
    bool last = piece->empty();
    if (last && !chunked) break;
    auto size_line = chunked ? fmt::format("{:x}\r\n", piece->size()) : std::string();
    std::array pieces{BufferOf(size_line), BufferOf(*piece), BufferOf(chunked ? "\r\n" : "")};
    written = co_await connection.Write(pieces, timeout);
    if (written) body_bytes += piece->size();
    if (last) break;
  }
  co_return written;
}

}  // namespace

BodyPlan PlanBody(const Response& response, const ResponseOptions& options) {
  BodyPlan plan;
  if (HasNoBody(response.status)) return plan;
  plan.send = !options.head_only;
  if (const auto* text = std::get_if<std::string>(&response.body)) {
    plan.framing = BodyFraming::kLength;
    plan.length = text->size();
  } else if (const auto* extents = std::get_if<std::vector<FileExtent>>(&response.body)) {
    plan.framing = BodyFraming::kLength;
    for (const auto& extent : *extents) plan.length += extent.length;
  } else {
    plan.framing = options.http_1_0 ? BodyFraming::kUntilClose : BodyFraming::kChunked;
  }
  if (options.head_only && response.announced_length) {
    plan.framing = BodyFraming::kLength;
    plan.length = *response.announced_length;
  }
  return plan;
}

std::string RenderHead(const Response& response, const BodyPlan& plan, const ResponseOptions& options) {
  std::string head;
  head.reserve(512);
  fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", response.status, ReasonPhrase(response.status));
  bool has_date = false, has_server = false, has_request_id = false;
  for (const auto& [name, value] : response.headers) {
    if (!IsFieldName(name) || IsOwnField(name)) continue;
    has_date = has_date || EqualsIgnoreCase(name, "date");
    has_server = has_server || EqualsIgnoreCase(name, "server");
    has_request_id = has_request_id || EqualsIgnoreCase(name, "x-request-id");
    AppendField(head, name, value);
  }
  if (!has_date) AppendField(head, "Date", CurrentDate());
  if (!has_server) AppendField(head, "Server", "Atelier");
  if (!has_request_id) AppendField(head, "X-Request-Id", options.request_id);
  if (plan.framing == BodyFraming::kLength)
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", plan.length);
  if (plan.framing == BodyFraming::kChunked) head += "Transfer-Encoding: chunked\r\n";
  if (!options.keep_alive) {
    head += "Connection: close\r\n";
  } else if (options.http_1_0) {
    head += "Connection: keep-alive\r\n";
  }
  head += "\r\n";
  return head;
}

Task<Result<void>> WriteResponse(Connection& connection, Response& response, const ResponseOptions& options,
                                 std::uint64_t& body_bytes) {
  auto plan = PlanBody(response, options);
  auto head = RenderHead(response, plan, options);
  if (plan.send) {
    if (const auto* extents = std::get_if<std::vector<FileExtent>>(&response.body); extents && plan.length > 0)
      co_return co_await WriteExtents(connection, head, *extents, options.timeout, body_bytes);
    if (const auto* produce = std::get_if<BodyProducer>(&response.body)) {
      bool chunked = plan.framing == BodyFraming::kChunked;
      co_return co_await WriteProduced(connection, head, *produce, chunked, options.timeout, body_bytes);
    }
  }
  const auto* text = std::get_if<std::string>(&response.body);
  std::string_view body = plan.send && text ? std::string_view(*text) : std::string_view();
  std::array pieces{BufferOf(head), BufferOf(body)};
  auto written = co_await connection.Write(pieces, options.timeout);
  if (written) body_bytes += body.size();
  co_return written;
}

}  // namespace atelier::http
