#include "api/object_store/version_headers.h"

#include <fmt/format.h>

namespace atelier::api::s3 {

object_store::VersionChoice VersionNamed(std::string_view version_id) {
  if (version_id.empty()) return std::nullopt;
  return version_id == "null" ? std::string() : std::string(version_id);
}

object_store::VersionChoice WantedVersion(const Call& call) {
  return VersionNamed(call.Query("versionId").value_or(""));
}

std::string ShownVersion(const std::string& version_id) { return version_id.empty() ? "null" : version_id; }

void AddVersionHeader(const Call& call, const std::string& version_id, http::Headers& headers) {
  if (call.view->versioned()) headers.Set(fmt::format("{}version-id", call.prefix()), ShownVersion(version_id));
}

void AddNewVersionHeader(const Call& call, const std::string& version_id, http::Headers& headers) {
  if (!version_id.empty()) AddVersionHeader(call, version_id, headers);
}

}  // namespace atelier::api::s3
