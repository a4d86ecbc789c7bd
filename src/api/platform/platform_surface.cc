#include "api/platform/platform_surface.h"

#include "api/platform/refusals.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

class PlatformSurface {
 public:
  PlatformSurface(std::vector<PlatformRoute> routes, std::vector<DirectRoute> direct,
                  const auth::PlatformAuthenticator& authenticator)
      : routes_(std::move(routes)), direct_(std::move(direct)), authenticator_(authenticator) {}

  Task<http::Response> Handle(http::Exchange& exchange) const {
    const auto& request = exchange.request();
    std::string_view method = request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
    auto direct = direct_.Find(method, request.path);
    if (direct.route != nullptr) co_return co_await direct.route->target.handler(exchange, direct.arguments);
    auto match = routes_.Find(method, request.path);
    if (match.route == nullptr) co_return NoRoute(request, direct.allowed, match.allowed);
    auto outcome = co_await Serve(exchange, match);
    auto response = outcome ? *std::move(outcome)
                            : RenderError(RefusalFor(match.route->pattern, std::move(outcome).error()),
                                          match.route->target.error_shape, request.request_id);
    response.action = match.route->action;
    co_return response;
  }

 private:
  using Match = http::Router<PlatformTarget>::Match;

  Task<Result<http::Response>> Serve(http::Exchange& exchange, Match& match) const {
    const auto& request = exchange.request();
    const auto& target = match.route->target;
    std::optional<auth::PlatformClaim> claim;
    if (!target.open) {
      ATELIER_CO_TRY(claim, authenticator_.ReadClaim(request));
      // A token's project and role are known before the body is: what is not allowed is refused unread.
      if (const auto* principal = std::get_if<iam::Principal>(&claim->proof))
        ATELIER_CO_CHECK(Admit(match, match.arguments, *principal));
    }
    ATELIER_CO_TRY(std::string body, co_await http::ReadWholeBody(exchange.body(), target.body_limit));
    PlatformCall call{
        request, std::move(match.arguments), std::move(body), {}, "http://" + std::string(request.host())};
    if (claim) {
      ATELIER_CO_TRY(call.principal, authenticator_.Verify(*claim, request, call.body));
      ATELIER_CO_CHECK(Admit(match, call.arguments, call.principal));
    }
    auto work = [&] { return target.handler(call); };
    co_return co_await exchange.Offload(work);
  }

  // The one place where the platform decides who may use a route.
  static Result<void> Admit(const Match& match, const http::PathArguments& arguments, const iam::Principal& principal) {
    ATELIER_CHECK(CheckProject(arguments, principal));
    return iam::Authorize(principal, NeedOf(match.route->target, match.route->method));
  }

  static Result<void> CheckProject(const http::PathArguments& arguments, const iam::Principal& principal) {
    auto project = arguments.find("project_id");
    if (project == arguments.end() || project->second == principal.project_id) return {};
    return PermissionDenied(
        "The project id in the request URL (" + project->second + ") is not the one of the token or access key.",
        "ModelArts.0210", project->second);
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
                         ErrorShape::kGateway, request.request_id);
    auto response = RenderError(Error{ErrorKind::kInvalidArgument,
                                      "Method Not Allowed: " + request.path + " takes " + Join(allowed, ", ") + ".",
                                      "APIG.0106",
                                      {}},
                                ErrorShape::kGateway, request.request_id);
    response.status = 405;
    response.headers.Set("Allow", Join(allowed, ", "));
    return response;
  }

  http::Router<PlatformTarget> routes_;
  http::Router<DirectTarget> direct_;
  const auth::PlatformAuthenticator& authenticator_;
};

}  // namespace

iam::Need NeedOf(const PlatformTarget& target, std::string_view method) {
  if (target.need) return *target.need;
  return {method == "GET" ? iam::Operation::kRead : iam::Operation::kWrite, iam::Scope::kProject};
}

http::Handler MakePlatformHandler(std::vector<PlatformRoute> routes, std::vector<DirectRoute> direct_routes,
                                  const auth::PlatformAuthenticator& authenticator) {
  auto surface = std::make_shared<PlatformSurface>(std::move(routes), std::move(direct_routes), authenticator);
  return [surface](http::Exchange& exchange) { return surface->Handle(exchange); };
}

}  // namespace atelier::api
