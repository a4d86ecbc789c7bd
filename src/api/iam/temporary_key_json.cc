#include "api/iam/temporary_key_json.h"

#include <algorithm>

namespace atelier::api {
namespace {

Result<const json::object*> Need(const json::object& from, std::string_view key, std::string_view path) {
  ATELIER_TRY(const json::object* object, ReadObject(from, key));
  if (object == nullptr) return InvalidArgument("'" + std::string(path) + "' is missing");
  return object;
}

Result<void> CheckMethod(const json::object& identity) {
  ATELIER_TRY(const json::array* methods, ReadArray(identity, "methods"));
  auto named = [&](std::string_view word) {
    return methods != nullptr && std::ranges::any_of(*methods, [&](const json::value& method) {
             return method.is_string() && method.as_string() == word;
           });
  };
  if (named("assume_role"))
    return MakeError(ErrorKind::kUnimplemented,
                     "Temporary access keys by agency ('assume_role') are not served: there are no agencies here; "
                     "use 'token'.");
  if (!named("token")) return InvalidArgument("'auth.identity.methods' must be [\"token\"]");
  const auto* policy = identity.if_contains("policy");
  if (policy != nullptr && !policy->is_null())
    return MakeError(ErrorKind::kUnimplemented,
                     "'auth.identity.policy' is not served: the key would be allowed more than the policy says. "
                     "Leave it out, or make a user whose role is as narrow as is wanted.");
  return {};
}

// "duration_seconds", and "duration-seconds" as older descriptions write it.
Result<void> ReadLife(const json::object& token, TemporaryKeyRequest& request) {
  for (std::string_view key : {"duration_seconds", "duration-seconds"}) {
    ATELIER_TRY(auto seconds, ReadInt(token, key));
    if (seconds) request.life = std::chrono::seconds(*seconds);
  }
  return {};
}

}  // namespace

Result<TemporaryKeyRequest> ParseTemporaryKeyRequest(std::string_view body) {
  ATELIER_TRY(json::object object, ParseJsonObject(body));
  ATELIER_TRY(const json::object* auth, Need(object, "auth", "auth"));
  ATELIER_TRY(const json::object* identity, Need(*auth, "identity", "auth.identity"));
  ATELIER_CHECK(CheckMethod(*identity));
  TemporaryKeyRequest request;
  ATELIER_TRY(const json::object* token, ReadObject(*identity, "token"));
  if (token == nullptr) return request;
  ATELIER_TRY(auto id, ReadString(*token, "id"));
  request.token = id.value_or("");
  ATELIER_CHECK(ReadLife(*token, request));
  return request;
}

json::object TemporaryKeyObject(const iam::TemporaryKey& key) {
  return {{"access", key.access_key},
          {"secret", key.secret_key},
          {"securitytoken", key.security_token},
          {"expires_at", FormatIso8601Micros(key.expires)}};
}

}  // namespace atelier::api
