// What has been uploaded so far: parts of one upload, uploads of a bucket.
#include <fmt/format.h>

#include "api/object_store/controllers.h"
#include "api/object_store/page_query.h"
#include "api/object_store/xml_list.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using http::Response;

Result<int> PartMarkerOf(const Call& call) {
  std::string_view text = call.Query("part-number-marker").value_or("");
  if (text.empty()) return 0;
  auto number = ParseNumber<int>(text);
  if (number && *number >= 0) return *number;
  return InvalidArgument(fmt::format("part-number-marker must be a number, not \"{}\"", text), "InvalidArgument");
}

}  // namespace

Result<Response> ListParts(const Call& call) {
  std::string upload_id(call.Query("uploadId").value_or(""));
  PartListShape list;
  list.dialect = call.dialect;
  list.region = call.region();
  list.owner = OwnerNamed(call, call.view->bucket().project_id);
  ATELIER_TRY(list.encoding, KeyEncoding::Parse(call.Query("encoding-type")));
  ATELIER_TRY(list.after, PartMarkerOf(call));
  ATELIER_TRY(list.max_parts, PageLimit(call, "max-parts"));
  ATELIER_TRY(list.upload, call.objects().FindUpload(call.caller, call.bucket(), call.key(), upload_id));
  // One more than asked for tells whether there is a next page.
  ATELIER_TRY(list.parts, call.objects().ListParts(call.caller, call.bucket(), call.key(), upload_id, list.after,
                                                   list.max_parts + 1));
  list.truncated = list.max_parts > 0 && list.parts.size() > list.max_parts;
  if (list.parts.size() > list.max_parts) list.parts.resize(list.max_parts);
  return XmlResponse(RenderPartList(list));
}

Result<Response> ListMultipartUploads(const Call& call) {
  UploadListShape list;
  list.dialect = call.dialect;
  list.region = call.region();
  list.bucket = call.bucket();
  list.owner = OwnerNamed(call, call.view->bucket().project_id);
  ATELIER_TRY(list.encoding, KeyEncoding::Parse(call.Query("encoding-type")));
  list.prefix = call.Query("prefix").value_or("");
  list.delimiter = call.Query("delimiter").value_or("");
  list.key_marker = call.Query("key-marker").value_or("");
  // Without a key, an upload id says nothing about where to go on.
  if (!list.key_marker.empty()) list.upload_id_marker = call.Query("upload-id-marker").value_or("");
  ATELIER_TRY(list.max_uploads, PageLimit(call, "max-uploads"));
  ATELIER_TRY(auto page, call.objects().ListUploads(call.caller, call.bucket(), list.prefix, list.delimiter,
                                                    list.key_marker, list.upload_id_marker, list.max_uploads));
  list.uploads = std::move(page.uploads);
  list.common_prefixes = std::move(page.common_prefixes);
  list.truncated = page.truncated;
  list.next_key = std::move(page.next_key);
  list.next_upload_id = std::move(page.next_upload_id);
  return XmlResponse(RenderUploadList(list));
}

}  // namespace atelier::api::s3
