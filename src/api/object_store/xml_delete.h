// DeleteObjects: its body in, its result out.
#pragma once

#include <string>
#include <vector>

#include "api/object_store/call.h"
#include "api/object_store/xml_document.h"
#include "api/object_store/xml_list.h"
#include "base/error.h"

namespace atelier::api::s3 {

inline constexpr std::size_t kMaxDeletes = 1000;

struct DeleteItem {
  std::string key;
  std::string version_id;    // empty when not given
  bool conditional = false;  // <ETag>, <Size> or <LastModifiedTime> is given
};
struct DeleteRequest {
  bool quiet = false;
  KeyEncoding encoding;  // OBS: <EncodingType> in the body; keys come percent-encoded and go back so
  std::vector<DeleteItem> items;
};
// MalformedXML: no XML, no key, or more than 1000.
Result<DeleteRequest> ParseDelete(const std::string& body);

struct DeleteOutcome {
  const DeleteItem* item = nullptr;
  std::string error_code;  // empty: deleted
  std::string error_message;
};
XmlDocument RenderDeleteResult(auth::Dialect dialect, const std::string& region, const DeleteRequest& request,
                               const std::vector<DeleteOutcome>& outcomes);

}  // namespace atelier::api::s3
