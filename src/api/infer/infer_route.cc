#include "api/infer/infer_route.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "api/platform/platform_route.h"

namespace atelier::api {
namespace {

using serving::PredictReply;
using serving::PredictRequest;

http::Response Refuse(const Error& error, const http::Request& request) {
  auto response = RenderError(error, ErrorShape::kGateway, request.request_id);
  response.action = "Predict";
  response.error = error.message;
  return response;
}

class InferHandler {
 public:
  InferHandler(serving::PredictRouter& router, const auth::PlatformAuthenticator& authenticator,
               const auth::AppAuthenticator& apps, InferOptions options)
      : router_(router), authenticator_(authenticator), apps_(apps), options_(options) {}

  Task<http::Response> Handle(http::Exchange& exchange, const http::PathArguments& arguments) const {
    const auto& request = exchange.request();
    auto outcome = co_await Predict(exchange, arguments);
    if (!outcome) co_return Refuse(outcome.error(), request);
    http::Response response;
    response.status = outcome->status;
    response.headers.Add("Content-Type", outcome->content_type);
    if (!outcome->warning.empty()) response.headers.Add("X-Atelier-Warning", outcome->warning);
    response.body = std::move(outcome->body);
    response.action = "Predict";
    co_return response;
  }

 private:
  Task<Result<PredictReply>> Predict(http::Exchange& exchange, const http::PathArguments& arguments) const {
    const auto& request = exchange.request();
    const auto& service_id = arguments.at("service_id");
    ATELIER_CO_TRY(auto caller, ReadCaller(request, service_id));
    auto length = request.content_length;
    if (length && *length > options_.body_limit) co_return TooLarge(*length);
    auto body = co_await http::ReadWholeBody(exchange.body(), options_.body_limit);
    if (!body) {
      if (body.error().code == "EntityTooLarge") co_return TooLarge(options_.body_limit + 1);
      co_return std::unexpected(std::move(body).error());
    }
    ATELIER_CO_CHECK(Admit(caller, request, service_id, *body));
    if (body->empty() && request.method == "POST")
      co_return InvalidArgument("The request has no body: send an image as a form field, or JSON.", "ModelArts.4202",
                                service_id);
    PredictRequest predict;
    predict.content_type = std::string(request.headers.Get("Content-Type").value_or("application/json"));
    predict.body = *std::move(body);
    co_return co_await router_.Predict(service_id, std::move(predict));
  }

  // Somebody with an account, or an app.
  struct PredictCaller {
    std::optional<auth::PlatformClaim> account;
    std::optional<auth::AppClaim> app;
  };

  // An app that is not bound to the service is refused before its body is read.
  Result<PredictCaller> ReadCaller(const http::Request& request, const std::string& service_id) const {
    PredictCaller caller;
    ATELIER_TRY(caller.app, apps_.ReadClaim(request));
    if (!caller.app) {
      ATELIER_TRY(caller.account, authenticator_.ReadClaim(request));
      return caller;
    }
    ATELIER_CHECK(router_.Admit(service_id, caller.app->app->project_id));
    if (!caller.app->app->services.contains(service_id))
      return PermissionDenied("The app is not authorized to access the API: bind it to the service first.", "APIG.0304",
                              service_id);
    return caller;
  }

  Result<void> Admit(const PredictCaller& caller, const http::Request& request, const std::string& service_id,
                     std::string_view body) const {
    if (caller.app) return apps_.Verify(*caller.app, request, body);
    ATELIER_TRY(auto principal, authenticator_.Verify(*caller.account, request, body));
    return router_.Admit(service_id, principal.project_id);
  }

  std::unexpected<Error> TooLarge(std::uint64_t got) const {
    return ResourceExhausted(
        fmt::format("Request entity too large: at most {} bytes are allowed, got {}.", options_.body_limit, got),
        "APIG.0201");
  }

  serving::PredictRouter& router_;
  const auth::PlatformAuthenticator& authenticator_;
  const auth::AppAuthenticator& apps_;
  InferOptions options_;
};

}  // namespace

std::vector<DirectRoute> InferRoutes(serving::PredictRouter& router, const auth::PlatformAuthenticator& authenticator,
                                     const auth::AppAuthenticator& apps, InferOptions options) {
  auto handler = std::make_shared<InferHandler>(router, authenticator, apps, options);
  DirectTarget target{[handler](http::Exchange& exchange, const http::PathArguments& arguments) {
    return handler->Handle(exchange, arguments);
  }};
  return {{"POST", "/v1/infers/{service_id}", "Predict", target},
          {"POST", "/v1/infers/{service_id}/{rest...}", "PredictAtPath", target}};
}

}  // namespace atelier::api
