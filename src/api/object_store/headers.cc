#include "api/object_store/headers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "api/object_store/errors.h"
#include "base/strings.h"

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

// ACLs that say what is so anyway: the bucket's project alone has access.
constexpr auto kOwnerOnlyAcls =
    std::to_array<std::string_view>({"private", "bucket-owner-full-control", "bucket-owner-read"});

// Prefixed headers that ask for what is not served; a name ending in '*' stands for all that begin so.
constexpr auto kUnserved = std::to_array<std::string_view>({
    "server-side-encryption*",
    "copy-source-server-side-encryption*",
    "grant-*",
    "tagging",
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

}  // namespace

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
  if (auto word = call.Prefixed("storage-class")) {
    ATELIER_TRY(attributes.storage_class, ParseStorageClass(*word));
  }
  return attributes;
}

Result<void> RefuseUnservedHeaders(const Call& call) {
  std::string_view prefix = call.prefix();
  for (const auto& [name, value] : call.request.headers) {
    if (StartsWithIgnoreCase(name, "x-obs-expires"))
      return NotServed("the header x-obs-expires (expiry of single objects)");
    if (!StartsWithIgnoreCase(name, prefix)) continue;
    std::string_view suffix = std::string_view(name).substr(prefix.size());
    if (EqualsIgnoreCase(suffix, "acl") && std::ranges::find(kOwnerOnlyAcls, value) == kOwnerOnlyAcls.end()) {
      return NotServed(fmt::format("the canned ACL \"{}\" (objects are private to the bucket's project)", value));
    }
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
  if (record.attributes.storage_class != kStandard) {
    headers.Set(prefix + "storage-class", StorageClassFor(call.dialect, record.attributes.storage_class));
  }
  if (!record.attributes.tags.empty())
    headers.Set(prefix + "tagging-count", fmt::format_int(record.attributes.tags.size()).str());
  if (record.appends > 0) {
    headers.Set("x-obs-object-type", "Appendable");
    headers.Set("x-obs-next-append-position", fmt::format_int(record.size).str());
  }
}

void OverrideHeaders(const http::Query& query, http::Headers& headers) {
  for (const auto& [parameter, header] : kOverrides) {
    auto value = query.Get(parameter);
    if (!value) continue;
    bool one_line = std::ranges::none_of(*value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    if (one_line) headers.Set(header, std::string(*value));
  }
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

Result<void> AddVersionHeader(const Call& call, const std::string& version_id, http::Headers& headers) {
  ATELIER_TRY(auto info, call.objects().Describe(call.bucket()));
  if (info->bucket.versioning == object_store::VersioningState::kNever) return {};
  headers.Set(fmt::format("{}version-id", call.prefix()), ShownVersion(version_id));
  return {};
}

}  // namespace atelier::api::s3
