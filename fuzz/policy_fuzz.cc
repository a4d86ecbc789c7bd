// Bucket policies as strangers write them: read or refused with a message, and what is read can be evaluated.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "access/decision.h"

namespace {

using namespace atelier::access;

Requester Signed(std::string project) {
  return {.anonymous = false,
          .project_id = std::move(project),
          .domain_id = "d1",
          .user_id = "u1",
          .user_name = "alice",
          .access_key = "AK"};
}

ConditionContext Everything() {
  ConditionContext context;
  context.Add("aws:SourceIp", "192.0.2.7");
  context.Add("aws:SecureTransport", "true");
  context.Add("aws:CurrentTime", "2026-01-02T03:04:05Z");
  context.Add("aws:EpochTime", "1767323045");
  context.Add("aws:UserAgent", "client*");
  context.Add("aws:username", "alice");
  context.Add("aws:userid", "u1");
  context.Add("s3:prefix", "a/");
  context.Add("s3:max-keys", "10");
  context.Add("s3:RequestObjectTagKeys", "a");
  context.Add("s3:RequestObjectTagKeys", "b");
  return context;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto policy = ParsePolicy({reinterpret_cast<const char*>(data), size}, "photos");
  if (!policy) {
    if (policy.error().code != "MalformedPolicy" || policy.error().message.empty()) std::abort();
    return 0;
  }
  if (size > kMaxPolicyBytes || policy->statements.empty()) std::abort();

  auto shared = std::make_shared<const BucketPolicy>(*policy);
  bool is_public = IsPublic(*policy);
  for (const char* operation : {"GetObject", "ListObjects", "PutBucketPolicy", "HeadBucket"}) {
    for (const char* key : {"", "a/b", "\xff*"}) {
      AccessRequest request{.requester = AnonymousRequester(),
                            .need = *NeedOf(operation, false),
                            .bucket = "photos",
                            .key = key,
                            .context = {}};
      // A policy that lets in somebody of whom nothing at all is known is public.
      if (Evaluate(*policy, request) == Effect::kAllow && !is_public) std::abort();
      request.context = Everything();
      request.requester = Signed("p1");
      Effect effect = Evaluate(*policy, request);
      BucketAccess access{.owner_project = "p1",
                          .policy = shared,
                          .acl = {},
                          .object_acl = {},
                          .block = {},
                          .ownership = Ownership::kObjectWriter};
      bool of_policy = request.need.action == "s3:PutBucketPolicy";
      if (Decide(access, request).has_value() != (of_policy || effect != Effect::kDeny)) std::abort();
      access.owner_project = "p2";
      if (Decide(access, request).has_value() != (effect == Effect::kAllow)) std::abort();
    }
  }
  return 0;
}
