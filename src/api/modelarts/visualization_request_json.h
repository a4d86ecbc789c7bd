// What clients send about visualization jobs, as the domain wants it (modelarts-api section 2A.10).
#pragma once

#include <string_view>

#include "base/error.h"
#include "boards/board_listing.h"
#include "boards/board_request.h"
#include "http/message.h"

namespace atelier::api {

// `schedule` may be an object, as the reference's table has it, or an array of one, as its example does.
Result<boards::BoardRequest> ParseCreateBoard(std::string_view body);
Result<boards::BoardQuery> ParseBoardQuery(const http::Query& query);

}  // namespace atelier::api
