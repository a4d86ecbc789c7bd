// Tokens as text: sealed JSON (sealed_text.h), so that they survive restarts without being stored.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "iam/identity_service.h"

namespace atelier::iam {

// "at1.<base64url payload>.<base64url HMAC-SHA256>".
class TokenCodec {
 public:
  explicit TokenCodec(std::string secret) : secret_(std::move(secret)) {}
  std::string Encode(const Token& token) const;
  // Unauthenticated, code "invalid", for anything that was not made by Encode with this secret. Expiry is the caller's
  // business.
  Result<Token> Decode(std::string_view text) const;

 private:
  std::string secret_;
};

}  // namespace atelier::iam
