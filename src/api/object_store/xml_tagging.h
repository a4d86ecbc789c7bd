// Tagging of buckets and objects: <Tagging><TagSet><Tag> in and out, the same in both dialects.
#pragma once

#include <string>

#include "api/object_store/xml_document.h"
#include "base/error.h"
#include "object_store/tags.h"

namespace atelier::api::s3 {

// MalformedXML; InvalidTag: a tag that is not allowed, too many, or a key given twice.
Result<object_store::Tags> ParseTagging(const std::string& body, object_store::Tagged tagged);
XmlDocument RenderTagging(auth::Dialect dialect, const std::string& region, const object_store::Tags& tags);

// The <Tag> children of an element, as filters of other settings have them too. A key given twice fails with
// `twice_code`; the rules of tags are not checked.
Result<object_store::Tags> ReadTags(pugi::xml_node parent, const char* twice_code);
void AddTags(pugi::xml_node parent, const object_store::Tags& tags);

}  // namespace atelier::api::s3
