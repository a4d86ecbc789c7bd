#include "api/object_store/setting_answers.h"

#include <fmt/format.h>

namespace atelier::api::s3 {

std::unexpected<Error> NeverSet(const Call& call, std::string_view setting, const char* code) {
  return NotFound(fmt::format("the bucket \"{}\" has no {}", call.bucket(), setting), code, call.bucket());
}

Result<http::Response> StoreSetting(const Call& call, const char* name, const std::string& text, int status) {
  ATELIER_CHECK(call.objects().PutSetting(call.caller, call.bucket(), name, text));
  return http::Response::Empty(status);
}

Result<http::Response> RemoveSetting(const Call& call, const char* name) {
  ATELIER_CHECK(call.objects().PutSetting(call.caller, call.bucket(), name, std::nullopt));
  return http::Response::Empty(204);
}

}  // namespace atelier::api::s3
