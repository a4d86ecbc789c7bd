#include "api/object_store/xml_tagging.h"

#include <fmt/format.h>

#include "api/object_store/xml_strict.h"

namespace atelier::api::s3 {

using object_store::Tags;

Result<Tags> ReadTags(pugi::xml_node parent, const char* twice_code) {
  Tags tags;
  for (pugi::xml_node child : parent.children()) {
    if (LocalName(child) != "Tag") continue;
    ATELIER_CHECK(CheckChildren(child, {{"Key", Occurs::kOnce}, {"Value", Occurs::kOnce}}));
    ATELIER_TRY(std::string key, ReadText(child, "Key"));
    ATELIER_TRY(std::string value, ReadText(child, "Value"));
    if (tags.contains(key)) {
      return InvalidArgument(fmt::format("the tag \"{}\" is given twice; give each key once", key), twice_code);
    }
    tags.emplace(std::move(key), std::move(value));
  }
  return tags;
}

void AddTags(pugi::xml_node parent, const Tags& tags) {
  for (const auto& [key, value] : tags) {
    pugi::xml_node tag = AddElement(parent, "Tag");
    AddText(tag, "Key", key);
    AddText(tag, "Value", value);
  }
}

Result<Tags> ParseTagging(const std::string& body, object_store::Tagged tagged) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "Tagging", document));
  ATELIER_CHECK(CheckChildren(document.document_element(), {{"TagSet", Occurs::kOnce}}));
  pugi::xml_node set = ChildOf(document.document_element(), "TagSet");
  ATELIER_CHECK(CheckChildren(set, {{"Tag", Occurs::kAnyTimes}}));
  ATELIER_TRY(Tags tags, ReadTags(set, "InvalidTag"));
  ATELIER_CHECK(CheckTags(tags, tagged));
  return tags;
}

XmlDocument RenderTagging(auth::Dialect dialect, const std::string& region, const Tags& tags) {
  XmlDocument document("Tagging", dialect, region);
  AddTags(AddElement(document.root(), "TagSet"), tags);
  return document;
}

}  // namespace atelier::api::s3
