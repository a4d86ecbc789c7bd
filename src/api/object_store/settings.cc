// Settings of buckets and objects that nobody can set yet: reading one gives the documented answer for "never set", and
// removing one succeeds, for it is not there afterwards.
#include <fmt/format.h>

#include "api/object_store/controllers.h"
#include "api/object_store/setting_answers.h"
#include "api/object_store/version_headers.h"
#include "api/object_store/xml_document.h"

namespace atelier::api::s3 {
namespace {

using http::Response;

Result<void> RequireObject(const Call& call) {
  ATELIER_CHECK(call.objects().Head(call.caller, call.bucket(), call.key(), WantedVersion(call)));
  return {};
}

Response EmptyDocument(const Call& call, const char* root) {
  return XmlResponse(XmlDocument(root, call.dialect, call.region()));
}

}  // namespace

Result<Response> GetLogging(const Call& call) { return EmptyDocument(call, "BucketLoggingStatus"); }
Result<Response> GetNotification(const Call& call) { return EmptyDocument(call, "NotificationConfiguration"); }
Result<Response> GetAccelerate(const Call& call) { return EmptyDocument(call, "AccelerateConfiguration"); }
Result<Response> GetCustomDomains(const Call& call) { return EmptyDocument(call, "ListBucketCustomDomainsResult"); }

Result<Response> GetEncryption(const Call& call) {
  return NeverSet(call, "default encryption", "ServerSideEncryptionConfigurationNotFoundError");
}
Result<Response> GetWebsite(const Call& call) {
  return NeverSet(call, "website configuration", "NoSuchWebsiteConfiguration");
}
Result<Response> GetReplication(const Call& call) {
  return NeverSet(call, "replication configuration", "ReplicationConfigurationNotFoundError");
}

Result<Response> GetObjectLock(const Call& call) {
  if (call.key().empty()) return NeverSet(call, "object lock", "ObjectLockConfigurationNotFoundError");
  ATELIER_CHECK(RequireObject(call));
  return NotFound(fmt::format("the object \"{}\" has no lock", call.key()), "NoSuchObjectLockConfiguration",
                  call.key());
}

Result<Response> RemoveUnsetBucketSetting(const Call&) { return Response::Empty(204); }

}  // namespace atelier::api::s3
