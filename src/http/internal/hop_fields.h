// Which fields of a message go on to the next hop, and which are between two neighbours only (RFC 9110 section 7.6.1).
#pragma once

#include <string_view>

#include "http/message.h"

namespace atelier::http {

// Without what belongs to the connection or to the framing (both are made anew for the next hop), and without every
// field that Connection names.
Headers WithoutHopFields(const Headers& headers);

}  // namespace atelier::http
