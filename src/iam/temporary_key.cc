#include "iam/temporary_key.h"

#include "base/digest.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/strings.h"
#include "iam/sealed_text.h"

namespace atelier::iam {
namespace {

constexpr std::string_view kPrefix = "ast1.";
constexpr std::size_t kSecretLength = 40;

std::unexpected<Error> NotOurs() {
  return Unauthenticated("The security token is not one that this server gave out.", "InvalidToken");
}

TemporaryKey ReadKey(const json::object& object) {
  auto text = [&](std::string_view key) { return std::string(object.at(key).as_string()); };
  auto time = [&](std::string_view key) { return FromUnixMillis(object.at(key).to_number<std::int64_t>()); };
  TemporaryKey key;
  key.access_key = text("access_key");
  key.user_id = text("user_id");
  key.project_id = text("project_id");
  key.issued = time("issued");
  key.expires = time("expires");
  return key;
}

}  // namespace

TemporaryKeyCodec::TemporaryKeyCodec(std::string_view server_secret)
    : seal_(HmacSha256(server_secret, "seal of temporary keys")),
      secrets_(HmacSha256(server_secret, "secrets of temporary keys")) {}

std::string TemporaryKeyCodec::SecretFor(std::string_view payload) const {
  return HexEncode(HmacSha256(secrets_, payload)).substr(0, kSecretLength);
}

TemporaryKey TemporaryKeyCodec::Make(const std::string& user_id, const std::string& project_id, TimePoint issued,
                                     TimePoint expires) const {
  TemporaryKey key{ToUpper(RandomAlphanumeric(20)), "", "", user_id, project_id, issued, expires};
  auto payload = CompactJson(json::object{{"access_key", key.access_key},
                                          {"user_id", user_id},
                                          {"project_id", project_id},
                                          {"issued", ToUnixMillis(issued)},
                                          {"expires", ToUnixMillis(expires)}});
  key.secret_key = SecretFor(payload);
  key.security_token = Seal(kPrefix, payload, seal_);
  return key;
}

Result<TemporaryKey> TemporaryKeyCodec::Open(std::string_view security_token) const {
  auto payload = Unseal(kPrefix, security_token, seal_);
  if (!payload) return NotOurs();
  auto object = ParseJsonObject(*payload);
  if (!object) return NotOurs();
  try {
    TemporaryKey key = ReadKey(*object);
    key.secret_key = SecretFor(*payload);
    key.security_token = security_token;
    return key;
  } catch (const std::exception&) {  // sealed by this secret but of another shape: an older version's token
    return NotOurs();
  }
}

}  // namespace atelier::iam
