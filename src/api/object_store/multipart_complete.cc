// Completing a multipart upload.
#include <fmt/format.h>

#include "api/object_store/checksums.h"
#include "api/object_store/conditions.h"
#include "api/object_store/controllers.h"
#include "api/object_store/headers.h"
#include "api/object_store/version_headers.h"
#include "api/object_store/xml_complete.h"
#include "api/object_store/xml_list.h"

namespace atelier::api::s3 {
namespace {

using http::Response;
using object_store::ObjectRecord;

constexpr std::uint64_t kMinPartS3 = 5ULL << 20;  // of all parts but the last
constexpr std::uint64_t kMinPartObs = 100ULL << 10;

// x-amz-mp-object-size: what the client takes the size to be.
Result<std::optional<std::uint64_t>> ExpectedSize(const Call& call) {
  auto text = call.Prefixed("mp-object-size");
  if (!text) return std::nullopt;
  auto size = ParseNumber<std::uint64_t>(*text);
  if (!size)
    return InvalidArgument(fmt::format("the object size must be a number, not \"{}\"", *text), "InvalidArgument");
  return size;
}

}  // namespace

Result<Response> CompleteMultipartUpload(const Call& call, const std::string& body) {
  object_store::Completion completion;
  ATELIER_TRY(completion.parts, ParseCompleteUpload(body));
  ATELIER_TRY(KeyEncoding encoding, KeyEncoding::Parse(call.Query("encoding-type")));
  ATELIER_TRY(completion.conditions, WriteConditionsOf(call.request.headers));
  ATELIER_TRY(completion.checksum, ChecksumOf(call.request.headers, call.dialect));
  ATELIER_TRY(completion.size, ExpectedSize(call));
  std::string upload_id(call.Query("uploadId").value_or(""));
  completion.min_part_size = call.obs() || call.huawei_sdk ? kMinPartObs : kMinPartS3;
  ATELIER_TRY(ObjectRecord record,
              call.objects().CompleteUpload(call.caller, call.bucket(), call.key(), upload_id, completion));

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
  Response response = XmlResponse(document);
  AddNewVersionHeader(call, record.version_id, response.headers);
  return response;
}

}  // namespace atelier::api::s3
