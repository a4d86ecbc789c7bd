#include "api/object_store/access_context.h"

#include <fmt/format.h>

#include <array>

#include "api/object_store/copy_source.h"
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

// How long ago a link was signed, in milliseconds.
void AddSignatureAge(const Call& call, ConditionContext& context) {
  auto signed_at = ParseIsoBasic(call.Query("X-Amz-Date").value_or(""));
  if (!signed_at || call.identity.scheme != auth::Scheme::kQueryV4) return;
  context.Add("s3:signatureAge", fmt::format_int((SystemClock().Now() - *signed_at).count()).str());
}

void AddIdentityFacts(const Call& call, ConditionContext& context) {
  if (!call.identity.principal) return;
  context.Add("aws:username", call.identity.principal->user_name);
  context.Add("aws:userid", call.identity.principal->user_id);
  for (const SchemeWords& words : kSchemes) {
    if (words.scheme != call.identity.scheme) continue;
    context.Add("s3:signatureversion", words.version);
    context.Add("s3:authType", words.type);
  }
  AddSignatureAge(call, context);
}

void AddQueryFacts(const Call& call, ConditionContext& context) {
  for (const char* name : {"prefix", "delimiter", "max-keys"})
    if (auto value = call.Query(name)) context.Add(fmt::format("s3:{}", name), std::string(*value));
  if (auto version = call.Query("versionId"); version && !version->empty())
    context.Add("s3:VersionId", std::string(*version));
}

// In one spelling, "bucket/key": the header may begin with a slash and be percent-encoded, and a policy that was
// written for one form must hold for all.
void AddCopySource(const Call& call, ConditionContext& context) {
  auto header = call.Prefixed("copy-source");
  if (!header) return;
  auto source = ParseCopySource(*header);
  context.Add("s3:x-amz-copy-source", source ? source->bucket + "/" + source->key : std::string(*header));
}

void AddHeaderFacts(const Call& call, ConditionContext& context) {
  constexpr auto kSuffixes = std::to_array<const char*>(
      {"acl", "metadata-directive", "storage-class", "server-side-encryption", "server-side-encryption-aws-kms-key-id",
       "grant-read", "grant-write", "grant-read-acp", "grant-write-acp", "grant-full-control", "content-sha256"});
  for (const char* suffix : kSuffixes)
    if (auto value = call.Prefixed(suffix)) context.Add(fmt::format("s3:x-amz-{}", suffix), std::string(*value));
  AddCopySource(call, context);
  if (auto value = call.Header("If-Match")) context.Add("s3:if-match", std::string(*value));
  if (auto value = call.Header("If-None-Match")) context.Add("s3:if-none-match", std::string(*value));
}

void AddRequestTags(const object_store::Tags& tags, ConditionContext& context) {
  for (const auto& [name, value] : tags) {
    context.Add("s3:RequestObjectTag/" + name, value);
    context.Add("s3:RequestObjectTagKeys", name);
  }
}

// A header that is no list of tags is refused by the controller; here it has none.
void AddTagFacts(const Call& call, const ContextParts& parts, ConditionContext& context) {
  if (parts.tags != nullptr) {
    AddRequestTags(*parts.tags, context);
  } else if (auto header = call.Prefixed("tagging")) {
    AddRequestTags(object_store::ParseTagHeader(*header).value_or(object_store::Tags()), context);
  }
  const auto& object = parts.object;
  if (!object) return;
  for (const auto& [name, value] : object->attributes.tags) context.Add("s3:ExistingObjectTag/" + name, value);
}

}  // namespace

ConditionContext ContextOf(const Call& call, const ContextParts& parts) {
  ConditionContext context;
  AddRequestFacts(call, context);
  AddIdentityFacts(call, context);
  AddQueryFacts(call, context);
  AddHeaderFacts(call, context);
  AddTagFacts(call, parts, context);
  return context;
}

bool AsksForObjectTags(const std::string* policy) {
  return policy != nullptr && ToLower(*policy).contains("existingobjecttag");
}

bool AsksForRequestTags(const std::string* policy) {
  return policy != nullptr && ToLower(*policy).contains("requestobjecttag");
}

}  // namespace atelier::api::s3
