#include "api/object_store/copy_source.h"

#include <fmt/format.h>

#include <utility>

#include "api/object_store/conditions.h"
#include "api/object_store/version_headers.h"
#include "base/strings.h"

namespace atelier::api::s3 {

Result<CopySource> ParseCopySource(std::string_view header) {
  constexpr std::string_view kVersion = "?versionId=";
  std::string_view path = header;
  object_store::VersionChoice version;
  if (auto at = path.rfind(kVersion); at != std::string_view::npos) {
    version = VersionNamed(path.substr(at + kVersion.size()));
    path = path.substr(0, at);
  }
  auto decoded = PercentDecode(path, /*plus_is_space=*/true);
  std::string_view text = decoded ? std::string_view(*decoded) : std::string_view();
  if (text.starts_with('/')) text.remove_prefix(1);
  auto slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size()) {
    return InvalidArgument(
        fmt::format("the copy source must look like /bucket/key, percent-encoded, not \"{}\"", header),
        "InvalidArgument");
  }
  return CopySource{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1)), std::move(version)};
}

std::unexpected<Error> CopyFailed(Error error) {
  bool marker = error.code == "MethodNotAllowed" && error.subject.starts_with(object_store::kMarkerSubject);
  if (!marker) return std::unexpected(std::move(error));
  return InvalidArgument("the copy source names a delete marker by its version, and a marker has nothing to copy",
                         "InvalidRequest");
}

Result<void> CheckCopyConditions(const Call& call, const object_store::ObjectRecord& source) {
  std::string prefix = fmt::format("{}copy-source-", call.prefix());
  ConditionOutcome outcome =
      EvaluateConditions(ReadConditionsOf(call.request.headers, prefix), source.etag, source.last_modified);
  // A copy has no "not modified" answer: a source that is not wanted fails it.
  if (outcome.verdict == ConditionOutcome::Verdict::kProceed) return {};
  return ConditionFailed(fmt::format("{}{}", prefix, ToLower(outcome.condition)));
}

}  // namespace atelier::api::s3
