// Sign-in, tokens, access keys.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "iam/identity_repository.h"
#include "iam/temporary_key.h"
#include "iam/types.h"

namespace atelier::iam {

// What a first start makes and writes to credentials.json (product names).
struct Credentials {
  std::string access_key, secret_key, user_name, password, domain_name, project_id, project_name, region;
};

struct Token {
  std::string text;  // opaque to clients
  Principal principal;
  TimePoint issued, expires;
  std::vector<std::string> methods;  // "password", "token", "hw_ak_sk"
};

// Keystone v3 "auth.identity" and "auth.scope", already parsed.
struct SignIn {
  struct Password {
    std::string user_id, user_name, domain_id, domain_name, password;  // id, or name + domain (either form)
  };
  struct AccessKeyPair {
    std::string access_key, secret_key;
  };
  struct Rescope {
    std::string token;
  };
  std::variant<Password, AccessKeyPair, Rescope> method;
  // Scope: a project by id or name in which the user has a role, a domain, or none. Without a project that of the
  // access key or token is taken, else the first one in which the user has a role; a domain that is named must be the
  // user's.
  std::string project_id, project_name, scope_domain_id, scope_domain_name;
  std::string remote_address = {};  // of the client: failed sign-ins by password are counted by it
};

// Thread-safe. Look-ups of keys and tokens are cached in memory and cost microseconds: they are on the prediction path.
class IdentityService {
 public:
  IdentityService(IdentityRepository& repository, const Clock& clock, std::string region);
  ~IdentityService();

  // The first start's identities, or nullopt when they exist already.
  Result<std::optional<Credentials>> Bootstrap(const std::string& domain_name, const std::string& user_name);

  // Unauthenticated on any wrong name, password or key, without telling which was wrong; after too many failures by
  // password also with code "locked", whoever is named (iam/sign_in_guard.h).
  Result<Token> Authenticate(const SignIn& sign_in);
  // Unauthenticated with code "expired", "invalid" (also for a user that was disabled since) or "no_project" (a project
  // that was disabled since, or in which the user has no role any more).
  Result<Token> VerifyToken(std::string_view text);

  // The enabled key and who it speaks for; Unauthenticated with code "InvalidAccessKeyId" when there is none, or its
  // user has no role in its project any more. A temporary key is found by its security token, which a permanent one
  // does not have: "InvalidToken" when it is not that key's, "ExpiredToken".
  struct KeyOwner {
    AccessKey key;
    Principal principal;
  };
  Result<std::shared_ptr<const KeyOwner>> FindKey(const std::string& access_key, std::string_view security_token = {});

  // A temporary key of the token's user and project; it ends with the token at the latest. VerifyToken()'s errors;
  // InvalidArgument unless `life` is within temporary_key.h's limits.
  Result<TemporaryKey> CreateTemporaryKey(std::string_view token, std::chrono::seconds life = kShortestTemporaryKey);

  // Whether this is the user's password: Unauthenticated as Authenticate() gives it. Failures count as failed sign-ins.
  Result<void> CheckPassword(const std::string& user_id, const std::string& password,
                             const std::string& remote_address);

  // Projects in which the principal's user has a role.
  Result<std::vector<Project>> Projects(const Principal& principal);
  Result<std::vector<Domain>> Domains(const Principal& principal);

  // The domain's name of an account, which is a project or a domain, by its id; nullopt when there is none.
  Result<std::optional<std::string>> AccountName(const std::string& id);

  // Identities have changed: every look-up that begins after this sees it. What another process changes is noticed
  // within 30 seconds.
  void ForgetCached();
  const std::string& region() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace atelier::iam
