// CompleteMultipartUpload: its part list in.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "object_store/types.h"

namespace atelier::api::s3 {

// MalformedXML: no XML, no part, a part without number or ETag, more than 10,000; InvalidRequest: a broken checksum.
// The order of the parts is left to the store to judge.
Result<std::vector<object_store::CompletedPart>> ParseCompleteUpload(const std::string& body);

}  // namespace atelier::api::s3
