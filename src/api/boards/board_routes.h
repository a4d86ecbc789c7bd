// The pages of boards on the platform listener: /boards/{board_id}/, passed on to the board's TensorBoard.
#pragma once

#include <vector>

#include "api/platform/platform_surface.h"
#include "auth/platform_authenticator.h"
#include "boards/board_service.h"

namespace atelier::api {

// Both must outlive the routes. Who may look: whoever shows the board's ticket (in the query once, then in the cookie
// that it becomes), or a token of its project.
std::vector<DirectRoute> BoardRoutes(boards::BoardService& boards, const auth::PlatformAuthenticator& authenticator);

}  // namespace atelier::api
