// x-*-copy-source and what goes with it, of copies and of parts copied.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/object_store/call.h"
#include "base/error.h"
#include "object_store/types.h"

namespace atelier::api::s3 {

struct CopySource {
  std::string bucket, key;  // decoded
  object_store::VersionChoice version;
};
// "/bucket/key" or "bucket/key", percent-encoded, with or without ?versionId=. Unlike in a path, `+` is a space: the
// Go SDK writes one so, and all others write a plus as %2B. InvalidArgument.
Result<CopySource> ParseCopySource(std::string_view header);
// Of a copy that failed: a source that names a delete marker makes the request a wrong one.
std::unexpected<Error> CopyFailed(Error error);

// The check of x-*-copy-source-if-* against the source: PreconditionFailed.
Result<void> CheckCopyConditions(const Call& call, const object_store::ObjectRecord& source);

}  // namespace atelier::api::s3
