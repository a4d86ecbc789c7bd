// Listing objects: v1, v2 and versions share everything but where a page begins and how it is shown.
#include <fmt/format.h>

#include <algorithm>

#include "api/object_store/controllers.h"
#include "api/object_store/page_query.h"
#include "api/object_store/storage_class_words.h"
#include "api/object_store/version_headers.h"
#include "api/object_store/xml_list.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using http::Response;

// Reads the parameters that all listings have; the page is still to be fetched.
Result<ObjectListShape> ListShapeOf(const Call& call) {
  ObjectListShape list;
  list.dialect = call.dialect;
  list.region = call.region();
  list.bucket = call.bucket();
  list.owner = OwnerNamed(call, call.view->bucket().project_id);
  ATELIER_TRY(list.encoding, KeyEncoding::Parse(call.Query("encoding-type")));
  list.prefix = call.Query("prefix").value_or("");
  list.delimiter = call.Query("delimiter").value_or("");
  ATELIER_TRY(list.max_keys, PageLimit(call, "max-keys"));
  return list;
}

Result<void> FetchPage(const Call& call, ObjectListShape& list, std::string after) {
  object_store::ListQuery query{
      .prefix = list.prefix, .delimiter = list.delimiter, .after = std::move(after), .limit = list.max_keys};
  ATELIER_TRY(list.page, call.objects().List(call.caller, call.bucket(), query));
  for (object_store::ObjectRecord& record : list.page.objects)
    record.attributes.storage_class = ShownClass(*call.view, record);
  return {};
}

Response ListResponse(const Call& call, const XmlDocument& document) {
  Response response = XmlResponse(document);
  response.headers.Set(call.obs() ? "x-obs-bucket-location" : "x-amz-bucket-region", call.region());
  return response;
}

}  // namespace

Result<Response> ListObjects(const Call& call) {
  ATELIER_TRY(ObjectListShape list, ListShapeOf(call));
  list.marker = call.Query("marker").value_or("");
  ATELIER_CHECK(FetchPage(call, list, list.marker));
  return ListResponse(call, RenderObjectListV1(list));
}

Result<Response> ListObjectsV2(const Call& call) {
  std::string_view type = call.Query("list-type").value_or("");
  if (type != "2") {
    return InvalidArgument(fmt::format("list-type can only be 2, not \"{}\"", type), "InvalidArgument");
  }
  ATELIER_TRY(ObjectListShape list, ListShapeOf(call));
  list.fetch_owner = EqualsIgnoreCase(call.Query("fetch-owner").value_or(""), "true");
  if (auto start = call.Query("start-after")) list.start_after = std::string(*start);
  std::string after = list.start_after.value_or("");
  if (auto token = call.Query("continuation-token")) {
    list.continuation_token = std::string(*token);
    auto decoded = Base64Decode(*token);
    if (!decoded || decoded->empty()) {
      return InvalidArgument("the continuation-token is not one that this server gave out", "InvalidArgument");
    }
    after = *std::move(decoded);
  }
  ATELIER_CHECK(FetchPage(call, list, std::move(after)));
  list.next_token = Base64Encode(list.page.next_after);
  return ListResponse(call, RenderObjectListV2(list));
}

Result<Response> ListObjectVersions(const Call& call) {
  VersionListShape shape;
  ATELIER_TRY(shape.list, ListShapeOf(call));
  shape.key_marker = call.Query("key-marker").value_or("");
  shape.version_id_marker = call.Query("version-id-marker").value_or("");
  if (shape.key_marker.empty() && !shape.version_id_marker.empty()) {
    return InvalidArgument("a version-id-marker needs the key-marker that it belongs to", "InvalidArgument");
  }
  object_store::VersionQuery query{.prefix = shape.list.prefix,
                                   .delimiter = shape.list.delimiter,
                                   .after_key = shape.key_marker,
                                   .after_version = VersionNamed(shape.version_id_marker),
                                   .limit = shape.list.max_keys};
  ATELIER_TRY(shape.page, call.objects().ListVersions(call.caller, call.bucket(), query));
  return ListResponse(call, RenderVersionList(shape));
}

}  // namespace atelier::api::s3
