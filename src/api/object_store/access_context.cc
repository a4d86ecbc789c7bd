#include "api/object_store/access_context.h"

#include <fmt/format.h>

#include <array>

#include "base/clock.h"
#include "base/strings.h"
#include "object_store/tags.h"

namespace atelier::api::s3 {
namespace {

using access::ConditionContext;

void AddRequestFacts(const Call& call, ConditionContext& context) {
  context.Add("aws:SourceIp", call.request.remote_address);
  context.Add("aws:SecureTransport", "false");  // TLS ends at a proxy, if anywhere
  TimePoint now = SystemClock().Now();
  context.Add("aws:CurrentTime", FormatIso8601(now));
  context.Add("aws:EpochTime", fmt::format_int(ToUnixMillis(now) / 1000).str());
  if (auto agent = call.Header("User-Agent")) context.Add("aws:UserAgent", std::string(*agent));
  if (auto referer = call.Header("Referer")) context.Add("aws:Referer", std::string(*referer));
}

struct SchemeWords {
  auth::Scheme scheme;
  const char* version;
  const char* type;
};
constexpr auto kSchemes = std::to_array<SchemeWords>({
    {auth::Scheme::kHeaderV2, "AWS", "REST-HEADER"},
    {auth::Scheme::kHeaderObs, "AWS", "REST-HEADER"},
    {auth::Scheme::kHeaderV4, "AWS4-HMAC-SHA256", "REST-HEADER"},
    {auth::Scheme::kQueryV2, "AWS", "REST-QUERY-STRING"},
    {auth::Scheme::kQueryObs, "AWS", "REST-QUERY-STRING"},
    {auth::Scheme::kQueryV4, "AWS4-HMAC-SHA256", "REST-QUERY-STRING"},
    {auth::Scheme::kFormV2, "AWS", "POST"},
    {auth::Scheme::kFormObs, "AWS", "POST"},
    {auth::Scheme::kFormV4, "AWS4-HMAC-SHA256", "POST"},
});

void AddIdentityFacts(const Call& call, ConditionContext& context) {
  if (!call.identity.principal) return;
  context.Add("aws:username", call.identity.principal->user_name);
  context.Add("aws:userid", call.identity.principal->user_id);
  for (const SchemeWords& words : kSchemes) {
    if (words.scheme != call.identity.scheme) continue;
    context.Add("s3:signatureversion", words.version);
    context.Add("s3:authType", words.type);
  }
}

void AddQueryFacts(const Call& call, ConditionContext& context) {
  for (const char* name : {"prefix", "delimiter", "max-keys"})
    if (auto value = call.Query(name)) context.Add(fmt::format("s3:{}", name), std::string(*value));
  if (auto version = call.Query("versionId"); version && !version->empty())
    context.Add("s3:VersionId", std::string(*version));
}

void AddHeaderFacts(const Call& call, ConditionContext& context) {
  constexpr auto kSuffixes =
      std::to_array<const char*>({"acl", "copy-source", "metadata-directive", "storage-class", "server-side-encryption",
                                  "server-side-encryption-aws-kms-key-id", "grant-read", "grant-write",
                                  "grant-read-acp", "grant-write-acp", "grant-full-control", "content-sha256"});
  for (const char* suffix : kSuffixes)
    if (auto value = call.Prefixed(suffix)) context.Add(fmt::format("s3:x-amz-{}", suffix), std::string(*value));
  if (auto value = call.Header("If-Match")) context.Add("s3:if-match", std::string(*value));
  if (auto value = call.Header("If-None-Match")) context.Add("s3:if-none-match", std::string(*value));
}

// A header that is no list of tags is refused by the controller; here it has none.
void AddTagFacts(const Call& call, const std::optional<object_store::ObjectRecord>& object, ConditionContext& context) {
  if (auto header = call.Prefixed("tagging")) {
    auto tags = object_store::ParseTagHeader(*header);
    for (const auto& [name, value] : tags.value_or(object_store::Tags())) {
      context.Add("s3:RequestObjectTag/" + name, value);
      context.Add("s3:RequestObjectTagKeys", name);
    }
  }
  if (!object) return;
  for (const auto& [name, value] : object->attributes.tags) context.Add("s3:ExistingObjectTag/" + name, value);
}

}  // namespace

ConditionContext ContextOf(const Call& call, const std::optional<object_store::ObjectRecord>& object) {
  ConditionContext context;
  AddRequestFacts(call, context);
  AddIdentityFacts(call, context);
  AddQueryFacts(call, context);
  AddHeaderFacts(call, context);
  AddTagFacts(call, object, context);
  return context;
}

bool AsksForObjectTags(const std::string* policy) {
  return policy != nullptr && ToLower(*policy).find("existingobjecttag") != std::string::npos;
}

}  // namespace atelier::api::s3
