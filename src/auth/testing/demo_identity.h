// For tests and fuzzers: a server's identities with one known access key, and requests made from text.
#pragma once

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/signer.h"
#include "base/clock.h"
#include "base/digest.h"
#include "http/message.h"
#include "iam/identity_service.h"
#include "iam/testing/memory_identity_repository.h"

namespace atelier::auth {

// The keys of tests/clients/record_signatures.py.
inline const KeyPair& DemoKeys() {
  static const KeyPair keys{"DEMOACCESSKEY0000001", "demo/secret+key=0123456789abcdefABCDEF01"};
  return keys;
}

// A Friday: 2026-01-02T03:04:05Z.
inline TimePoint DemoTime() { return FromUnixMillis(1'767'323'045'000); }

// One domain "atelier" with user "admin" (password "open sesame"), project "local-1" and the demo key.
struct DemoIdentity {
  explicit DemoIdentity(TimePoint now = DemoTime()) : clock(now) {
    iam::User user{std::string(32, 'c'), "admin", domain.id, "salt", DerivePassword(), true};
    iam::AccessKey key{DemoKeys().access_key, DemoKeys().secret_key, user.id, project.id, true, now};
    if (auto created = repository.CreateFirst(domain, project, user, key); !created) std::abort();
  }
  static const std::string& DerivePassword() {
    static const std::string derived = atelier::DerivePassword("open sesame", "salt");
    return derived;
  }

  // A token of the demo user, and a temporary key made with it, as signers want it.
  std::string Token() {
    auto token = identities.Authenticate(
        {iam::SignIn::AccessKeyPair{DemoKeys().access_key, DemoKeys().secret_key}, project.id, "", "", ""});
    if (!token) std::abort();
    return token->text;
  }
  KeyPair MakeTemporaryKeys(std::chrono::seconds life = iam::kShortestTemporaryKey) {
    auto made = identities.CreateTemporaryKey(Token(), life);
    if (!made) std::abort();
    return {made->access_key, made->secret_key, made->security_token};
  }

  iam::Domain domain{std::string(32, 'a'), "atelier"};
  iam::Project project{std::string(32, 'b'), "local-1", domain.id, true};
  iam::MemoryIdentityRepository repository;
  ManualClock clock;
  iam::IdentityService identities{repository, clock, "local-1"};
};

inline http::Request MakeRequest(std::string method, std::string target,
                                 const std::vector<std::pair<std::string, std::string>>& headers = {}) {
  http::Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  auto mark = request.target.find('?');
  request.path = request.target.substr(0, mark);
  request.raw_query = mark == std::string::npos ? "" : request.target.substr(mark + 1);
  request.query = http::Query::Parse(request.raw_query);
  for (const auto& [name, value] : headers) request.headers.Add(name, value);
  return request;
}

}  // namespace atelier::auth
