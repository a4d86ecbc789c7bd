// Finds a model package in the object store: the `model/` folder, its config.json, its inference code (modelarts-api
// section 3.6).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "object_store/object_service.h"
#include "registry/types.h"

namespace atelier::registry {

// "/bucket/dir/", "obs://bucket/dir", "s3://bucket/dir", "https://bucket.obs.region.domain/dir" -> bucket and prefix
// ending in '/'.
struct SourceLocation {
  std::string bucket, prefix;
};
Result<SourceLocation> ParseSourceLocation(std::string_view text);  // InvalidArgument, code ModelArts.3017

struct FoundPackage {
  std::string bucket;
  std::string prefix;  // of the model/ folder, ends in '/'
  ModelConfig config;
  std::string execution_code;  // "/bucket/.../customize_service.py", or empty
  std::uint64_t size_bytes = 0;
};

// `location` may name the model/ folder or its parent. Every refusal says what was looked for and what lies there:
// no such folder, no saved_model.pb, no or two config.json, broken config.json, a package too large (20 GiB).
// `initial_config`: a config.json given in the call in place of the file.
Result<FoundPackage> FindPackage(object_store::ObjectService& objects, const object_store::Caller& caller,
                                 const SourceLocation& location, const std::string& initial_config);

}  // namespace atelier::registry
