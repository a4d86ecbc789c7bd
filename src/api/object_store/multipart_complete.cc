// Completing a multipart upload.
#include <fmt/format.h>

#include "api/object_store/checksums.h"
#include "api/object_store/conditions.h"
#include "api/object_store/controllers.h"
#include "api/object_store/errors.h"
#include "api/object_store/headers.h"
#include "api/object_store/xml_complete.h"
#include "api/object_store/xml_list.h"

namespace atelier::api::s3 {
namespace {

using http::Response;
using object_store::ObjectRecord;

constexpr std::uint64_t kMinPartS3 = 5ULL << 20;  // of all parts but the last
constexpr std::uint64_t kMinPartObs = 100ULL << 10;

// A checksum of the whole object can only be held against it before it is committed, which the store does not offer.
Result<void> RefuseObjectChecksum(const Call& call) {
  ATELIER_TRY(auto checksum, ChecksumOf(call.request.headers, call.dialect));
  if (!checksum) return {};
  return NotServed(fmt::format("a checksum of the whole object on completing an upload (x-amz-checksum-{})",
                               NameOf(checksum->kind).header));
}

}  // namespace

Result<Response> CompleteMultipartUpload(const Call& call, const std::string& body) {
  ATELIER_CHECK(RefuseObjectChecksum(call));
  ATELIER_TRY(std::vector<object_store::CompletedPart> parts, ParseCompleteUpload(body));
  ATELIER_TRY(KeyEncoding encoding, KeyEncoding::Parse(call.Query("encoding-type")));
  ATELIER_TRY(object_store::WriteConditions conditions, WriteConditionsOf(call.request.headers));
  std::string upload_id(call.Query("uploadId").value_or(""));
  std::uint64_t min_part = call.obs() || call.huawei_sdk ? kMinPartObs : kMinPartS3;
  ATELIER_TRY(ObjectRecord record, call.objects().CompleteUpload(call.caller, call.bucket(), call.key(), upload_id,
                                                                 parts, min_part, conditions));

  XmlDocument document("CompleteMultipartUploadResult", call.dialect, call.region());
  pugi::xml_node root = document.root();
  if (encoding.url()) AddText(root, "EncodingType", "url");
  AddText(root, "Location", LocationOf(call));
  AddText(root, "Bucket", record.bucket);
  AddText(root, "Key", encoding(record.key));
  AddText(root, "ETag", QuotedEtag(record.etag));
  for (const object_store::Checksum& checksum : record.checksums) {
    AddText(root, NameOf(checksum.kind).element, ChecksumText(checksum, record.part_sizes.size()));
    AddText(root, "ChecksumType", checksum.composite ? "COMPOSITE" : "FULL_OBJECT");
  }
  return XmlResponse(document);
}

}  // namespace atelier::api::s3
