// Where a batch task reads and writes, and whether it may.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "object_store/object_service.h"
#include "serving/batch_task.h"

namespace atelier::batch {

// A folder of the object store; `prefix` ends in '/' or is empty.
struct Place {
  std::string bucket, prefix;
};
// "/bucket/folder/", "obs://bucket/folder", "s3://bucket". InvalidArgument naming `field`.
Result<Place> ParsePlace(std::string_view text, std::string_view field);

// Both buckets are there and the project's, neither folder lies in the other (a result would become an input), and the
// mapping is one that is served.
Result<void> CheckSpec(object_store::ObjectService& objects, const std::string& project_id,
                       const serving::BatchSpec& spec);

// Where the answer to the object `key` goes: "<dest>/<name below the source><ending>".
std::string ResultKey(const Place& source, const Place& target, std::string_view key, std::string_view ending);

}  // namespace atelier::batch
