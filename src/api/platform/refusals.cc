#include "api/platform/refusals.h"

namespace atelier::api {
namespace {

bool IsTrainingV2(std::string_view pattern) {
  return pattern.starts_with("/v2/{project_id}/training-job") || pattern.starts_with("/v2/{project_id}/algorithms");
}

}  // namespace

Error RefusalFor(std::string_view pattern, Error error) {
  if (!IsTrainingV2(pattern)) return error;
  if (error.kind == ErrorKind::kUnauthenticated && error.code == "ModelArts.0203") {
    error.kind = ErrorKind::kPermissionDenied;
    error.code = "ModelArts.2784";
  } else if (error.code == "ModelArts.0210") {
    error.kind = ErrorKind::kNotFound;
    error.code = "ModelArts.2786";
  }
  return error;
}

}  // namespace atelier::api
