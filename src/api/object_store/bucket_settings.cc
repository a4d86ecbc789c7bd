// Settings of a bucket that say what becomes of its objects: versioning, lifecycle, CORS, tags, quota, storage class.
#include <fmt/format.h>

#include "api/object_store/controllers.h"
#include "api/object_store/errors.h"
#include "api/object_store/setting_answers.h"
#include "api/object_store/xml_cors.h"
#include "api/object_store/xml_lifecycle.h"
#include "api/object_store/xml_settings.h"
#include "api/object_store/xml_tagging.h"
#include "api/object_store/xml_versioning.h"
#include "object_store/settings_codec.h"

namespace atelier::api::s3 {

using http::Response;

Result<Response> GetVersioning(const Call& call) {
  return XmlResponse(RenderVersioning(call.dialect, call.region(), call.view->bucket().versioning));
}

Result<Response> PutVersioning(const Call& call, const std::string& body) {
  ATELIER_TRY(object_store::VersioningState state, ParseVersioning(body));
  ATELIER_CHECK(call.objects().SetVersioning(call.caller, call.bucket(), state));
  return Response::Empty(200);
}

Result<Response> GetLifecycle(const Call& call) {
  if (call.view->lifecycle.empty()) return NeverSet(call, "lifecycle configuration", "NoSuchLifecycleConfiguration");
  return XmlResponse(RenderLifecycle(call.dialect, call.region(), call.view->lifecycle));
}

Result<Response> PutLifecycle(const Call& call, const std::string& body) {
  ATELIER_TRY(object_store::LifecycleRules rules, ParseLifecycle(body));
  return StoreSetting(call, setting::kLifecycle, object_store::EncodeLifecycle(rules));
}

Result<Response> DeleteLifecycle(const Call& call) { return RemoveSetting(call, setting::kLifecycle); }

Result<Response> GetCors(const Call& call) {
  if (call.view->cors.empty()) return NeverSet(call, "CORS configuration", "NoSuchCORSConfiguration");
  return XmlResponse(RenderCors(call.dialect, call.region(), call.view->cors));
}

Result<Response> PutCors(const Call& call, const std::string& body) {
  ATELIER_TRY(object_store::CorsRules rules, ParseCors(body));
  return StoreSetting(call, setting::kCors, object_store::EncodeCors(rules));
}

Result<Response> DeleteCors(const Call& call) { return RemoveSetting(call, setting::kCors); }

// A browser asks before it sends what a page wants to send.
Result<Response> AnswerPreflight(const Call& call) {
  auto origin = call.Header("Origin");
  auto method = call.Header("Access-Control-Request-Method");
  if (!origin || !method) {
    return InvalidArgument("a preflight has the headers Origin and Access-Control-Request-Method", "BadRequest");
  }
  ATELIER_TRY(auto view, call.surface.views->Find(call.bucket()));
  auto headers = call.Header("Access-Control-Request-Headers").value_or("");
  auto answer = object_store::MatchPreflight(view->cors, *origin, *method, headers);
  if (!answer) {
    return PermissionDenied(
        fmt::format("no CORS rule of the bucket \"{}\" allows {} from {}", call.bucket(), *method, *origin),
        "AccessForbidden");
  }
  Response response = Response::Empty(200);
  for (auto& [name, value] : *answer) response.headers.Set(name, std::move(value));
  return response;
}

Result<Response> GetBucketTagging(const Call& call) {
  const std::string* text = call.view->Setting(setting::kTagging);
  if (text == nullptr) return NeverSet(call, "tags", "NoSuchTagSet");
  ATELIER_TRY(object_store::Tags tags, object_store::DecodeTags(*text));
  return XmlResponse(RenderTagging(call.dialect, call.region(), tags));
}

Result<Response> PutBucketTagging(const Call& call, const std::string& body) {
  ATELIER_TRY(object_store::Tags tags, ParseTagging(body, object_store::Tagged::kBucket));
  return StoreSetting(call, setting::kTagging, object_store::EncodeTags(tags), 204);
}

Result<Response> DeleteBucketTagging(const Call& call) { return RemoveSetting(call, setting::kTagging); }

// Nothing is encrypted at rest here, and a setting that claims it would be a lie that people build on.
Result<Response> PutEncryption(const Call&, const std::string& body) {
  ATELIER_CHECK(ParseEncryption(body));
  return NotServed("default encryption (this store does not encrypt what lies on its disks; use an encrypted disk)");
}

Result<Response> GetQuota(const Call& call) {
  return XmlResponse(RenderQuota(call.dialect, call.region(), call.view->quota));
}

Result<Response> PutQuota(const Call& call, const std::string& body) {
  ATELIER_TRY(object_store::Quota quota, ParseQuota(body));
  return StoreSetting(call, setting::kQuota, object_store::EncodeQuota(quota));
}

Result<Response> GetBucketStorageClass(const Call& call) {
  return XmlResponse(RenderBucketStorageClass(call.dialect, call.region(), call.view->bucket().storage_class));
}

Result<Response> SetBucketStorageClass(const Call& call, const std::string& body) {
  ATELIER_TRY(std::string storage_class, ParseBucketStorageClass(body));
  ATELIER_CHECK(call.objects().SetStorageClass(call.caller, call.bucket(), storage_class));
  return Response::Empty(200);
}

Result<Response> GetBucketStoragePolicy(const Call& call) {
  return XmlResponse(RenderStoragePolicy(call.dialect, call.region(), call.view->bucket().storage_class));
}

Result<Response> SetBucketStoragePolicy(const Call& call, const std::string& body) {
  ATELIER_TRY(std::string storage_class, ParseStoragePolicy(body));
  ATELIER_CHECK(call.objects().SetStorageClass(call.caller, call.bucket(), storage_class));
  return Response::Empty(200);
}

Result<Response> GetRequestPayment(const Call& call) {
  return XmlResponse(RenderRequestPayment(call.dialect, call.region(), Payer::kBucketOwner));
}

Result<Response> PutRequestPayment(const Call&, const std::string& body) {
  ATELIER_TRY(Payer payer, ParseRequestPayment(body));
  if (payer == Payer::kRequester) return NotServed("payment by the requester (nothing is charged here)");
  return Response::Empty(200);
}

Result<Response> PutLogging(const Call&, const std::string& body) {
  ATELIER_CHECK(ParseLoggingOff(body));
  return Response::Empty(200);
}

Result<Response> PutNotification(const Call&, const std::string& body) {
  ATELIER_CHECK(ParseNotificationOff(body));
  return Response::Empty(200);
}

}  // namespace atelier::api::s3
