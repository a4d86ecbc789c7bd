// Temporary access keys: a key pair that ends by itself, and the security token that goes with it. Nothing is stored:
// the token is sealed (sealed_text.h) and says whose key it is and until when, and the secret key follows from it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace atelier::iam {

constexpr std::chrono::seconds kShortestTemporaryKey{900};
constexpr std::chrono::seconds kLongestTemporaryKey{86'400};

struct TemporaryKey {
  std::string access_key, secret_key, security_token;
  std::string user_id, project_id;
  TimePoint issued, expires;
};

// Pure but for the random access key.
class TemporaryKeyCodec {
 public:
  explicit TemporaryKeyCodec(std::string_view server_secret);
  TemporaryKey Make(const std::string& user_id, const std::string& project_id, TimePoint issued,
                    TimePoint expires) const;
  // The key whose token this is. Unauthenticated, code "InvalidToken", for anything that Make did not give with this
  // secret. Whether it has expired is the caller's business.
  Result<TemporaryKey> Open(std::string_view security_token) const;

 private:
  std::string SecretFor(std::string_view payload) const;

  std::string seal_, secrets_;  // two keys of their own, so that no MAC that is shown is a secret key
};

}  // namespace atelier::iam
