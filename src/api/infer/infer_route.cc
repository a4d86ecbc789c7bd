#include "api/infer/infer_route.h"

#include <fmt/format.h>

#include <variant>

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
  InferHandler(serving::PredictRouter& router, const auth::PlatformAuthenticator& authenticator, InferOptions options)
      : router_(router), authenticator_(authenticator), options_(options) {}

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
    ATELIER_CO_TRY(auto claim, authenticator_.ReadClaim(request));
    auto length = request.content_length;
    if (length && *length > options_.body_limit) co_return TooLarge(*length);
    auto body = co_await http::ReadWholeBody(exchange.body(), options_.body_limit);
    if (!body) {
      if (body.error().code == "EntityTooLarge") co_return TooLarge(options_.body_limit + 1);
      co_return std::unexpected(std::move(body).error());
    }
    ATELIER_CO_TRY(auto principal, authenticator_.Verify(claim, request, *body));
    ATELIER_CO_CHECK(router_.Admit(service_id, principal.project_id));
    if (body->empty() && request.method == "POST")
      co_return InvalidArgument("The request has no body: send an image as a form field, or JSON.", "ModelArts.4202",
                                service_id);
    PredictRequest predict;
    predict.content_type = std::string(request.headers.Get("Content-Type").value_or("application/json"));
    predict.body = *std::move(body);
    co_return co_await router_.Predict(service_id, std::move(predict));
  }

  std::unexpected<Error> TooLarge(std::uint64_t got) const {
    return ResourceExhausted(
        fmt::format("Request entity too large: at most {} bytes are allowed, got {}.", options_.body_limit, got),
        "APIG.0201");
  }

  serving::PredictRouter& router_;
  const auth::PlatformAuthenticator& authenticator_;
  InferOptions options_;
};

}  // namespace

std::vector<DirectRoute> InferRoutes(serving::PredictRouter& router, const auth::PlatformAuthenticator& authenticator,
                                     InferOptions options) {
  auto handler = std::make_shared<InferHandler>(router, authenticator, options);
  DirectTarget target{[handler](http::Exchange& exchange, const http::PathArguments& arguments) {
    return handler->Handle(exchange, arguments);
  }};
  return {{"POST", "/v1/infers/{service_id}", "Predict", target},
          {"POST", "/v1/infers/{service_id}/{rest...}", "PredictAtPath", target}};
}

}  // namespace atelier::api
