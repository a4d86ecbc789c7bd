#include "api/boards/board_ticket.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "boards/types.h"
#include "http/proxy.h"

namespace atelier::api {
namespace {

std::string CookieName(std::int64_t board_id) { return fmt::format("atelier_board_{}", board_id); }

}  // namespace

std::optional<std::string> TicketOfCookie(const http::Headers& headers, std::int64_t board_id) {
  auto wanted = CookieName(board_id) + "=";
  for (auto field : headers.GetAll("cookie"))
    for (auto pair : Split(field, ';'))
      if (auto cookie = Trim(pair); cookie.starts_with(wanted)) return std::string(cookie.substr(wanted.size()));
  return std::nullopt;
}

std::string TicketCookie(std::int64_t board_id, std::string_view ticket) {
  return fmt::format("{}={}; Path={}/; HttpOnly; SameSite=Lax", CookieName(board_id), ticket,
                     boards::PagePath(board_id));
}

std::string QueryWithoutTicket(std::string_view raw_query) {
  std::string kept;
  for (auto piece : Split(raw_query, '&')) {
    auto name = PercentDecode(piece.substr(0, piece.find('=')), true);
    if (piece.empty() || (name && *name == kTicketParameter)) continue;
    kept += (kept.empty() ? "" : "&") + std::string(piece);
  }
  return kept;
}

std::string TargetOf(std::string_view path, std::string_view query) {
  return query.empty() ? std::string(path) : fmt::format("{}?{}", path, query);
}

http::Headers FieldsForBoard(const http::Headers& headers) {
  auto fields = http::EndToEndFields(headers);
  for (const char* name :
       {"cookie", "authorization", "x-auth-token", "x-subject-token", "x-sdk-date", "x-sdk-content-sha256"})
    fields.Remove(name);
  return fields;
}

void GuardAnswer(http::Headers& headers) {
  for (const char* name : {"set-cookie", "set-cookie2", "clear-site-data", "service-worker-allowed",
                           "strict-transport-security", "public-key-pins", "alt-svc"})
    headers.Remove(name);
  headers.Set("X-Content-Type-Options", "nosniff");
  headers.Set("X-Frame-Options", "SAMEORIGIN");
  headers.Set("Referrer-Policy", "same-origin");
}

}  // namespace atelier::api
