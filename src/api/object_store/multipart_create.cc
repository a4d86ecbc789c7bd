// Multipart uploads: begin and abort.
#include <utility>

#include "api/object_store/checksums.h"
#include "api/object_store/controllers.h"
#include "api/object_store/headers.h"
#include "api/object_store/xml_list.h"

namespace atelier::api::s3 {

using http::Response;

Result<Response> CreateMultipartUpload(const Call& call) {
  ATELIER_TRY(object_store::ObjectKey key, object_store::ObjectKey::Parse(call.key()));
  ATELIER_TRY(object_store::ObjectAttributes attributes, AttributesOf(call));
  ATELIER_TRY(KeyEncoding encoding, KeyEncoding::Parse(call.Query("encoding-type")));
  auto type = call.Prefixed("checksum-type");
  std::optional<DigestKind> kind;
  bool composite = true;
  if (auto algorithm = call.Prefixed("checksum-algorithm")) {
    ATELIER_TRY(kind, ParseChecksumAlgorithm(*algorithm));
    ATELIER_TRY(composite, IsComposite(*kind, type));
  } else if (type) {
    return InvalidArgument("a checksum type needs a checksum algorithm beside it", "InvalidRequest");
  }
  ATELIER_TRY(object_store::MultipartUpload upload,
              call.objects().CreateUpload(call.caller, call.bucket(), key, std::move(attributes), kind, composite));

  XmlDocument document("InitiateMultipartUploadResult", call.dialect, call.region());
  AddText(document.root(), "Bucket", upload.bucket);
  AddText(document.root(), "Key", encoding(upload.key));
  AddText(document.root(), "UploadId", upload.upload_id);
  if (encoding.url()) AddText(document.root(), "EncodingType", "url");
  Response response = XmlResponse(document);
  if (kind) {
    std::string prefix(call.prefix());
    response.headers.Set(prefix + "checksum-algorithm", std::string(NameOf(*kind).algorithm));
    response.headers.Set(prefix + "checksum-type", composite ? "COMPOSITE" : "FULL_OBJECT");
  }
  return response;
}

Result<Response> AbortMultipartUpload(const Call& call) {
  std::string upload_id(call.Query("uploadId").value_or(""));
  ATELIER_CHECK(call.objects().AbortUpload(call.caller, call.bucket(), call.key(), upload_id));
  return Response::Empty(204);
}

}  // namespace atelier::api::s3
