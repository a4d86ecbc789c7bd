// What the settings of buckets answer with, when they are shown, stored and removed.
#pragma once

#include <string>
#include <string_view>

#include "api/object_store/call.h"
#include "base/error.h"
#include "http/message.h"

namespace atelier::api::s3 {

// 404 with the setting's own code, for a setting that the bucket does not have.
std::unexpected<Error> NeverSet(const Call& call, std::string_view setting, const char* code);
// Keeps a setting of the call's bucket, or removes it; the answer is an empty one.
Result<http::Response> StoreSetting(const Call& call, const char* name, const std::string& text, int status = 200);
Result<http::Response> RemoveSetting(const Call& call, const char* name);

}  // namespace atelier::api::s3
