#include "api/object_store/xml_delete.h"

#include <fmt/format.h>

#include "api/object_store/conditions.h"
#include "api/object_store/version_headers.h"
#include "base/clock.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

// <ETag>, <Size> and <LastModifiedTime>: what must hold for the item to be deleted.
Result<void> ParseConditions(pugi::xml_node object, object_store::DeleteRequest& item) {
  if (ChildOf(object, "ETag")) item.if_match = WithoutQuotes(TextOf(object, "ETag"));
  if (ChildOf(object, "Size")) {
    item.if_size = ParseNumber<std::uint64_t>(Trim(TextOf(object, "Size")));
    if (!item.if_size) return InvalidArgument("the <Size> of an object to delete must be a number", "MalformedXML");
  }
  if (ChildOf(object, "LastModifiedTime")) {
    std::string text(Trim(TextOf(object, "LastModifiedTime")));
    item.if_modified = ParseIso8601(text);
    if (!item.if_modified) item.if_modified = ParseHttpDate(text);
    if (!item.if_modified)
      return InvalidArgument("the <LastModifiedTime> of an object to delete must be a time", "MalformedXML");
  }
  return {};
}

Result<object_store::DeleteRequest> ParseItem(pugi::xml_node object, const KeyEncoding& encoding) {
  object_store::DeleteRequest item;
  item.key = TextOf(object, "Key");
  if (encoding.url()) {
    auto decoded = PercentDecode(item.key, /*plus_is_space=*/true);
    if (!decoded)
      return InvalidArgument(fmt::format("the key \"{}\" is not percent-encoded", item.key), "MalformedXML");
    item.key = *std::move(decoded);
  }
  if (item.key.empty()) return InvalidArgument("every <Object> needs a <Key>", "MalformedXML");
  item.version = VersionNamed(TextOf(object, "VersionId"));
  ATELIER_CHECK(ParseConditions(object, item));
  return item;
}

}  // namespace

Result<DeleteDocument> ParseDelete(const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "Delete", document));
  pugi::xml_node root = document.document_element();
  DeleteDocument request;
  request.quiet = EqualsIgnoreCase(Trim(TextOf(root, "Quiet")), "true");
  ATELIER_TRY(request.encoding, KeyEncoding::Parse(TextOf(root, "EncodingType")));
  for (pugi::xml_node child : root.children()) {
    if (LocalName(child) != "Object") continue;
    if (request.items.size() == kMaxDeletes) {
      return InvalidArgument(fmt::format("one request can delete at most {} keys", kMaxDeletes), "MalformedXML");
    }
    ATELIER_TRY(auto item, ParseItem(child, request.encoding));
    request.items.push_back(std::move(item));
  }
  if (request.items.empty()) return InvalidArgument("the body names no <Object> to delete", "MalformedXML");
  return request;
}

XmlDocument RenderDeleteResult(auth::Dialect dialect, const std::string& region, const DeleteDocument& document,
                               const std::vector<DeleteResult>& results) {
  XmlDocument xml("DeleteResult", dialect, region);
  pugi::xml_node root = xml.root();
  if (document.encoding.url()) AddText(root, "EncodingType", "url");
  for (std::size_t i = 0; i < results.size(); ++i) {
    const DeleteResult& result = results[i];
    const object_store::DeleteRequest& item = document.items[i];
    bool deleted = result.error_code.empty();
    if (deleted && document.quiet) continue;
    pugi::xml_node node = AddElement(root, deleted ? "Deleted" : "Error");
    AddText(node, "Key", document.encoding(item.key));
    if (item.version) AddText(node, "VersionId", ShownVersion(*item.version));
    if (deleted && result.outcome.delete_marker) {
      AddBool(node, "DeleteMarker", true);
      AddText(node, "DeleteMarkerVersionId", ShownVersion(result.outcome.version.value_or("")));
    }
    if (deleted) continue;
    AddText(node, "Code", result.error_code);
    AddText(node, "Message", result.error_message);
  }
  return xml;
}

}  // namespace atelier::api::s3
