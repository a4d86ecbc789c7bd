#include "api/iam/sign_in_json.h"

#include "api/iam/administration_json.h"

namespace atelier::api {
namespace {

using iam::SignIn;

Result<const json::object*> Need(const json::object& from, std::string_view key, std::string_view path) {
  ATELIER_TRY(const json::object* object, ReadObject(from, key));
  if (object == nullptr) return InvalidArgument("'" + std::string(path) + "' is missing");
  return object;
}

Result<std::string> TextOf(const json::object& from, std::string_view key) {
  ATELIER_TRY(auto text, ReadString(from, key));
  return text.value_or("");
}

Result<SignIn::Password> ParsePassword(const json::object& identity) {
  ATELIER_TRY(const json::object* password, Need(identity, "password", "auth.identity.password"));
  ATELIER_TRY(const json::object* user, Need(*password, "user", "auth.identity.password.user"));
  SignIn::Password parsed;
  ATELIER_TRY(parsed.user_id, TextOf(*user, "id"));
  ATELIER_TRY(parsed.user_name, TextOf(*user, "name"));
  ATELIER_TRY(parsed.password, TextOf(*user, "password"));
  ATELIER_TRY(const json::object* domain, ReadObject(*user, "domain"));
  if (domain != nullptr) {
    ATELIER_TRY(parsed.domain_id, TextOf(*domain, "id"));
    ATELIER_TRY(parsed.domain_name, TextOf(*domain, "name"));
  }
  if (parsed.user_id.empty() && parsed.user_name.empty())
    return InvalidArgument("'auth.identity.password.user' needs 'id' or 'name'");
  return parsed;
}

Result<SignIn::AccessKeyPair> ParseKeyPair(const json::object& identity) {
  ATELIER_TRY(const json::object* pair, Need(identity, "hw_ak_sk", "auth.identity.hw_ak_sk"));
  ATELIER_TRY(const json::object* access, Need(*pair, "access", "auth.identity.hw_ak_sk.access"));
  ATELIER_TRY(const json::object* secret, Need(*pair, "secret", "auth.identity.hw_ak_sk.secret"));
  SignIn::AccessKeyPair parsed;
  ATELIER_TRY(parsed.access_key, TextOf(*access, "key"));
  ATELIER_TRY(parsed.secret_key, TextOf(*secret, "key"));
  return parsed;
}

Result<void> ParseScopeDomain(const json::object& from, SignIn& sign_in) {
  ATELIER_TRY(const json::object* domain, ReadObject(from, "domain"));
  if (domain == nullptr) return {};
  ATELIER_TRY(sign_in.scope_domain_id, TextOf(*domain, "id"));
  ATELIER_TRY(sign_in.scope_domain_name, TextOf(*domain, "name"));
  return {};
}

Result<void> ParseScope(const json::object& auth, SignIn& sign_in) {
  const auto* value = auth.if_contains("scope");
  if (value == nullptr || !value->is_object()) return {};  // absent, null or "unscoped"
  const auto& scope = value->as_object();
  ATELIER_TRY(const json::object* project, ReadObject(scope, "project"));
  if (project != nullptr) {
    ATELIER_TRY(sign_in.project_id, TextOf(*project, "id"));
    ATELIER_TRY(sign_in.project_name, TextOf(*project, "name"));
    return ParseScopeDomain(*project, sign_in);
  }
  return ParseScopeDomain(scope, sign_in);
}

json::object CatalogEntry(std::string_view type, std::string_view name, const std::string& region,
                          const std::string& url) {
  json::object endpoint{{"id", std::string(name) + "-public"},
                        {"interface", "public"},
                        {"region", region},
                        {"region_id", region},
                        {"url", url}};
  return {{"id", std::string(name)}, {"type", type}, {"name", name}, {"endpoints", json::array{endpoint}}};
}

json::array TokenRoles(iam::Role role) {
  if (role == iam::Role::kNone) return {};
  json::object whole = RoleObject(role);
  return {json::object{{"id", whole.at("id")}, {"name", whole.at("name")}}};
}

}  // namespace

Result<SignIn> ParseSignIn(std::string_view body) {
  ATELIER_TRY(json::object object, ParseJsonObject(body));
  ATELIER_TRY(const json::object* auth, Need(object, "auth", "auth"));
  ATELIER_TRY(const json::object* identity, Need(*auth, "identity", "auth.identity"));
  ATELIER_TRY(const json::array* methods, ReadArray(*identity, "methods"));
  std::string method;
  for (std::size_t i = 0; methods != nullptr && i < methods->size(); ++i)
    if (const auto* text = (*methods)[i].if_string()) method = std::string(*text);
  SignIn sign_in;
  if (method == "password") {
    ATELIER_TRY(sign_in.method, ParsePassword(*identity));
  } else if (method == "hw_ak_sk") {
    ATELIER_TRY(sign_in.method, ParseKeyPair(*identity));
  } else if (method == "token") {
    ATELIER_TRY(const json::object* token, Need(*identity, "token", "auth.identity.token"));
    ATELIER_TRY(std::string id, TextOf(*token, "id"));
    sign_in.method = SignIn::Rescope{std::move(id)};
  } else {
    return InvalidArgument("'auth.identity.methods' must be [\"password\"], [\"token\"] or [\"hw_ak_sk\"]");
  }
  ATELIER_CHECK(ParseScope(*auth, sign_in));
  return sign_in;
}

json::array Catalog(const iam::Principal& principal, const std::string& region, const std::string& platform_url,
                    const std::string& object_store_url) {
  const auto& project = principal.project_id;
  return {CatalogEntry("identity", "iam", region, platform_url + "/v3"),
          CatalogEntry("modelarts", "modelarts", region, platform_url + "/v1/" + project),
          CatalogEntry("modelartsv1", "modelartsv1", region, platform_url + "/v1/" + project),
          CatalogEntry("modelartsv2", "modelartsv2", region, platform_url + "/v2/" + project),
          CatalogEntry("object", "object", region, object_store_url),
          CatalogEntry("obs", "obs", region, object_store_url),
          CatalogEntry("object-store", "object-store", region, object_store_url)};
}

json::object TokenBody(const iam::Token& token, const json::array* catalog) {
  const auto& who = token.principal;
  json::object domain{{"id", who.domain_id}, {"name", who.domain_name}};
  json::array methods;
  for (const auto& method : token.methods) methods.emplace_back(method);
  json::object body{{"methods", methods},
                    {"issued_at", FormatIso8601Micros(token.issued)},
                    {"expires_at", FormatIso8601Micros(token.expires)},
                    {"user", json::object{{"id", who.user_id}, {"name", who.user_name}, {"domain", domain}}},
                    {"roles", TokenRoles(who.role)}};
  if (!who.project_id.empty())
    body["project"] = json::object{{"id", who.project_id}, {"name", who.project_name}, {"domain", domain}};
  if (catalog != nullptr) body["catalog"] = *catalog;
  return {{"token", body}};
}

}  // namespace atelier::api
