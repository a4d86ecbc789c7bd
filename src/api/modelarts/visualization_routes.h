// Visualization jobs of the ModelArts v1 API (modelarts-api section 2A.10): the table of its routes. Their pages are
// api/boards.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "boards/board_service.h"

namespace atelier::api {

// `boards` must outlive the routes.
std::vector<PlatformRoute> VisualizationRoutes(boards::BoardService& boards);

}  // namespace atelier::api
