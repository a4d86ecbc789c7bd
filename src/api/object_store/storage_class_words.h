// Storage classes in both dialects' words.
#pragma once

#include <string>
#include <string_view>

#include "api/object_store/call.h"
#include "base/error.h"
#include "object_store/types.h"

namespace atelier::api::s3 {

// The class to show: lifecycle transitions change it when their time has come.
std::string ShownClass(const BucketView& view, const object_store::ObjectRecord& record);
// Storage classes are stored in S3's words; both dialects' words are accepted.
Result<std::string> ParseStorageClass(std::string_view word);
std::string StorageClassFor(auth::Dialect dialect, const std::string& stored);

}  // namespace atelier::api::s3
