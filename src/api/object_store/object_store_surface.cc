#include "api/object_store/object_store_surface.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "api/object_store/authorisation.h"
#include "api/object_store/body_intake.h"
#include "api/object_store/call.h"
#include "api/object_store/errors.h"
#include "api/object_store/headers.h"
#include "api/object_store/routes.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

using http::Response;
using s3::Call;
using s3::Route;
using s3::Surface;

// OBS SDKs ask this before they sign anything: which protocol does the server speak? Always answered with 200, so that
// a bucket that does not exist gets a proper error from the operation itself.
bool IsProtocolProbe(const http::Request& request) {
  return request.method == "HEAD" && request.query.Has("apiversion");
}

Response AnswerProbe(const http::Request& request) {
  Response response = Response::Empty(200);
  response.action = "ProbeApiVersion";
  response.headers.Set("x-obs-api", "3.0");
  s3::AddRequestIds(auth::Dialect::kObs, request.request_id, response.headers);
  return response;
}

s3::Scope ScopeOf(const auth::Address& address) {
  if (address.bucket.empty()) return s3::Scope::kService;
  return address.key.empty() ? s3::Scope::kBucket : s3::Scope::kObject;
}

// The access key that a request claims, for error details: "AWS AK:signature", "Credential=AK/...", or in the query.
std::string ClaimedAccessKey(const http::Request& request) {
  for (std::string_view name : {"AWSAccessKeyId", "AccessKeyId"}) {
    if (auto key = request.query.Get(name)) return std::string(*key);
  }
  if (auto credential = request.query.Get("X-Amz-Credential")) return std::string(Split(*credential, '/').front());
  std::string_view authorization = request.headers.Get("Authorization").value_or("");
  constexpr std::string_view kCredential = "Credential=";
  if (auto at = authorization.find(kCredential); at != std::string_view::npos) {
    return std::string(Split(authorization.substr(at + kCredential.size()), '/').front());
  }
  auto space = authorization.find(' ');
  if (space == std::string_view::npos) return {};
  return std::string(Split(authorization.substr(space + 1), ':').front());
}

s3::ErrorContext ContextOf(const http::Request& request, const Surface& surface) {
  return {.dialect = auth::DialectOf(request),
          .method = request.method,
          .resource = request.path,
          .bucket = {},
          .key = {},
          .request_id = request.request_id,
          .region = surface.options.region,
          .range = std::string(request.headers.Get("Range").value_or("")),
          .access_key = ClaimedAccessKey(request)};
}

Result<const Route*> RouteOf(const http::Request& request, const auth::Address& address, auth::Dialect dialect) {
  std::string prefix = dialect == auth::Dialect::kObs ? "x-obs-" : "x-amz-";
  s3::RouteKey key{
      .method = request.method,
      .scope = ScopeOf(address),
      .query = request.query,
      .has_header = [&](std::string_view suffix) { return request.headers.Has(prefix + std::string(suffix)); }};
  return s3::FindRoute(key);
}

// Browsers ask before they send what was signed: the query of a signed link is there, but it signs another method.
bool IsPreflight(const Result<const Route*>& route) { return route && (*route)->action == "PreflightCors"; }

std::unexpected<Error> RefuseOperation(const Route& route, s3::NotServedYet answer) {
  if (answer.status == 405) {
    return InvalidArgument(fmt::format("the operation {} is not served by this server", route.action),
                           "MethodNotAllowed");
  }
  return s3::NotServed(fmt::format("the operation {}", route.action));
}

Task<Result<Response>> RunDocument(Call& call, s3::DocumentController controller) {
  // aws-chunked framing adds some bytes; VerifyDocument holds the decoded text to the limit itself.
  ATELIER_CO_TRY(std::string raw, co_await http::ReadWholeBody(call.exchange.body(), controller.limit));
  auto work = [&]() -> Result<Response> {
    ATELIER_TRY(std::string body, s3::VerifyDocument(call, raw, controller.limit, controller.checksum_of_body));
    return controller.run(call, body);
  };
  co_return co_await call.exchange.Offload(work);
}

Task<Result<void>> Admit(Call& call, const Route& route) {
  if (auto decided = s3::AuthoriseAtOnce(call, route.action)) co_return *std::move(decided);
  auto decide = [&] { return s3::Authorise(call, route.action); };
  co_return co_await call.exchange.Offload(decide);
}

// Pages of other origins may read the answer when a CORS rule of the bucket says so.
void AddCorsHeaders(const Surface& surface, const http::Request& request, const std::string& bucket,
                    Response& response) {
  auto origin = request.headers.Get("Origin");
  if (!origin || bucket.empty() || request.method == "OPTIONS") return;
  auto view = surface.views->Known(bucket);
  if (!view) return;
  std::string_view method = request.headers.Get("Access-Control-Request-Method").value_or(request.method);
  auto answer = object_store::MatchActual(view->cors, *origin, method);
  if (!answer) return;
  for (auto& [name, value] : *answer) response.headers.Set(name, std::move(value));
}

Task<Result<Response>> RunRoute(Call& call, const Route& route) {
  if (const auto* form = std::get_if<s3::FormController>(&route.target)) co_return co_await form->run(call);
  if (call.identity.principal) ATELIER_CO_CHECK(iam::Authorize(*call.identity.principal, s3::NeedOf(route)));
  if (auto allowed = co_await Admit(call, route); !allowed) co_return std::unexpected(std::move(allowed).error());
  if (const auto* not_served = std::get_if<s3::NotServedYet>(&route.target))
    co_return RefuseOperation(route, *not_served);
  if (auto served = s3::RefuseUnservedHeaders(call); !served) co_return std::unexpected(std::move(served).error());
  if (const auto* streaming = std::get_if<s3::StreamingController>(&route.target))
    co_return co_await (*streaming)(call);
  if (const auto* document = std::get_if<s3::DocumentController>(&route.target))
    co_return co_await RunDocument(call, *document);
  auto work = [&] { return std::get<s3::BlockingController>(route.target)(call); };
  co_return co_await call.exchange.Offload(work);
}

// From the request to an answer or an error; fills in `context` and `action` as they become known.
Task<Result<Response>> Serve(const Surface& surface, http::Exchange& exchange, s3::ErrorContext& context,
                             std::string& action) {
  const http::Request& request = exchange.request();
  ATELIER_CO_TRY(auth::Address address, auth::AddressOf(request, surface.options.base_domains));
  context.bucket = address.bucket;
  context.key = address.key;
  if (!address.bucket.empty() && address.virtual_host) context.resource = "/" + address.bucket + request.path;

  // The route comes first so that the access log names the operation even of a request that is refused.
  auto route = RouteOf(request, address, context.dialect);
  if (route) action = (*route)->action;
  auth::ObjectStoreIdentity identity;
  identity.dialect = context.dialect;
  if (!IsPreflight(route)) {
    // On the loop: keys are cached in memory, and a visit to the pool would cost more than the check.
    ATELIER_CO_TRY(identity, surface.authenticator.Authenticate(request, address));
  }
  if (!route) co_return std::unexpected(std::move(route).error());

  object_store::Caller caller{identity.principal ? identity.principal->project_id : std::string()};
  Call call{.surface = surface,
            .exchange = exchange,
            .request = request,
            .dialect = context.dialect,
            .huawei_sdk = auth::IsHuaweiSdk(request),
            .address = std::move(address),
            .identity = std::move(identity),
            .caller = std::move(caller)};
  Result<Response> outcome = co_await RunRoute(call, **route);
  context.dialect = call.dialect;  // of a form, the fields tell it
  co_return outcome;
}

Task<Response> Handle(const Surface& surface, http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  if (IsProtocolProbe(request)) co_return AnswerProbe(request);
  s3::ErrorContext context = ContextOf(request, surface);
  std::string action;
  Result<Response> outcome = co_await Serve(surface, exchange, context, action);
  Response response = outcome ? *std::move(outcome) : s3::RenderError(context, outcome.error());
  response.action = std::move(action);
  s3::AddRequestIds(context.dialect, request.request_id, response.headers);
  AddCorsHeaders(surface, request, context.bucket, response);
  co_return response;
}

}  // namespace

http::Handler MakeObjectStoreHandler(object_store::ObjectService& objects,
                                     const auth::ObjectStoreAuthenticator& authenticator,
                                     ObjectStoreSurfaceOptions options) {
  auto surface = std::make_shared<const Surface>(
      Surface{objects, authenticator, std::move(options), std::make_unique<s3::BucketViews>(objects)});
  return [surface](http::Exchange& exchange) { return Handle(*surface, exchange); };
}

}  // namespace atelier::api
