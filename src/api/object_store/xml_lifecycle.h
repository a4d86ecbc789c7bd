// Lifecycle rules of a bucket in and out. The dialects differ in the words for storage classes; both are read.
#pragma once

#include <string>

#include "api/object_store/xml_document.h"
#include "base/error.h"
#include "object_store/lifecycle.h"

namespace atelier::api::s3 {

// Every rule has an ID afterwards. MalformedXML, and what CheckLifecycle refuses.
Result<object_store::LifecycleRules> ParseLifecycle(const std::string& body);
XmlDocument RenderLifecycle(auth::Dialect dialect, const std::string& region,
                            const object_store::LifecycleRules& rules);

}  // namespace atelier::api::s3
