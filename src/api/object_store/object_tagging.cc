// Tags of objects.
#include "api/object_store/authorisation.h"
#include "api/object_store/controllers.h"
#include "api/object_store/version_headers.h"
#include "api/object_store/xml_tagging.h"

namespace atelier::api::s3 {
namespace {

using http::Response;
using object_store::ObjectRecord;

Result<Response> SetTags(const Call& call, object_store::Tags tags, int status) {
  auto edit = [&](ObjectRecord& record) -> Result<void> {
    record.attributes.tags = tags;
    return {};
  };
  ATELIER_TRY(ObjectRecord record,
              call.objects().Edit(call.caller, call.bucket(), call.key(), WantedVersion(call), edit));
  Response response = Response::Empty(status);
  AddVersionHeader(call, record.version_id, response.headers);
  return response;
}

}  // namespace

Result<Response> GetObjectTagging(const Call& call) {
  ATELIER_TRY(ObjectRecord record, call.objects().Head(call.caller, call.bucket(), call.key(), WantedVersion(call)));
  Response response = XmlResponse(RenderTagging(call.dialect, call.region(), record.attributes.tags));
  AddVersionHeader(call, record.version_id, response.headers);
  return response;
}

Result<Response> PutObjectTagging(const Call& call, const std::string& body) {
  ATELIER_TRY(object_store::Tags tags, ParseTagging(body, object_store::Tagged::kObject));
  ATELIER_CHECK(AuthoriseTags(call, tags));
  return SetTags(call, std::move(tags), 200);
}

Result<Response> DeleteObjectTagging(const Call& call) { return SetTags(call, {}, 204); }

}  // namespace atelier::api::s3
