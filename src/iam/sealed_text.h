// Text that this server gave out and knows again: a payload and a MAC over it, so that nothing need be stored. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace atelier::iam {

// "<prefix><base64url payload>.<base64url HMAC-SHA256>". The payload can be read by who has the text; what it says
// cannot be changed without the secret.
std::string Seal(std::string_view prefix, std::string_view payload, std::string_view secret);

// The payload; nullopt for whatever Seal did not make with this prefix and secret, to the letter.
std::optional<std::string> Unseal(std::string_view prefix, std::string_view text, std::string_view secret);

}  // namespace atelier::iam
