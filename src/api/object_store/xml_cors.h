// CORS rules of a bucket in and out, the same in both dialects.
#pragma once

#include <string>

#include "api/object_store/xml_document.h"
#include "base/error.h"
#include "object_store/cors.h"

namespace atelier::api::s3 {

// MalformedXML, and what CheckCors refuses.
Result<object_store::CorsRules> ParseCors(const std::string& body);
XmlDocument RenderCors(auth::Dialect dialect, const std::string& region, const object_store::CorsRules& rules);

}  // namespace atelier::api::s3
