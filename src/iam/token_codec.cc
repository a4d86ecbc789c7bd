#include "iam/token_codec.h"

#include "base/json.h"
#include "iam/sealed_text.h"

namespace atelier::iam {
namespace {

constexpr std::string_view kPrefix = "at1.";

std::unexpected<Error> Invalid() { return Unauthenticated("The token is not one of this server.", "invalid"); }

Token ReadToken(const json::object& object) {
  auto text = [&](std::string_view key) { return std::string(object.at(key).as_string()); };
  Token token;
  token.principal = {text("user_id"),
                     text("user_name"),
                     text("domain_id"),
                     text("domain_name"),
                     text("project_id"),
                     text("project_name"),
                     ""};
  token.issued = FromUnixMillis(object.at("issued").to_number<std::int64_t>());
  token.expires = FromUnixMillis(object.at("expires").to_number<std::int64_t>());
  for (const auto& method : object.at("methods").as_array()) token.methods.emplace_back(method.as_string());
  return token;
}

}  // namespace

std::string TokenCodec::Encode(const Token& token) const {
  json::array methods;
  for (const auto& method : token.methods) methods.emplace_back(method);
  const auto& who = token.principal;
  auto payload = CompactJson(json::object{{"user_id", who.user_id},
                                          {"user_name", who.user_name},
                                          {"domain_id", who.domain_id},
                                          {"domain_name", who.domain_name},
                                          {"project_id", who.project_id},
                                          {"project_name", who.project_name},
                                          {"issued", ToUnixMillis(token.issued)},
                                          {"expires", ToUnixMillis(token.expires)},
                                          {"methods", methods}});
  return Seal(kPrefix, payload, secret_);
}

Result<Token> TokenCodec::Decode(std::string_view text) const {
  auto payload = Unseal(kPrefix, text, secret_);
  if (!payload) return Invalid();
  auto object = ParseJsonObject(*payload);
  if (!object) return Invalid();
  try {
    Token token = ReadToken(*object);
    token.text = text;
    return token;
  } catch (const std::exception&) {  // signed by this secret but of another shape: an older version's token
    return Invalid();
  }
}

}  // namespace atelier::iam
