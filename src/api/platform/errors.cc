// Errors of the platform listener as HTTP answers, in one place (modelarts-api sections 1.3, 1.6, 2, 3, 4).
#include <algorithm>
#include <array>

#include "api/platform/platform_route.h"
#include "base/json.h"
#include "base/log.h"

namespace atelier::api {
namespace {

// Beyond a quota: the request is wrong until somebody deletes something, and trying again later does not help.
constexpr std::array<std::string_view, 5> kQuotaCodes = {"ModelArts.0118", "ModelArts.2815", "ModelArts.3520",
                                                         "ModelArts.3521", "ModelArts.3522"};

// The status that a kind has unless its code says otherwise.
int StatusOf(const Error& error, ErrorShape shape) {
  bool training = shape == ErrorShape::kTraining;
  bool second = shape == ErrorShape::kTrainingV2;
  switch (error.kind) {
    case ErrorKind::kInvalidArgument:
      return error.code == "APIG.0106" ? 405 : 400;
    case ErrorKind::kUnauthenticated:
      return 401;
    case ErrorKind::kPermissionDenied:
      return 403;
    case ErrorKind::kNotFound:
      return second && error.code != "ModelArts.2786" ? 400 : 404;  // 2786: the project of another path
    case ErrorKind::kAlreadyExists:
      return training || second ? 400 : 409;
    case ErrorKind::kFailedPrecondition:  // 3519, a service that is busy, is a 400 in the reference
      return training || error.code == "ModelArts.3519" ? 400 : 409;
    case ErrorKind::kConflict:
      return 409;
    case ErrorKind::kResourceExhausted:
      if (std::ranges::find(kQuotaCodes, error.code) != kQuotaCodes.end()) return 400;
      return error.code == "EntityTooLarge" || error.code == "APIG.0201" ? 413 : 429;
    case ErrorKind::kUnavailable:
      return 503;
    case ErrorKind::kDeadlineExceeded:
      return 504;
    case ErrorKind::kCancelled:
      return 400;
    case ErrorKind::kUnimplemented:
      return 501;
    case ErrorKind::kInternal:
      return 500;
  }
  return 500;
}

// The codes of training v2 (modelarts-api section 2B.6).
std::string_view SecondTrainingCode(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidArgument:
      return "ModelArts.2788";
    case ErrorKind::kNotFound:
      return "ModelArts.2775";
    case ErrorKind::kAlreadyExists:
      return "ModelArts.2751";
    case ErrorKind::kFailedPrecondition:
    case ErrorKind::kConflict:
      return "ModelArts.2796";
    case ErrorKind::kResourceExhausted:
      return "ModelArts.2799";
    case ErrorKind::kUnauthenticated:
      return "ModelArts.0203";
    case ErrorKind::kPermissionDenied:
      return "ModelArts.0112";
    case ErrorKind::kUnimplemented:
      return "ModelArts.0010";
    default:
      return "ModelArts.2950";
  }
}

// What to do, in general; the message says what is wrong in particular.
std::string_view SolutionOf(const Error& error) {
  if (error.code == "EntityTooLarge" || error.code == "APIG.0201") return "Send less, in several requests.";
  switch (error.kind) {
    case ErrorKind::kInvalidArgument:
      return "Correct the request as the message says and send it again.";
    case ErrorKind::kUnauthenticated:
    case ErrorKind::kPermissionDenied:
      return "Sign in to the project with a role that allows the operation.";
    case ErrorKind::kNotFound:
      return "Check the ID; the search lists what there is.";
    case ErrorKind::kAlreadyExists:
      return "Choose another name.";
    case ErrorKind::kFailedPrecondition:
    case ErrorKind::kConflict:
      return "Look at the job's phase and repeat the operation if it still applies.";
    case ErrorKind::kUnimplemented:
      return "Use what the message names in its place.";
    default:
      return "Try again later; the server's log tells more.";
  }
}

std::string_view DefaultCode(ErrorKind kind, ErrorShape shape) {
  if (shape == ErrorShape::kTrainingV2) return SecondTrainingCode(kind);
  if (shape == ErrorShape::kGateway) {
    switch (kind) {
      case ErrorKind::kNotFound:
        return "APIG.0101";
      case ErrorKind::kUnauthenticated:
        return "APIG.0301";
      case ErrorKind::kResourceExhausted:
        return "ModelArts.4206";
      case ErrorKind::kDeadlineExceeded:
        return "ModelArts.4503";
      case ErrorKind::kUnavailable:
        return "ModelArts.4503";
      case ErrorKind::kInvalidArgument:
        return "ModelArts.4201";
      default:
        return "ModelArts.4302";
    }
  }
  switch (kind) {
    case ErrorKind::kUnauthenticated:
      return "ModelArts.0203";
    case ErrorKind::kPermissionDenied:
      return "ModelArts.0112";
    case ErrorKind::kNotFound:
      return "ModelArts.0101";
    case ErrorKind::kAlreadyExists:
      return "ModelArts.0103";
    case ErrorKind::kFailedPrecondition:
      return "ModelArts.0105";
    case ErrorKind::kResourceExhausted:
      return "ModelArts.0118";
    case ErrorKind::kInvalidArgument:
      return "ModelArts.0104";
    case ErrorKind::kConflict:
      return "ModelArts.0105";
    default:
      return "ModelArts.0010";
  }
}

}  // namespace

http::Response RenderError(const Error& error, ErrorShape shape, const std::string& request_id) {
  int status = StatusOf(error, shape);
  std::string message = error.message;
  if (error.kind == ErrorKind::kInternal) {
    LogError("internal error", {{"request_id", request_id}, {"error", error.message}});
    message = "An internal error occurred; the server's log has the details under request id " + request_id + ".";
  }
  std::string code = error.code.empty() ? std::string(DefaultCode(error.kind, shape)) : error.code;
  if (code == "EntityTooLarge") code = "APIG.0201";  // the body reader's word; the cloud's gateway refuses such bodies
  json::object body;
  switch (shape) {
    case ErrorShape::kTraining:
      body = {{"is_success", false},
              {"error_message", message},
              {"error_code", code},
              {"error_msg", message},
              {"message", message}};
      break;
    case ErrorShape::kTrainingV2:
      body = {
          {"error_code", code}, {"error_msg", message}, {"error_solution", SolutionOf(error)}, {"message", message}};
      break;
    case ErrorShape::kModelArts:
      body = {{"error_code", code}, {"error_msg", message}, {"message", message}};
      break;
    case ErrorShape::kGateway:
      body = {{"error_code", code}, {"error_msg", message}, {"message", message}, {"request_id", request_id}};
      break;
    case ErrorShape::kKeystone:
      body = {{"error", json::object{{"code", status}, {"message", message}, {"title", http::ReasonPhrase(status)}}}};
      break;
  }
  auto response = http::Response::Json(status, CompactJson(body));
  if (status == 503) response.headers.Set("Retry-After", "1");
  response.error = error.message;
  return response;
}

}  // namespace atelier::api
