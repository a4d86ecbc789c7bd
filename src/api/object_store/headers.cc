#include "api/object_store/headers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "api/object_store/acl_headers.h"
#include "api/object_store/errors.h"
#include "base/clock.h"
#include "base/strings.h"
#include "object_store/lifecycle_decisions.h"
#include "object_store/tags.h"

namespace atelier::api::s3 {
namespace {

using object_store::ObjectAttributes;

constexpr std::size_t kMetadataLimitS3 = 2 * 1024;
constexpr std::size_t kMetadataLimitObs = 8 * 1024;
constexpr std::string_view kDefaultContentType = "binary/octet-stream";
constexpr std::string_view kStandard = "STANDARD";

// Stored in lower case, sent in this spelling.
constexpr auto kStoredHeaders = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"cache-control", "Cache-Control"},
    {"content-disposition", "Content-Disposition"},
    {"content-encoding", "Content-Encoding"},
    {"content-language", "Content-Language"},
    {"expires", "Expires"},
});

constexpr auto kOverrides = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"response-cache-control", "Cache-Control"},
    {"response-content-disposition", "Content-Disposition"},
    {"response-content-encoding", "Content-Encoding"},
    {"response-content-language", "Content-Language"},
    {"response-content-type", "Content-Type"},
    {"response-expires", "Expires"},
});

// S3's word, then OBS's. The first row of a word decides its translation.
constexpr auto kStorageClasses = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"STANDARD", "STANDARD"},
    {"STANDARD_IA", "WARM"},
    {"GLACIER", "COLD"},
    {"DEEP_ARCHIVE", "DEEP_ARCHIVE"},
    {"INTELLIGENT_TIERING", "INTELLIGENT_TIERING"},
    {"ONEZONE_IA", "WARM"},
    {"GLACIER_IR", "COLD"},
    {"REDUCED_REDUNDANCY", "STANDARD"},
});

// Prefixed headers that ask for what is not served; a name ending in '*' stands for all that begin so.
constexpr auto kUnserved = std::to_array<std::string_view>({
    "server-side-encryption*",
    "copy-source-server-side-encryption*",
    "object-lock-mode",
    "object-lock-retain-until-date",
    "object-lock-legal-hold",
    "website-redirect-location",
});

bool NameMatches(std::string_view pattern, std::string_view name) {
  if (pattern.ends_with('*')) return StartsWithIgnoreCase(name, pattern.substr(0, pattern.size() - 1));
  return EqualsIgnoreCase(pattern, name);
}

// "aws-chunked,gzip" is gzip at rest.
std::string WithoutAwsChunked(std::string_view content_encoding) {
  std::vector<std::string> kept;
  for (std::string_view token : Split(content_encoding, ',')) {
    std::string_view trimmed = Trim(token);
    if (!trimmed.empty() && !EqualsIgnoreCase(trimmed, "aws-chunked")) kept.emplace_back(trimmed);
  }
  return Join(kept, ",");
}

Result<std::map<std::string, std::string>> MetadataOf(const Call& call) {
  std::map<std::string, std::string> metadata;
  std::string prefix = fmt::format("{}meta-", call.prefix());
  std::size_t total = 0;
  for (const auto& [name, value] : call.request.headers) {
    if (!StartsWithIgnoreCase(name, prefix) || name.size() == prefix.size()) continue;
    auto [entry, added] = metadata.try_emplace(ToLower(name.substr(prefix.size())), value);
    if (!added) entry->second += "," + value;
    total += name.size() - prefix.size() + value.size();
  }
  std::size_t limit = call.obs() || call.huawei_sdk ? kMetadataLimitObs : kMetadataLimitS3;
  if (total > limit) {
    return InvalidArgument(fmt::format("the metadata has {} bytes; at most {} are allowed", total, limit),
                           "MetadataTooLarge");
  }
  return metadata;
}

// When and by which rule the object will expire; of current versions only.
void AddExpiration(const Call& call, const object_store::ObjectRecord& record, http::Headers& headers) {
  if (call.view->lifecycle.empty() || !record.latest) return;
  auto due = object_store::ExpiryOf(call.view->lifecycle, record.key, record.size, record.attributes.tags,
                                    record.last_modified);
  if (due) headers.Set(fmt::format("{}expiration", call.prefix()), object_store::ExpirationHeader(*due));
}

}  // namespace

std::string ShownClass(const BucketView& view, const object_store::ObjectRecord& record) {
  const std::string& stored = record.attributes.storage_class;
  if (view.lifecycle.empty() || !record.latest) return stored;
  return object_store::ShownStorageClass(view.lifecycle, record.key, record.size, record.attributes.tags,
                                         record.last_modified, stored, SystemClock().Now());
}

Result<ObjectAttributes> AttributesOf(const Call& call) {
  ObjectAttributes attributes;
  attributes.content_type = std::string(call.Header("Content-Type").value_or(kDefaultContentType));
  if (attributes.content_type.empty()) attributes.content_type = kDefaultContentType;
  for (const auto& [stored, sent] : kStoredHeaders) {
    auto value = call.Header(sent);
    if (!value) continue;
    std::string text = stored == "content-encoding" ? WithoutAwsChunked(*value) : std::string(*value);
    if (!text.empty()) attributes.headers.emplace(stored, std::move(text));
  }
  ATELIER_TRY(attributes.metadata, MetadataOf(call));
  attributes.storage_class = call.view->bucket().storage_class;
  if (auto word = call.Prefixed("storage-class")) {
    ATELIER_TRY(attributes.storage_class, ParseStorageClass(*word));
  }
  if (auto tags = call.Prefixed("tagging")) {
    ATELIER_TRY(attributes.tags, object_store::ParseTagHeader(*tags));
    ATELIER_CHECK(object_store::CheckTags(attributes.tags, object_store::Tagged::kObject));
  }
  ATELIER_TRY(attributes.acl, NewObjectAcl(call));
  return attributes;
}

Result<void> RefuseUnservedHeaders(const Call& call) {
  std::string_view prefix = call.prefix();
  for (const auto& [name, value] : call.request.headers) {
    if (StartsWithIgnoreCase(name, "x-obs-expires"))
      return NotServed("the header x-obs-expires (expiry of single objects)");
    if (!StartsWithIgnoreCase(name, prefix)) continue;
    std::string_view suffix = std::string_view(name).substr(prefix.size());
    bool unserved =
        std::ranges::any_of(kUnserved, [&](std::string_view pattern) { return NameMatches(pattern, suffix); });
    if (unserved) return NotServed(fmt::format("the header {}", name));
  }
  return {};
}

std::string QuotedEtag(std::string_view etag) { return fmt::format("\"{}\"", etag); }

std::string LocationOf(const Call& call) {
  std::string path = PercentEncode(call.key(), /*keep_slash=*/true);
  if (call.address.virtual_host) return fmt::format("http://{}/{}", call.request.host(), path);
  return fmt::format("http://{}/{}/{}", call.request.host(), call.bucket(), path);
}

void AddObjectHeaders(const Call& call, const object_store::ObjectRecord& record, http::Headers& headers) {
  headers.Set("ETag", QuotedEtag(record.etag));
  headers.Set("Last-Modified", FormatHttpDate(record.last_modified));
  headers.Set("Accept-Ranges", "bytes");
  headers.Set("Content-Type", record.attributes.content_type);
  for (const auto& [stored, sent] : kStoredHeaders) {
    auto value = record.attributes.headers.find(std::string(stored));
    if (value != record.attributes.headers.end()) headers.Set(sent, value->second);
  }
  std::string prefix(call.prefix());
  for (const auto& [name, value] : record.attributes.metadata) headers.Add(prefix + "meta-" + name, value);
  std::string storage_class = ShownClass(*call.view, record);
  if (storage_class != kStandard) headers.Set(prefix + "storage-class", StorageClassFor(call.dialect, storage_class));
  AddExpiration(call, record, headers);
  if (!record.attributes.tags.empty())
    headers.Set(prefix + "tagging-count", fmt::format_int(record.attributes.tags.size()).str());
  if (record.appends > 0) {
    headers.Set("x-obs-object-type", "Appendable");
    headers.Set("x-obs-next-append-position", fmt::format_int(record.size).str());
  }
}

Result<void> OverrideHeaders(const Call& call, http::Headers& headers) {
  for (const auto& [parameter, header] : kOverrides) {
    auto value = call.Query(parameter);
    if (!value) continue;
    if (!call.identity.principal) {
      return InvalidArgument(fmt::format("{} needs a signature: an anonymous request cannot change the headers of "
                                         "the answer",
                                         parameter),
                             "InvalidRequest");
    }
    bool one_line = std::ranges::none_of(*value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    if (one_line) headers.Set(header, std::string(*value));
  }
  return {};
}

Result<std::string> ParseStorageClass(std::string_view word) {
  for (const auto& [s3, obs] : kStorageClasses) {
    if (word == s3 || word == obs) return std::string(s3);
  }
  return InvalidArgument(
      fmt::format("the storage class \"{}\" is not known; use STANDARD, STANDARD_IA (WARM), GLACIER (COLD), "
                  "DEEP_ARCHIVE or INTELLIGENT_TIERING",
                  word),
      "InvalidStorageClass");
}

std::string StorageClassFor(auth::Dialect dialect, const std::string& stored) {
  if (dialect == auth::Dialect::kS3) return stored;
  for (const auto& [s3, obs] : kStorageClasses) {
    if (stored == s3) return std::string(obs);
  }
  return stored;
}

object_store::VersionChoice VersionNamed(std::string_view version_id) {
  if (version_id.empty()) return std::nullopt;
  return version_id == "null" ? std::string() : std::string(version_id);
}

object_store::VersionChoice WantedVersion(const Call& call) {
  return VersionNamed(call.Query("versionId").value_or(""));
}

std::string ShownVersion(const std::string& version_id) { return version_id.empty() ? "null" : version_id; }

std::string OwnerOf(const BucketView& view, const object_store::ObjectRecord& record) {
  return record.attributes.owner_id.empty() ? view.bucket().project_id : record.attributes.owner_id;
}

std::unexpected<Error> NeverSet(const Call& call, std::string_view setting, const char* code) {
  return NotFound(fmt::format("the bucket \"{}\" has no {}", call.bucket(), setting), code, call.bucket());
}

Result<http::Response> StoreSetting(const Call& call, const char* name, const std::string& text, int status) {
  ATELIER_CHECK(call.objects().PutSetting(call.caller, call.bucket(), name, text));
  return http::Response::Empty(status);
}

Result<http::Response> RemoveSetting(const Call& call, const char* name) {
  ATELIER_CHECK(call.objects().PutSetting(call.caller, call.bucket(), name, std::nullopt));
  return http::Response::Empty(204);
}

Result<void> CheckQuota(const Call& call, std::uint64_t more) {
  auto limit = static_cast<std::uint64_t>(call.view->quota.bytes);
  if (limit == 0) return {};
  ATELIER_TRY(auto usage, call.objects().BucketUsage(call.caller, call.bucket()));
  if (usage.bytes <= limit && more <= limit - usage.bytes) return {};
  return PermissionDenied(
      fmt::format("the bucket may hold {} bytes and holds {}; {} more do not fit", limit, usage.bytes, more),
      "InsufficientStorageSpace");
}

void AddVersionHeader(const Call& call, const std::string& version_id, http::Headers& headers) {
  if (call.view->versioned()) headers.Set(fmt::format("{}version-id", call.prefix()), ShownVersion(version_id));
}

void AddNewVersionHeader(const Call& call, const std::string& version_id, http::Headers& headers) {
  if (!version_id.empty()) AddVersionHeader(call, version_id, headers);
}

}  // namespace atelier::api::s3
