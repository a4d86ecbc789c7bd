// What is known of an object, changed (OBS: PUT ?metadata) and shown (S3: GET ?attributes) without its bytes.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/object_store/authorisation.h"
#include "api/object_store/checksums.h"
#include "api/object_store/controllers.h"
#include "api/object_store/headers.h"
#include "api/object_store/page_query.h"
#include "api/object_store/version_headers.h"
#include "api/object_store/xml_document.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using http::Response;
using object_store::ObjectAttributes;
using object_store::ObjectRecord;

// REPLACE_NEW adds to what there is and overwrites what has the same name; REPLACE leaves only what is given.
void ChangeAttributes(const Call& call, bool merge, const ObjectAttributes& given, ObjectAttributes& attributes) {
  if (!merge) {
    attributes.content_type = given.content_type;
    attributes.headers = given.headers;
    attributes.metadata = given.metadata;
  } else {
    if (call.Header("Content-Type")) attributes.content_type = given.content_type;
    for (const auto& [name, value] : given.headers) attributes.headers[name] = value;
    for (const auto& [name, value] : given.metadata) attributes.metadata[name] = value;
  }
  if (call.Prefixed("storage-class")) attributes.storage_class = given.storage_class;
}

// The words of x-amz-object-attributes, each known.
Result<std::vector<std::string>> WantedAttributes(const Call& call) {
  std::vector<std::string> wanted;
  for (std::string_view word : Split(call.Prefixed("object-attributes").value_or(""), ',')) {
    std::string_view name = Trim(word);
    if (name.empty()) continue;
    constexpr auto kKnown =
        std::to_array<std::string_view>({"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"});
    if (std::ranges::find(kKnown, name) == kKnown.end()) {
      return InvalidArgument(fmt::format("\"{}\" is no attribute of an object; there are ETag, Checksum, ObjectParts, "
                                         "StorageClass and ObjectSize",
                                         name),
                             "InvalidArgument");
    }
    wanted.emplace_back(name);
  }
  if (wanted.empty()) {
    return InvalidArgument("the header x-amz-object-attributes must name what is asked for", "InvalidRequest");
  }
  return wanted;
}

void AddParts(const ObjectRecord& record, std::size_t after, std::size_t limit, pugi::xml_node root) {
  if (record.part_sizes.empty()) return;
  pugi::xml_node node = AddElement(root, "ObjectParts");
  AddNumber(node, "PartsCount", record.part_sizes.size());
  std::size_t first = std::min(after, record.part_sizes.size());
  std::size_t last = std::min(record.part_sizes.size(), first + limit);
  AddNumber(node, "PartNumberMarker", after);
  AddNumber(node, "NextPartNumberMarker", last);
  AddNumber(node, "MaxParts", limit);
  AddBool(node, "IsTruncated", last < record.part_sizes.size());
  for (std::size_t i = first; i < last; ++i) {
    pugi::xml_node part = AddElement(node, "Part");
    AddNumber(part, "PartNumber", i + 1);
    AddNumber(part, "Size", record.part_sizes[i]);
  }
}

Result<std::size_t> HeaderNumber(const Call& call, std::string_view suffix, std::size_t otherwise) {
  auto text = call.Prefixed(suffix);
  if (!text) return otherwise;
  auto number = ParseNumber<std::size_t>(*text);
  if (!number) return InvalidArgument(fmt::format("{} must be a number, not \"{}\"", suffix, *text), "InvalidArgument");
  return std::min<std::size_t>(*number, 10'000);
}

}  // namespace

Result<Response> SetObjectMetadata(const Call& call) {
  std::string_view directive = call.Prefixed("metadata-directive").value_or("REPLACE_NEW");
  bool merge = EqualsIgnoreCase(directive, "REPLACE_NEW");
  if (!merge && !EqualsIgnoreCase(directive, "REPLACE")) {
    return InvalidArgument(fmt::format("the metadata directive must be REPLACE_NEW or REPLACE, not \"{}\"", directive),
                           "InvalidArgument");
  }
  ATELIER_TRY(ObjectAttributes given, AttributesOf(call));
  auto edit = [&](ObjectRecord& record) -> Result<void> {
    ChangeAttributes(call, merge, given, record.attributes);
    return {};
  };
  ATELIER_TRY(ObjectRecord record,
              call.objects().Edit(call.caller, call.bucket(), call.key(), WantedVersion(call), edit));
  Response response = Response::Empty(200);
  AddObjectHeaders(call, record, response.headers);
  AddVersionHeader(call, record.version_id, response.headers);
  return response;
}

Result<Response> GetObjectAttributes(const Call& call) {
  ATELIER_TRY(std::vector<std::string> wanted, WantedAttributes(call));
  ATELIER_TRY(std::size_t after, HeaderNumber(call, "part-number-marker", 0));
  ATELIER_TRY(std::size_t limit, HeaderNumber(call, "max-parts", 1000));
  ATELIER_TRY(ObjectRecord record, call.objects().Head(call.caller, call.bucket(), call.key(), WantedVersion(call)));
  ATELIER_CHECK(CheckObjectOwner(call, "GetObjectAttributes", *call.view, record));
  auto is_wanted = [&](std::string_view name) { return std::ranges::find(wanted, name) != wanted.end(); };

  XmlDocument document("GetObjectAttributesResponse", call.dialect, call.region());
  pugi::xml_node root = document.root();
  if (is_wanted("ETag")) AddText(root, "ETag", record.etag);
  if (is_wanted("Checksum") && !record.checksums.empty()) {
    pugi::xml_node node = AddElement(root, "Checksum");
    for (const object_store::Checksum& checksum : record.checksums) {
      AddText(node, NameOf(checksum.kind).element, ChecksumText(checksum, record.part_sizes.size()));
      AddText(node, "ChecksumType", checksum.composite ? "COMPOSITE" : "FULL_OBJECT");
    }
  }
  if (is_wanted("ObjectParts")) AddParts(record, after, limit, root);
  if (is_wanted("StorageClass")) AddText(root, "StorageClass", record.attributes.storage_class);
  if (is_wanted("ObjectSize")) AddNumber(root, "ObjectSize", record.size);
  Response response = XmlResponse(document);
  response.headers.Set("Last-Modified", FormatHttpDate(record.last_modified));
  AddVersionHeader(call, record.version_id, response.headers);
  return response;
}

}  // namespace atelier::api::s3
