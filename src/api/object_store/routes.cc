#include "api/object_store/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/object_store/controllers.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

constexpr std::size_t kSmallDocument = 64 * 1024;
constexpr std::size_t kKeyListDocument = 4 * 1024 * 1024;   // 1000 keys of 1024 bytes, each byte up to 3 when encoded
constexpr std::size_t kPartListDocument = 4 * 1024 * 1024;  // 10,000 parts with ETag and checksum

constexpr DocumentController kCreateBucket{CreateBucket, kSmallDocument};
constexpr DocumentController kDeleteObjects{DeleteObjects, kKeyListDocument};
constexpr DocumentController kComplete{CompleteMultipartUpload, kPartListDocument, /*checksum_of_body=*/false};
// Of a setting: the largest, a lifecycle of 1000 rules, has a few hundred bytes a rule.
constexpr std::size_t kSettingDocument = 1024 * 1024;
constexpr DocumentController Document(Result<http::Response> (*run)(const Call&, const std::string&)) {
  return {run, kSettingDocument};
}
constexpr NotServedYet kNotYet{501};
// OBS SDKs retry a 501 three times; for these, they take a 405 for the final answer that it is.
constexpr NotServedYet kNotAllowed{405};

std::vector<Route> ServiceRoutes() { return {{"ListBuckets", "GET", Scope::kService, {}, "", ListBuckets}}; }

std::vector<Route> BucketRoutes() {
  constexpr Scope kScope = Scope::kBucket;
  return {
      {"CreateBucket", "PUT", kScope, {}, "", kCreateBucket},
      {"HeadBucket", "HEAD", kScope, {}, "", HeadBucket},
      {"DeleteBucket", "DELETE", kScope, {}, "", DeleteBucket},
      {"ListObjects", "GET", kScope, {}, "", ListObjects},
      {"ListObjectsV2", "GET", kScope, {"list-type"}, "", ListObjectsV2},
      {"ListObjectVersions", "GET", kScope, {"versions"}, "", ListObjectVersions},
      {"ListMultipartUploads", "GET", kScope, {"uploads"}, "", ListMultipartUploads},
      {"DeleteObjects", "POST", kScope, {"delete"}, "", kDeleteObjects},
      {"PostObject", "POST", kScope, {}, "", FormController{PostObject}},
      {"PreflightCors", "OPTIONS", kScope, {}, "", AnswerPreflight},

      {"GetBucketLocation", "GET", kScope, {"location"}, "", GetBucketLocation},
      {"GetBucketStorageInfo", "GET", kScope, {"storageinfo"}, "", GetBucketStorageInfo},
      {"GetBucketStorageClass", "GET", kScope, {"storageClass"}, "", GetBucketStorageClass},
      {"SetBucketStorageClass", "PUT", kScope, {"storageClass"}, "", Document(SetBucketStorageClass)},
      {"GetBucketStoragePolicy", "GET", kScope, {"storagePolicy"}, "", GetBucketStoragePolicy},
      {"SetBucketStoragePolicy", "PUT", kScope, {"storagePolicy"}, "", Document(SetBucketStoragePolicy)},
      {"GetBucketQuota", "GET", kScope, {"quota"}, "", GetQuota},
      {"SetBucketQuota", "PUT", kScope, {"quota"}, "", Document(PutQuota)},
      {"GetBucketCustomDomain", "GET", kScope, {"customdomain"}, "", GetCustomDomains},
      {"SetBucketCustomDomain", "PUT", kScope, {"customdomain"}, "", kNotYet},
      {"DeleteBucketCustomDomain", "DELETE", kScope, {"customdomain"}, "", kNotYet},

      {"GetBucketAcl", "GET", kScope, {"acl"}, "", GetBucketAcl},
      {"PutBucketAcl", "PUT", kScope, {"acl"}, "", Document(PutBucketAcl)},
      {"GetBucketVersioning", "GET", kScope, {"versioning"}, "", GetVersioning},
      {"PutBucketVersioning", "PUT", kScope, {"versioning"}, "", Document(PutVersioning)},
      {"GetBucketPolicy", "GET", kScope, {"policy"}, "", GetBucketPolicy},
      {"PutBucketPolicy", "PUT", kScope, {"policy"}, "", Document(PutBucketPolicy)},
      {"DeleteBucketPolicy", "DELETE", kScope, {"policy"}, "", DeleteBucketPolicy},
      {"GetBucketPolicyStatus", "GET", kScope, {"policyStatus"}, "", GetBucketPolicyStatus},
      {"GetBucketLifecycleConfiguration", "GET", kScope, {"lifecycle"}, "", GetLifecycle},
      {"PutBucketLifecycleConfiguration", "PUT", kScope, {"lifecycle"}, "", Document(PutLifecycle)},
      {"DeleteBucketLifecycle", "DELETE", kScope, {"lifecycle"}, "", DeleteLifecycle},
      {"GetBucketCors", "GET", kScope, {"cors"}, "", GetCors},
      {"PutBucketCors", "PUT", kScope, {"cors"}, "", Document(PutCors)},
      {"DeleteBucketCors", "DELETE", kScope, {"cors"}, "", DeleteCors},
      {"GetBucketTagging", "GET", kScope, {"tagging"}, "", GetBucketTagging},
      {"PutBucketTagging", "PUT", kScope, {"tagging"}, "", Document(PutBucketTagging)},
      {"DeleteBucketTagging", "DELETE", kScope, {"tagging"}, "", DeleteBucketTagging},
      {"GetBucketEncryption", "GET", kScope, {"encryption"}, "", GetEncryption},
      {"PutBucketEncryption", "PUT", kScope, {"encryption"}, "", Document(PutEncryption)},
      {"DeleteBucketEncryption", "DELETE", kScope, {"encryption"}, "", RemoveUnsetBucketSetting},
      {"GetBucketWebsite", "GET", kScope, {"website"}, "", GetWebsite},
      {"PutBucketWebsite", "PUT", kScope, {"website"}, "", kNotYet},
      {"DeleteBucketWebsite", "DELETE", kScope, {"website"}, "", RemoveUnsetBucketSetting},
      {"GetBucketLogging", "GET", kScope, {"logging"}, "", GetLogging},
      {"PutBucketLogging", "PUT", kScope, {"logging"}, "", Document(PutLogging)},
      {"GetBucketNotificationConfiguration", "GET", kScope, {"notification"}, "", GetNotification},
      {"PutBucketNotificationConfiguration", "PUT", kScope, {"notification"}, "", Document(PutNotification)},
      {"GetPublicAccessBlock", "GET", kScope, {"publicAccessBlock"}, "", GetPublicAccessBlock},
      {"PutPublicAccessBlock", "PUT", kScope, {"publicAccessBlock"}, "", Document(PutPublicAccessBlock)},
      {"DeletePublicAccessBlock", "DELETE", kScope, {"publicAccessBlock"}, "", DeletePublicAccessBlock},
      {"GetBucketRequestPayment", "GET", kScope, {"requestPayment"}, "", GetRequestPayment},
      {"PutBucketRequestPayment", "PUT", kScope, {"requestPayment"}, "", Document(PutRequestPayment)},
      {"GetBucketReplication", "GET", kScope, {"replication"}, "", GetReplication},
      {"PutBucketReplication", "PUT", kScope, {"replication"}, "", kNotYet},
      {"DeleteBucketReplication", "DELETE", kScope, {"replication"}, "", RemoveUnsetBucketSetting},
      {"GetObjectLockConfiguration", "GET", kScope, {"object-lock"}, "", GetObjectLock},
      {"PutObjectLockConfiguration", "PUT", kScope, {"object-lock"}, "", kNotYet},
      {"GetBucketOwnershipControls", "GET", kScope, {"ownershipControls"}, "", GetOwnershipControls},
      {"PutBucketOwnershipControls", "PUT", kScope, {"ownershipControls"}, "", Document(PutOwnershipControls)},
      {"DeleteBucketOwnershipControls", "DELETE", kScope, {"ownershipControls"}, "", DeleteOwnershipControls},
      {"GetBucketAccelerateConfiguration", "GET", kScope, {"accelerate"}, "", GetAccelerate},
      {"PutBucketAccelerateConfiguration", "PUT", kScope, {"accelerate"}, "", kNotYet},
      {"GetBucketInventory", "GET", kScope, {"inventory"}, "", kNotAllowed},
      {"GetBucketAnalytics", "GET", kScope, {"analytics"}, "", kNotAllowed},
      {"GetBucketMetrics", "GET", kScope, {"metrics"}, "", kNotAllowed},
      {"GetBucketIntelligentTiering", "GET", kScope, {"intelligent-tiering"}, "", kNotAllowed},
      {"GetBucketMirrorBackToSource", "GET", kScope, {"mirrorBackToSource"}, "", kNotAllowed},
      {"GetBucketDirectColdAccess", "GET", kScope, {"directcoldaccess"}, "", kNotAllowed},
      {"GetBucketDisPolicy", "GET", kScope, {"disPolicy"}, "", kNotAllowed},
      {"GetBucketCompressPolicy", "GET", kScope, {"obscompresspolicy"}, "", kNotAllowed},
      {"GetBucketAlias", "GET", kScope, {"obsalias"}, "", kNotAllowed},
      {"GetBucketBackToSource", "GET", kScope, {"backtosource"}, "", kNotAllowed},
  };
}

std::vector<Route> ObjectRoutes() {
  constexpr Scope kScope = Scope::kObject;
  return {
      {"GetObject", "GET", kScope, {}, "", GetObject},
      {"GetObject", "GET", kScope, {"partNumber"}, "", GetObject},
      {"HeadObject", "HEAD", kScope, {}, "", HeadObject},
      {"HeadObject", "HEAD", kScope, {"partNumber"}, "", HeadObject},
      {"PutObject", "PUT", kScope, {}, "", PutObject},
      {"CopyObject", "PUT", kScope, {}, "copy-source", CopyObject},
      {"DeleteObject", "DELETE", kScope, {}, "", DeleteObject},
      {"PreflightCors", "OPTIONS", kScope, {}, "", AnswerPreflight},

      {"CreateMultipartUpload", "POST", kScope, {"uploads"}, "", CreateMultipartUpload},
      {"UploadPart", "PUT", kScope, {"partNumber", "uploadId"}, "", UploadPart},
      {"UploadPartCopy", "PUT", kScope, {"partNumber", "uploadId"}, "copy-source", UploadPartCopy},
      {"ListParts", "GET", kScope, {"uploadId"}, "", ListParts},
      {"CompleteMultipartUpload", "POST", kScope, {"uploadId"}, "", kComplete},
      {"AbortMultipartUpload", "DELETE", kScope, {"uploadId"}, "", AbortMultipartUpload},

      {"GetObjectAcl", "GET", kScope, {"acl"}, "", GetObjectAcl},
      {"PutObjectAcl", "PUT", kScope, {"acl"}, "", Document(PutObjectAcl)},
      {"GetObjectTagging", "GET", kScope, {"tagging"}, "", GetObjectTagging},
      {"PutObjectTagging", "PUT", kScope, {"tagging"}, "", Document(PutObjectTagging)},
      {"DeleteObjectTagging", "DELETE", kScope, {"tagging"}, "", DeleteObjectTagging},
      {"GetObjectAttributes", "GET", kScope, {"attributes"}, "", GetObjectAttributes},
      {"GetObjectRetention", "GET", kScope, {"retention"}, "", GetObjectLock},
      {"PutObjectRetention", "PUT", kScope, {"retention"}, "", kNotYet},
      {"GetObjectLegalHold", "GET", kScope, {"legal-hold"}, "", GetObjectLock},
      {"PutObjectLegalHold", "PUT", kScope, {"legal-hold"}, "", kNotYet},
      {"GetObjectTorrent", "GET", kScope, {"torrent"}, "", kNotAllowed},
      {"RestoreObject", "POST", kScope, {"restore"}, "", kNotYet},
      {"SelectObjectContent", "POST", kScope, {"select"}, "", kNotYet},
      {"ProcessImage", "GET", kScope, {"x-image-process"}, "", kNotAllowed},

      {"AppendObject", "POST", kScope, {"append"}, "", AppendObject},
      {"SetObjectMetadata", "PUT", kScope, {"metadata"}, "", SetObjectMetadata},
      {"ModifyObject", "PUT", kScope, {"modify"}, "", kNotAllowed},
      {"TruncateObject", "PUT", kScope, {"truncate"}, "", kNotAllowed},
      {"RenameObject", "POST", kScope, {"rename"}, "", kNotAllowed},
      {"RenameObject", "PUT", kScope, {"renameObject"}, "", kNotAllowed},
  };
}

bool Matches(const Route& route, const RouteKey& key) {
  return route.scope == key.scope && (route.header.empty() || key.has_header(route.header)) &&
         std::ranges::all_of(route.queries, [&](std::string_view name) { return key.query.Has(name); });
}

std::size_t Specificity(const Route& route) { return route.queries.size() * 2 + (route.header.empty() ? 0 : 1); }

bool IsSubResource(Scope scope, std::string_view name) {
  return std::ranges::any_of(Routes(), [&](const Route& route) {
    return route.scope == scope && std::ranges::find(route.queries, name) != route.queries.end();
  });
}

// Names without a value in a changing request look like sub-resources; "versionId=" of some clients means none.
bool LooksLikeSubResource(const http::QueryParameter& parameter) {
  const std::string& name = parameter.name;
  return parameter.value.empty() && !name.empty() && name != "versionId" && !StartsWithIgnoreCase(name, "x-");
}

std::string AllowedMethods(const RouteKey& key, std::string_view sub_resource) {
  std::vector<std::string> allowed;
  for (const Route& route : Routes()) {
    bool of_it = sub_resource.empty() ? route.queries.empty()
                                      : std::ranges::find(route.queries, sub_resource) != route.queries.end();
    if (route.scope != key.scope || !of_it) continue;
    if (std::ranges::find(allowed, route.method) == allowed.end()) allowed.emplace_back(route.method);
  }
  return Join(allowed, ", ");
}

std::unexpected<Error> WrongMethod(const RouteKey& key, std::string_view sub_resource) {
  std::string allowed = AllowedMethods(key, sub_resource);
  std::string what = sub_resource.empty() ? "this resource" : fmt::format("the sub-resource \"{}\"", sub_resource);
  return InvalidArgument(fmt::format("the method {} cannot be used on {}; it has: {}", key.method, what,
                                     allowed.empty() ? "none" : allowed),
                         "MethodNotAllowed", allowed);
}

}  // namespace

const std::vector<Route>& Routes() {
  static const std::vector<Route> all = [] {
    std::vector<Route> routes = ServiceRoutes();
    for (auto&& part : {BucketRoutes(), ObjectRoutes()}) routes.insert(routes.end(), part.begin(), part.end());
    return routes;
  }();
  return all;
}

iam::Need NeedOf(const Route& route) {
  bool reads = route.method == "GET" || route.method == "HEAD" || route.method == "OPTIONS" ||
               route.action == "SelectObjectContent";
  return {reads ? iam::Operation::kRead : iam::Operation::kWrite, iam::Scope::kProject};
}

Result<const Route*> FindRoute(const RouteKey& key) {
  const Route* best = nullptr;
  for (const Route& route : Routes()) {
    if (route.method != key.method || !Matches(route, key)) continue;
    if (best == nullptr || Specificity(route) > Specificity(*best)) best = &route;
  }
  if (best != nullptr && !best->queries.empty()) return best;
  // A preflight is about the request that shall follow, whose query it has.
  if (best != nullptr && best->method == "OPTIONS") return best;

  bool changes = key.method != "GET" && key.method != "HEAD";
  for (const http::QueryParameter& parameter : key.query) {
    if (IsSubResource(key.scope, parameter.name)) return WrongMethod(key, parameter.name);
    if (changes && LooksLikeSubResource(parameter)) return WrongMethod(key, parameter.name);
  }
  if (best == nullptr) return WrongMethod(key, "");
  return best;
}

}  // namespace atelier::api::s3
