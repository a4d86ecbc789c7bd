// The versioning of a bucket in and out, the same in both dialects.
#pragma once

#include <string>

#include "api/object_store/xml_document.h"
#include "base/error.h"
#include "object_store/versioning.h"

namespace atelier::api::s3 {

// Enabled or suspended. MalformedXML; IllegalVersioningConfigurationException without a status; Unimplemented for an
// MfaDelete that is to be enabled.
Result<object_store::VersioningState> ParseVersioning(const std::string& body);
// An empty element for a bucket that was never versioned.
XmlDocument RenderVersioning(auth::Dialect dialect, const std::string& region, object_store::VersioningState state);

}  // namespace atelier::api::s3
