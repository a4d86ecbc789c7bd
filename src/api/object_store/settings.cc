// Settings of buckets and objects that nobody can set yet: reading one gives the documented answer for "never set", and
// removing one succeeds, for it is not there afterwards.
#include <fmt/format.h>

#include "api/object_store/controllers.h"
#include "api/object_store/headers.h"
#include "api/object_store/xml_bucket.h"

namespace atelier::api::s3 {
namespace {

using http::Response;

Result<void> RequireBucket(const Call& call) {
  ATELIER_CHECK(call.objects().FindBucket(call.caller, call.bucket()));
  return {};
}

Result<void> RequireObject(const Call& call) {
  ATELIER_CHECK(call.objects().Head(call.caller, call.bucket(), call.key(), WantedVersion(call)));
  return {};
}

// 404 with the setting's own code.
Result<Response> NeverSet(const Call& call, std::string_view setting, const char* code) {
  ATELIER_CHECK(RequireBucket(call));
  return NotFound(fmt::format("the bucket \"{}\" has no {}", call.bucket(), setting), code, call.bucket());
}

Result<Response> EmptyDocument(const Call& call, const char* root) {
  ATELIER_CHECK(RequireBucket(call));
  return XmlResponse(XmlDocument(root, call.dialect, call.region()));
}

}  // namespace

Result<Response> GetAcl(const Call& call) {
  bool of_object = !call.key().empty();
  ATELIER_CHECK(of_object ? RequireObject(call) : RequireBucket(call));
  return XmlResponse(RenderPrivateAcl(call.dialect, call.region(), *call.identity.principal, of_object));
}

Result<Response> GetVersioning(const Call& call) { return EmptyDocument(call, "VersioningConfiguration"); }
Result<Response> GetLogging(const Call& call) { return EmptyDocument(call, "BucketLoggingStatus"); }
Result<Response> GetNotification(const Call& call) { return EmptyDocument(call, "NotificationConfiguration"); }
Result<Response> GetAccelerate(const Call& call) { return EmptyDocument(call, "AccelerateConfiguration"); }
Result<Response> GetCustomDomains(const Call& call) { return EmptyDocument(call, "ListBucketCustomDomainsResult"); }

Result<Response> GetPolicy(const Call& call) { return NeverSet(call, "policy", "NoSuchBucketPolicy"); }
Result<Response> GetLifecycle(const Call& call) {
  return NeverSet(call, "lifecycle configuration", "NoSuchLifecycleConfiguration");
}
Result<Response> GetCors(const Call& call) { return NeverSet(call, "CORS configuration", "NoSuchCORSConfiguration"); }
Result<Response> GetBucketTagging(const Call& call) { return NeverSet(call, "tags", "NoSuchTagSet"); }
Result<Response> GetEncryption(const Call& call) {
  return NeverSet(call, "default encryption", "ServerSideEncryptionConfigurationNotFoundError");
}
Result<Response> GetWebsite(const Call& call) {
  return NeverSet(call, "website configuration", "NoSuchWebsiteConfiguration");
}
Result<Response> GetPublicAccessBlock(const Call& call) {
  return NeverSet(call, "public access block", "NoSuchPublicAccessBlockConfiguration");
}
Result<Response> GetReplication(const Call& call) {
  return NeverSet(call, "replication configuration", "ReplicationConfigurationNotFoundError");
}
Result<Response> GetOwnershipControls(const Call& call) {
  return NeverSet(call, "ownership controls", "OwnershipControlsNotFoundError");
}

Result<Response> GetObjectLock(const Call& call) {
  if (call.key().empty()) return NeverSet(call, "object lock", "ObjectLockConfigurationNotFoundError");
  ATELIER_CHECK(RequireObject(call));
  return NotFound(fmt::format("the object \"{}\" has no lock", call.key()), "NoSuchObjectLockConfiguration",
                  call.key());
}

Result<Response> GetObjectTagging(const Call& call) {
  ATELIER_CHECK(RequireObject(call));
  XmlDocument document("Tagging", call.dialect, call.region());
  AddElement(document.root(), "TagSet");
  return XmlResponse(document);
}

Result<Response> GetRequestPayment(const Call& call) {
  ATELIER_CHECK(RequireBucket(call));
  XmlDocument document("RequestPaymentConfiguration", call.dialect, call.region());
  AddText(document.root(), "Payer", "BucketOwner");
  return XmlResponse(document);
}

Result<Response> GetQuota(const Call& call) {
  ATELIER_CHECK(RequireBucket(call));
  XmlDocument document("Quota", call.dialect, call.region());
  AddNumber(document.root(), "StorageQuota", 0);
  return XmlResponse(document);
}

Result<Response> RemoveUnsetBucketSetting(const Call& call) {
  ATELIER_CHECK(RequireBucket(call));
  return Response::Empty(204);
}

Result<Response> RemoveUnsetObjectSetting(const Call& call) {
  ATELIER_CHECK(RequireObject(call));
  return Response::Empty(204);
}

Result<Response> AnswerPreflight(const Call&) {
  return PermissionDenied("CORS is not enabled for this bucket", "AccessForbidden");
}

}  // namespace atelier::api::s3
