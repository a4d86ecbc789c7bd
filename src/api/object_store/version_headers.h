// Which version a request means, and how versions are named in answers.
#pragma once

#include <string>
#include <string_view>

#include "api/object_store/call.h"
#include "http/message.h"
#include "object_store/types.h"

namespace atelier::api::s3 {

// versionId of a request: absent or empty is the current version, "null" the null version.
object_store::VersionChoice WantedVersion(const Call& call);
object_store::VersionChoice VersionNamed(std::string_view version_id);
// A version's id as clients see it: "null" for the null version.
std::string ShownVersion(const std::string& version_id);
// x-*-version-id, in buckets that have or had versioning.
void AddVersionHeader(const Call& call, const std::string& version_id, http::Headers& headers);
// The same of what was just written: a write that made no version of its own (versioning is suspended) names none.
void AddNewVersionHeader(const Call& call, const std::string& version_id, http::Headers& headers);

}  // namespace atelier::api::s3
