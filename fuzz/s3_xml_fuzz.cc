// The XML bodies that clients send to the object store: whatever comes, an answer; what is accepted is within its
// limits, and settings come back the same from what is shown and from what is stored of them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/object_store/xml_acl.h"
#include "api/object_store/xml_bucket.h"
#include "api/object_store/xml_complete.h"
#include "api/object_store/xml_cors.h"
#include "api/object_store/xml_delete.h"
#include "api/object_store/xml_lifecycle.h"
#include "api/object_store/xml_settings.h"
#include "api/object_store/xml_tagging.h"
#include "api/object_store/xml_versioning.h"
#include "object_store/settings_codec.h"

namespace s3 = atelier::api::s3;
namespace store = atelier::object_store;
using atelier::auth::Dialect;

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

template <class Parse, class Render>
auto TryShape(const std::string& body, Parse parse, Render render) {
  auto value = parse(body);
  if (!value) return value;
  for (Dialect dialect : {Dialect::kS3, Dialect::kObs}) {
    auto again = parse(render(dialect, "region", *value).Text());
    Require(again.has_value() && *again == *value);
  }
  return value;
}

// Shown in both dialects and stored, and each read back.
template <class Parse, class Render, class Encode, class Decode>
void TrySetting(const std::string& body, Parse parse, Render render, Encode encode, Decode decode) {
  auto value = TryShape(body, parse, render);
  if (!value) return;
  auto stored = decode(encode(*value));
  Require(stored.has_value() && *stored == *value);
}

void TryDelete(const std::string& body) {
  auto document = s3::ParseDelete(body);
  if (!document) return;
  Require(!document->items.empty() && document->items.size() <= s3::kMaxDeletes);
  std::vector<s3::DeleteResult> results(document->items.size());
  for (std::size_t i = 0; i < results.size(); i += 2) results[i].error_code = "AccessDenied";
  std::string answer = s3::RenderDeleteResult(Dialect::kObs, "region", *document, results).Text();
  pugi::xml_document again;
  Require(s3::ParseXml(answer, "DeleteResult", again).has_value());
}

void TryAcl(const std::string& body) {
  auto acl = s3::ParseAcl(body);
  if (!acl) return;
  Require(!acl->owner_id.empty() && acl->grants.size() <= atelier::access::kMaxGrants);
  Require(atelier::access::DecodeAcl(atelier::access::EncodeAcl(*acl)) == *acl);
  s3::AclShape shape{.acl = *acl, .of_object = false, .display_names = {}};
  auto again = s3::ParseAcl(s3::RenderAcl(Dialect::kObs, "region", shape).Text());
  Require(again.has_value() && again->grants == acl->grants);
}

void TrySettings(const std::string& body) {
  auto of_bucket = [](const std::string& text) { return s3::ParseTagging(text, store::Tagged::kBucket); };
  TrySetting(body, of_bucket, s3::RenderTagging, store::EncodeTags, store::DecodeTags);
  TrySetting(body, s3::ParseCors, s3::RenderCors, store::EncodeCors, store::DecodeCors);
  TrySetting(body, s3::ParseLifecycle, s3::RenderLifecycle, store::EncodeLifecycle, store::DecodeLifecycle);
  TrySetting(body, s3::ParseEncryption, s3::RenderEncryption, store::EncodeEncryption, store::DecodeEncryption);
  TryShape(body, s3::ParseOwnership, s3::RenderOwnership);
  TrySetting(body, s3::ParseQuota, s3::RenderQuota, store::EncodeQuota, store::DecodeQuota);
  TryShape(body, s3::ParseVersioning, s3::RenderVersioning);
  TryShape(body, s3::ParseRequestPayment, s3::RenderRequestPayment);
  (void)s3::ParseBucketStorageClass(body);
  (void)s3::ParseStoragePolicy(body);
  (void)s3::ParseLoggingOff(body);
  (void)s3::ParseNotificationOff(body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string body(reinterpret_cast<const char*>(data), size);
  TryDelete(body);
  if (auto parts = s3::ParseCompleteUpload(body)) Require(!parts->empty() && parts->size() <= 10'000);
  TryAcl(body);
  (void)s3::ParseCreateBucket(body);
  TrySettings(body);
  return 0;
}
