#include "api/object_store/xml_delete.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

Result<DeleteItem> ParseItem(pugi::xml_node object, const KeyEncoding& encoding) {
  DeleteItem item;
  item.key = TextOf(object, "Key");
  if (encoding.url()) {
    auto decoded = PercentDecode(item.key, /*plus_is_space=*/true);
    if (!decoded)
      return InvalidArgument(fmt::format("the key \"{}\" is not percent-encoded", item.key), "MalformedXML");
    item.key = *std::move(decoded);
  }
  if (item.key.empty()) return InvalidArgument("every <Object> needs a <Key>", "MalformedXML");
  item.version_id = TextOf(object, "VersionId");
  for (std::string_view condition : {"ETag", "Size", "LastModifiedTime"}) {
    if (ChildOf(object, condition)) item.conditional = true;
  }
  return item;
}

}  // namespace

Result<DeleteRequest> ParseDelete(const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "Delete", document));
  pugi::xml_node root = document.document_element();
  DeleteRequest request;
  request.quiet = EqualsIgnoreCase(Trim(TextOf(root, "Quiet")), "true");
  ATELIER_TRY(request.encoding, KeyEncoding::Parse(TextOf(root, "EncodingType")));
  for (pugi::xml_node child : root.children()) {
    if (LocalName(child) != "Object") continue;
    if (request.items.size() == kMaxDeletes) {
      return InvalidArgument(fmt::format("one request can delete at most {} keys", kMaxDeletes), "MalformedXML");
    }
    ATELIER_TRY(DeleteItem item, ParseItem(child, request.encoding));
    request.items.push_back(std::move(item));
  }
  if (request.items.empty()) return InvalidArgument("the body names no <Object> to delete", "MalformedXML");
  return request;
}

XmlDocument RenderDeleteResult(auth::Dialect dialect, const std::string& region, const DeleteRequest& request,
                               const std::vector<DeleteOutcome>& outcomes) {
  XmlDocument document("DeleteResult", dialect, region);
  pugi::xml_node root = document.root();
  if (request.encoding.url()) AddText(root, "EncodingType", "url");
  for (const DeleteOutcome& outcome : outcomes) {
    bool deleted = outcome.error_code.empty();
    if (deleted && request.quiet) continue;
    pugi::xml_node node = AddElement(root, deleted ? "Deleted" : "Error");
    AddText(node, "Key", request.encoding(outcome.item->key));
    if (!outcome.item->version_id.empty()) AddText(node, "VersionId", outcome.item->version_id);
    if (deleted) continue;
    AddText(node, "Code", outcome.error_code);
    AddText(node, "Message", outcome.error_message);
  }
  return document;
}

}  // namespace atelier::api::s3
