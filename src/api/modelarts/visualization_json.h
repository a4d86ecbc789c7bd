// Visualization jobs as clients read them (modelarts-api section 2A.10).
#pragma once

#include <string>

#include "base/json.h"
#include "boards/board_service.h"

namespace atelier::api {

// `base_url`: where the client reaches the platform, "http://host:port"; the board's page is below it.
std::string ServiceUrl(const boards::Board& board, const std::string& base_url);
json::object CreatedBoardJson(const boards::Board& board, const std::string& base_url);
json::object BoardListJson(const boards::BoardListPage& page, const std::string& base_url, TimePoint now);
// Without is_success: so the cloud answers.
json::object BoardDetailsJson(const boards::Board& board, const std::string& base_url, TimePoint now);

}  // namespace atelier::api
