#include "api/object_store/xml_versioning.h"

#include <fmt/format.h>

#include "api/object_store/errors.h"
#include "api/object_store/xml_strict.h"

namespace atelier::api::s3 {

using object_store::VersioningState;

Result<VersioningState> ParseVersioning(const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "VersioningConfiguration", document));
  pugi::xml_node root = document.document_element();
  ATELIER_CHECK(CheckChildren(root, {{"Status", Occurs::kAtMostOnce}, {"MfaDelete", Occurs::kAtMostOnce}}));
  ATELIER_TRY(std::string mfa_delete, ReadText(root, "MfaDelete"));
  if (mfa_delete == "Enabled") return NotServed("MfaDelete (deletes confirmed by a second factor)");
  if (ChildOf(root, "MfaDelete") && mfa_delete != "Disabled") {
    return MalformedXml(fmt::format("<MfaDelete> must be Enabled or Disabled, not \"{}\"", mfa_delete));
  }
  if (!ChildOf(root, "Status")) {
    return InvalidArgument("<VersioningConfiguration> needs a <Status> of Enabled or Suspended",
                           "IllegalVersioningConfigurationException");
  }
  ATELIER_TRY(std::string status, ReadText(root, "Status"));
  auto state = object_store::VersioningOf(status);
  if (state && *state != VersioningState::kNever) return *state;
  return MalformedXml(fmt::format("<Status> must be Enabled or Suspended, not \"{}\"", status));
}

XmlDocument RenderVersioning(auth::Dialect dialect, const std::string& region, VersioningState state) {
  XmlDocument document("VersioningConfiguration", dialect, region);
  if (state != VersioningState::kNever) AddText(document.root(), "Status", WordOf(state));
  return document;
}

}  // namespace atelier::api::s3
