#include "api/iam/iam_routes.h"

#include "api/iam/administration_json.h"
#include "api/iam/keystone_answers.h"
#include "api/iam/sign_in_json.h"
#include "api/iam/temporary_key_json.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

constexpr std::string_view kWelcome = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Atelier</title></head>
<body><h1>Atelier</h1>
<p>This server is running. The web console is not part of this version; until it is, the command line does everything:
<code>atelier --help</code>, and <code>atelier env</code> prints the settings of the usual clients.</p>
<p><a href="/healthz">health</a> &middot; <a href="/metrics">metrics</a> &middot; <a href="/v3">identity API</a> &middot;
<a href="/openapi.json">OpenAPI</a></p>
</body></html>
)";

json::object VersionEntry(const std::string& base_url) {
  return {{"id", "v3.8"},
          {"status", "stable"},
          {"updated", "2018-01-01T00:00:00Z"},
          {"links", json::array{json::object{{"rel", "self"}, {"href", base_url + "/v3/"}}}},
          {"media-types", json::array{}}};
}

// Whether Accept prefers a page to JSON: browsers name text/html, Keystone's clients application/json or */*.
bool PrefersHtml(std::string_view accept) {
  double html = 0;
  double json_quality = 0;
  bool html_first = false;
  for (auto entry : Split(accept, ',')) {
    auto pieces = Split(entry, ';');
    double quality = 1;
    for (auto piece : pieces)
      if (auto text = Trim(piece); StartsWithIgnoreCase(text, "q="))
        quality = ParseNumber<double>(text.substr(2)).value_or(0);
    auto type = Trim(pieces.front());
    if (EqualsIgnoreCase(type, "application/json")) json_quality = quality;
    if (EqualsIgnoreCase(type, "text/html")) {
      html = quality;
      html_first = json_quality <= 0;
    }
  }
  return html > json_quality || (html_first && html > 0 && html >= json_quality);
}

class IamHandlers {
 public:
  IamHandlers(iam::IdentityService& identities, CatalogEndpoints endpoints)
      : identities_(identities), endpoints_(std::move(endpoints)) {}

  // Browsers get a page, Keystone clients the version document.
  Result<http::Response> Root(const PlatformCall& call) const {
    auto response =
        PrefersHtml(call.request.headers.Get("Accept").value_or(""))
            ? http::Response::Text(200, std::string(kWelcome), "text/html; charset=utf-8")
            : Answer(300, {{"versions", json::object{{"values", json::array{VersionEntry(call.base_url)}}}}});
    response.headers.Set("Vary", "Accept");
    return response;
  }

  Result<http::Response> Version(const PlatformCall& call) const {
    return Answer(200, {{"version", VersionEntry(call.base_url)}});
  }

  Result<http::Response> CreateToken(const PlatformCall& call) const {
    ATELIER_TRY(auto sign_in, ParseSignIn(call.body));
    sign_in.remote_address = call.request.remote_address;
    ATELIER_TRY(auto token, identities_.Authenticate(sign_in));
    bool with_catalog = !call.request.query.Has("nocatalog");
    auto catalog = CatalogOf(token.principal, call);
    auto response = Answer(201, TokenBody(token, with_catalog ? &catalog : nullptr));
    response.headers.Set("X-Subject-Token", token.text);
    return response;
  }

  Result<http::Response> ShowToken(const PlatformCall& call) const {
    auto subject = call.request.headers.Get("X-Subject-Token");
    if (!subject) return InvalidArgument("the header X-Subject-Token is missing");
    auto token = identities_.VerifyToken(Trim(*subject));
    if (!token) return NotFound("The token in X-Subject-Token is not valid: " + token.error().message);
    auto catalog = CatalogOf(token->principal, call);
    auto response = Answer(200, TokenBody(*token, call.request.query.Has("nocatalog") ? nullptr : &catalog));
    response.headers.Set("X-Subject-Token", token->text);
    return response;
  }

  Result<http::Response> ShowCatalog(const PlatformCall& call) const {
    return Answer(200, {{"catalog", CatalogOf(call.principal, call)}, {"links", json::object{}}});
  }

  Result<http::Response> ListProjects(const PlatformCall& call) const {
    ATELIER_TRY(auto projects, identities_.Projects(call.principal));
    auto name = call.request.query.Get("name");
    json::array items;
    for (const auto& project : projects)
      if (!name || project.name == *name) items.push_back(ProjectObject(project));
    return Answer(200, {{"projects", items}, {"links", ListLinks(call)}});
  }

  Result<http::Response> ShowProject(const PlatformCall& call) const {
    ATELIER_TRY(auto projects, identities_.Projects(call.principal));
    for (const auto& project : projects)
      if (project.id == call.arguments.at("id")) return Answer(200, {{"project", ProjectObject(project)}});
    return NotFound("Could not find project: " + call.arguments.at("id") + ".");
  }

  Result<http::Response> ShowDomain(const PlatformCall& call) const {
    ATELIER_TRY(auto domains, identities_.Domains(call.principal));
    for (const auto& domain : domains)
      if (domain.id == call.arguments.at("id")) return Answer(200, {{"domain", DomainObject(domain)}});
    return NotFound("Could not find domain: " + call.arguments.at("id") + ".");
  }

  Result<http::Response> ListDomains(const PlatformCall& call) const {
    ATELIER_TRY(auto domains, identities_.Domains(call.principal));
    json::array items;
    for (const auto& domain : domains) items.push_back(DomainObject(domain));
    return Answer(200, {{"domains", items}, {"links", json::object{}}});
  }

  // Open: the token is the proof, and may be in the body only. Whether it suffices is the identity service's to say.
  Result<http::Response> CreateTemporaryKey(const PlatformCall& call) const {
    ATELIER_TRY(auto wanted, ParseTemporaryKeyRequest(call.body));
    if (wanted.token.empty()) wanted.token = Trim(call.request.headers.Get("X-Auth-Token").value_or(""));
    if (wanted.token.empty())
      return Unauthenticated("There is no token: give it as 'auth.identity.token.id', or as the header X-Auth-Token.");
    ATELIER_TRY(auto key, identities_.CreateTemporaryKey(wanted.token, wanted.life));
    return Answer(201, {{"credential", TemporaryKeyObject(key)}});
  }

 private:
  json::array CatalogOf(const iam::Principal& principal, const PlatformCall& call) const {
    return Catalog(principal, identities_.region(), call.base_url, endpoints_.object_store_url);
  }

  iam::IdentityService& identities_;
  CatalogEndpoints endpoints_;
};

}  // namespace

std::vector<PlatformRoute> IamRoutes(iam::IdentityService& identities, CatalogEndpoints endpoints) {
  auto handlers = std::make_shared<IamHandlers>(identities, std::move(endpoints));
  auto with = [handlers](Result<http::Response> (IamHandlers::*handler)(const PlatformCall&) const,
                         bool open) -> PlatformTarget {
    return {[handlers, handler](const PlatformCall& call) { return ((*handlers).*handler)(call); },
            ErrorShape::kKeystone, open, kIdentityBodyLimit};
  };
  return {
      {"GET", "/", "Welcome", with(&IamHandlers::Root, true)},
      {"GET", "/v3", "ShowIdentityVersion", with(&IamHandlers::Version, true)},
      {"GET", "/v3/", "ShowIdentityVersionAtSlash", with(&IamHandlers::Version, true)},
      {"POST", "/v3/auth/tokens", "CreateToken", with(&IamHandlers::CreateToken, true)},
      {"GET", "/v3/auth/tokens", "ShowToken", with(&IamHandlers::ShowToken, false)},
      {"GET", "/v3/auth/catalog", "ShowCatalog", with(&IamHandlers::ShowCatalog, false)},
      {"GET", "/v3/auth/projects", "ListAuthProjects", with(&IamHandlers::ListProjects, false)},
      {"GET", "/v3/projects", "ListProjects", with(&IamHandlers::ListProjects, false)},
      {"GET", "/v3/projects/{id}", "ShowProject", with(&IamHandlers::ShowProject, false)},
      {"GET", "/v3/auth/domains", "ListDomains", with(&IamHandlers::ListDomains, false)},
      {"GET", "/v3/domains", "ListOwnDomains", with(&IamHandlers::ListDomains, false)},
      {"GET", "/v3/domains/{id}", "ShowDomain", with(&IamHandlers::ShowDomain, false)},
      {"POST", "/v3.0/OS-CREDENTIAL/securitytokens", "CreateTemporaryKey",
       with(&IamHandlers::CreateTemporaryKey, true)},
  };
}

}  // namespace atelier::api
