#include "api/object_store/headers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "api/object_store/acl_headers.h"
#include "api/object_store/errors.h"
#include "api/object_store/storage_class_words.h"
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

}  // namespace atelier::api::s3
