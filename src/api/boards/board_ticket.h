// A board's ticket as it travels: in the query of its URL once, then in a cookie of its page only. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace atelier::api {

inline constexpr const char* kTicketParameter = "ticket";

// The value of the board's cookie among those that the client sent.
std::optional<std::string> TicketOfCookie(const http::Headers& headers, std::int64_t board_id);
// Set-Cookie: only for this board's page, not for scripts, and not sent along by other sites' pages (but by links).
std::string TicketCookie(std::int64_t board_id, std::string_view ticket);
// The raw query without the parameter.
std::string QueryWithoutTicket(std::string_view raw_query);
// "/path?query", or only the path when there is no query.
std::string TargetOf(std::string_view path, std::string_view query);

// What of the client's fields TensorBoard is told: nothing that proves who the client is.
http::Headers FieldsForBoard(const http::Headers& headers);
// What of TensorBoard's fields the client is told: nothing that reaches beyond the board's page.
void GuardAnswer(http::Headers& headers);

}  // namespace atelier::api
