// The XML bodies that clients send to the object store: whatever comes, an answer, and what is accepted is within its
// limits.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/object_store/xml_acl.h"
#include "api/object_store/xml_bucket.h"
#include "api/object_store/xml_complete.h"
#include "api/object_store/xml_delete.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace s3 = atelier::api::s3;
  std::string body(reinterpret_cast<const char*>(data), size);
  if (auto request = s3::ParseDelete(body)) {
    if (request->items.empty() || request->items.size() > s3::kMaxDeletes) std::abort();
    std::vector<s3::DeleteOutcome> outcomes;
    for (const s3::DeleteItem& item : request->items) outcomes.push_back({&item, item.version_id, "refused"});
    std::string answer = s3::RenderDeleteResult(atelier::auth::Dialect::kObs, "region", *request, outcomes).Text();
    pugi::xml_document again;
    if (!s3::ParseXml(answer, "DeleteResult", again)) std::abort();
  }
  if (auto parts = s3::ParseCompleteUpload(body)) {
    if (parts->empty() || parts->size() > 10'000) std::abort();
  }
  if (auto acl = s3::ParseAcl(body)) {
    if (acl->owner_id.empty() || acl->grants.size() > atelier::access::kMaxGrants) std::abort();
    if (atelier::access::DecodeAcl(atelier::access::EncodeAcl(*acl)) != *acl) std::abort();
    s3::AclShape shape{.acl = *acl, .of_object = false, .display_names = {}};
    auto again = s3::ParseAcl(s3::RenderAcl(atelier::auth::Dialect::kObs, "region", shape).Text());
    if (!again || again->grants != acl->grants) std::abort();
  }
  (void)s3::ParseCreateBucket(body);
  return 0;
}
