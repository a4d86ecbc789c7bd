// What a browser shows in the place of a board that cannot be shown: one line, and whether it tries again by itself.
#pragma once

#include <string_view>

#include "http/message.h"

namespace atelier::api {

// A client that takes no HTML gets the same as the gateway's error body.
bool WantsHtml(const http::Request& request);
// `again`: the page loads itself anew every two seconds.
http::Response BoardNotice(int status, std::string_view title, std::string_view text, bool again);

}  // namespace atelier::api
