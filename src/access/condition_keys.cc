#include "access/condition_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/strings.h"

namespace atelier::access {
namespace {

// OBS's names (obs-s3-api section 5.2 for the way they differ), and what they are called here.
constexpr auto kObsNames = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"acl", "s3:x-amz-acl"},
    {"copysource", "s3:x-amz-copy-source"},
    {"currenttime", "aws:currenttime"},
    {"delimiter", "s3:delimiter"},
    {"epochtime", "aws:epochtime"},
    {"max-keys", "s3:max-keys"},
    {"metadata-directive", "s3:x-amz-metadata-directive"},
    {"prefix", "s3:prefix"},
    {"referer", "aws:referer"},
    {"securetransport", "aws:securetransport"},
    {"sourceip", "aws:sourceip"},
    {"useragent", "aws:useragent"},
    {"versionid", "s3:versionid"},
});

// Keys that requests may have: condition_context.h says when.
constexpr auto kFilled = std::to_array<std::string_view>({
    "aws:currenttime",
    "aws:epochtime",
    "aws:referer",
    "aws:securetransport",
    "aws:sourceip",
    "aws:userid",
    "aws:useragent",
    "aws:username",
    "s3:authtype",
    "s3:delimiter",
    "s3:if-match",
    "s3:if-none-match",
    "s3:max-keys",
    "s3:prefix",
    "s3:requestobjecttagkeys",
    "s3:signatureage",
    "s3:signatureversion",
    "s3:tlsversion",
    "s3:versionid",
    "s3:x-amz-acl",
    "s3:x-amz-content-sha256",
    "s3:x-amz-copy-source",
    "s3:x-amz-grant-full-control",
    "s3:x-amz-grant-read",
    "s3:x-amz-grant-read-acp",
    "s3:x-amz-grant-write",
    "s3:x-amz-grant-write-acp",
    "s3:x-amz-metadata-directive",
    "s3:x-amz-server-side-encryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3:x-amz-storage-class",
});

// Keys of networks, organisations and services that S3 documents and this store does not have. A policy may test them:
// the answer is that the request has none, as it is in S3 for a request from outside.
constexpr auto kNeverThere = std::to_array<std::string_view>({
    "aws:calledvia",
    "aws:multifactorauthage",
    "aws:multifactorauthpresent",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalservicename",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:tokenissuetime",
    "aws:vpcsourceip",
    "s3:accesspointnetworkorigin",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "s3:locationconstraint",
    "s3:object-lock-legal-hold",
    "s3:object-lock-mode",
    "s3:object-lock-remaining-retention-days",
    "s3:object-lock-retain-until-date",
    "s3:x-amz-object-ownership",
    "s3:x-amz-server-side-encryption-customer-algorithm",
    "s3:x-amz-website-redirect-location",
});

// Keys that end in the name of a tag.
constexpr auto kTagged = std::to_array<std::string_view>({
    "s3:existingobjecttag/",
    "s3:requestobjecttag/",
    "aws:principaltag/",
});

bool IsKnown(std::string_view lower) {
  auto has_tag = [&](std::string_view prefix) { return lower.starts_with(prefix) && lower.size() > prefix.size(); };
  return std::ranges::find(kFilled, lower) != kFilled.end() ||
         std::ranges::find(kNeverThere, lower) != kNeverThere.end() || std::ranges::any_of(kTagged, has_tag);
}

}  // namespace

Result<std::string> CanonicalKey(std::string_view key) {
  std::string lower = ToLower(key);
  const auto* obs = std::ranges::find(kObsNames, lower, &std::pair<std::string_view, std::string_view>::first);
  if (obs != kObsNames.end()) return std::string(obs->second);
  if (IsKnown(lower)) return lower;
  return InvalidArgument(
      fmt::format("the condition key \"{}\" is not known; use one such as aws:SourceIp or s3:prefix", key),
      "MalformedPolicy");
}

}  // namespace atelier::access
