// DeleteObjects: its body in, its result out.
#pragma once

#include <string>
#include <vector>

#include "api/object_store/call.h"
#include "api/object_store/xml_document.h"
#include "api/object_store/xml_list.h"
#include "base/error.h"
#include "object_store/types.h"

namespace atelier::api::s3 {

inline constexpr std::size_t kMaxDeletes = 1000;

struct DeleteDocument {
  bool quiet = false;
  KeyEncoding encoding;  // OBS: <EncodingType> in the body; keys come percent-encoded and go back so
  std::vector<object_store::DeleteRequest> items;
};
// MalformedXML: no XML, no key, a condition that does not parse, or more than 1000.
Result<DeleteDocument> ParseDelete(const std::string& body);

// What became of an item; one for each of the document's, in its order.
struct DeleteResult {
  object_store::DeleteOutcome outcome;
  std::string error_code;  // empty: deleted
  std::string error_message;
};
XmlDocument RenderDeleteResult(auth::Dialect dialect, const std::string& region, const DeleteDocument& document,
                               const std::vector<DeleteResult>& results);

}  // namespace atelier::api::s3
