#include "api/platform/platform_surface.h"

#include "api/platform/audit_trail.h"
#include "api/platform/refusals.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

class PlatformSurface {
 public:
  PlatformSurface(std::vector<PlatformRoute> routes, std::vector<DirectRoute> direct,
                  const auth::PlatformAuthenticator& authenticator, PlatformOptions options)
      : routes_(std::move(routes)),
        direct_(std::move(direct)),
        authenticator_(authenticator),
        validator_(options.validator),
        trail_(options.audit, authenticator) {}

  Task<http::Response> Handle(http::Exchange& exchange) const {
    const auto& request = exchange.request();
    std::string_view method = request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
    auto direct = direct_.Find(method, request.path);
    if (direct.route != nullptr) {
      auto response = co_await direct.route->target.handler(exchange, direct.arguments);
      trail_.NoteRefused({direct.route->action, direct.arguments, request, {}}, response.status);
      co_return response;
    }
    auto match = routes_.Find(method, request.path);
    if (match.route == nullptr) co_return NoRoute(request, direct.allowed, match.allowed);
    iam::Principal principal;
    auto outcome = co_await Serve(exchange, match, principal);
    if (outcome) {
      outcome->action = match.route->action;
      co_return *std::move(outcome);
    }
    auto response = RenderError(RefusalFor(match.route->pattern, std::move(outcome).error()),
                                match.route->target.error_shape, request.request_id);
    trail_.NoteFailed({match.route->action, match.arguments, request, principal}, response.status);
    response.action = match.route->action;
    co_return response;
  }

 private:
  using Match = http::Router<PlatformTarget>::Match;

  // `principal` becomes who asks, as soon as that is known.
  Task<Result<http::Response>> Serve(http::Exchange& exchange, const Match& match, iam::Principal& principal) const {
    const auto& request = exchange.request();
    const auto& target = match.route->target;
    std::optional<auth::PlatformClaim> claim;
    if (!target.open) {
      ATELIER_CO_TRY(claim, authenticator_.ReadClaim(request));
      // A token's project and role are known before the body is: what is not allowed is refused unread.
      if (const auto* known = std::get_if<iam::Principal>(&claim->proof)) {
        principal = *known;
        ATELIER_CO_CHECK(Admit(match, match.arguments, principal));
        ATELIER_CO_CHECK(CheckServed(target));
      }
    }
    ATELIER_CO_TRY(std::string body, co_await http::ReadWholeBody(exchange.body(), target.body_limit));
    if (claim) {
      ATELIER_CO_TRY(principal, authenticator_.Verify(*claim, request, body));
      ATELIER_CO_CHECK(Admit(match, match.arguments, principal));
    }
    ATELIER_CO_CHECK(CheckServed(target));
    PlatformCall call{request, match.arguments, std::move(body), principal, "http://" + std::string(request.host())};
    auto work = [&] { return Run(match, call); };
    co_return co_await exchange.Offload(work);
  }

  // On the pool: what is asked for, and the record of it before anybody is told.
  Result<http::Response> Run(const Match& match, const PlatformCall& call) const {
    const auto& route = *match.route;
    if (validator_ != nullptr) ATELIER_CHECK(validator_->Check(route.action, call.request.query, call.body));
    ATELIER_TRY(auto response, route.target.handler(call));
    ATELIER_CHECK(trail_.RecordChange({route.action, call.arguments, call.request, call.principal}, response));
    return response;
  }

  // The one place where the platform decides who may use a route.
  static Result<void> Admit(const Match& match, const http::PathArguments& arguments, const iam::Principal& principal) {
    ATELIER_CHECK(CheckProject(arguments, principal));
    return iam::Authorize(principal, NeedOf(match.route->target, match.route->method));
  }

  static Result<void> CheckServed(const PlatformTarget& target) {
    if (target.unserved.empty()) return {};
    return MakeError(ErrorKind::kUnimplemented, target.unserved);
  }

  static Result<void> CheckProject(const http::PathArguments& arguments, const iam::Principal& principal) {
    auto project = arguments.find("project_id");
    if (project == arguments.end() || project->second == principal.project_id) return {};
    return PermissionDenied(
        "The project id in the request URL (" + project->second + ") is not the one of the token or access key.",
        "ModelArts.0210", project->second);
  }

  // Keystone's clients show what is wrong only when it stands where Keystone puts it.
  static ErrorShape ShapeWithoutRoute(std::string_view path) {
    return path == "/v3" || path.starts_with("/v3/") ? ErrorShape::kKeystone : ErrorShape::kGateway;
  }

  static http::Response NoRoute(const http::Request& request, const std::vector<std::string>& direct_allowed,
                                std::vector<std::string> allowed) {
    allowed.insert(allowed.end(), direct_allowed.begin(), direct_allowed.end());
    if (allowed.empty())
      return RenderError(Error{ErrorKind::kNotFound,
                               "The API does not exist or has not been published in the environment: " +
                                   request.method + " " + request.path,
                               "APIG.0101",
                               {}},
                         ShapeWithoutRoute(request.path), request.request_id);
    auto response = RenderError(Error{ErrorKind::kInvalidArgument,
                                      "Method Not Allowed: " + request.path + " takes " + Join(allowed, ", ") + ".",
                                      "APIG.0106",
                                      {}},
                                ShapeWithoutRoute(request.path), request.request_id);
    response.headers.Set("Allow", Join(allowed, ", "));
    return response;
  }

  http::Router<PlatformTarget> routes_;
  http::Router<DirectTarget> direct_;
  const auth::PlatformAuthenticator& authenticator_;
  const spec::RequestValidator* const validator_;
  const AuditTrail trail_;
};

}  // namespace

iam::Need NeedOf(const PlatformTarget& target, std::string_view method) {
  if (target.need) return *target.need;
  return {method == "GET" ? iam::Operation::kRead : iam::Operation::kWrite, iam::Scope::kProject};
}

http::Handler MakePlatformHandler(std::vector<PlatformRoute> routes, std::vector<DirectRoute> direct_routes,
                                  const auth::PlatformAuthenticator& authenticator, PlatformOptions options) {
  auto surface = std::make_shared<PlatformSurface>(std::move(routes), std::move(direct_routes), authenticator, options);
  return [surface](http::Exchange& exchange) { return surface->Handle(exchange); };
}

std::vector<RouteLine> ListRoutes(const std::vector<PlatformRoute>& routes, const std::vector<DirectRoute>& direct) {
  std::vector<RouteLine> lines;
  lines.reserve(routes.size() + direct.size());
  for (const auto& route : routes) {
    bool administer = NeedOf(route.target, route.method).operation == iam::Operation::kAdminister;
    lines.push_back({route.method, route.pattern, route.action, route.target.unserved, route.target.open, administer});
  }
  for (const auto& route : direct) lines.push_back({route.method, route.pattern, route.action});
  return lines;
}

}  // namespace atelier::api
