#include "api/object_store/xml_cors.h"

#include "api/object_store/xml_strict.h"

namespace atelier::api::s3 {
namespace {

using object_store::CorsRule;
using object_store::CorsRules;

Result<CorsRule> ParseRule(pugi::xml_node node) {
  ATELIER_CHECK(CheckChildren(node, {{"ID", Occurs::kAtMostOnce},
                                     {"AllowedOrigin", Occurs::kAtLeastOnce},
                                     {"AllowedMethod", Occurs::kAtLeastOnce},
                                     {"AllowedHeader", Occurs::kAnyTimes},
                                     {"ExposeHeader", Occurs::kAnyTimes},
                                     {"MaxAgeSeconds", Occurs::kAtMostOnce}}));
  CorsRule rule;
  ATELIER_TRY(rule.id, ReadText(node, "ID"));
  ATELIER_TRY(rule.origins, ReadTexts(node, "AllowedOrigin"));
  ATELIER_TRY(rule.methods, ReadTexts(node, "AllowedMethod"));
  ATELIER_TRY(rule.headers, ReadTexts(node, "AllowedHeader"));
  ATELIER_TRY(rule.exposed, ReadTexts(node, "ExposeHeader"));
  ATELIER_TRY(rule.max_age_seconds, ReadNumber<std::int32_t>(node, "MaxAgeSeconds"));
  return rule;
}

void AddTexts(pugi::xml_node parent, const char* name, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) AddText(parent, name, text);
}

}  // namespace

Result<CorsRules> ParseCors(const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "CORSConfiguration", document));
  pugi::xml_node root = document.document_element();
  ATELIER_CHECK(CheckChildren(root, {{"CORSRule", Occurs::kAtLeastOnce}}));
  ATELIER_TRY(CorsRules rules, ReadEach<CorsRule>(root, "CORSRule", ParseRule));
  ATELIER_CHECK(CheckCors(rules));
  return rules;
}

XmlDocument RenderCors(auth::Dialect dialect, const std::string& region, const CorsRules& rules) {
  XmlDocument document("CORSConfiguration", dialect, region);
  for (const CorsRule& rule : rules) {
    pugi::xml_node node = AddElement(document.root(), "CORSRule");
    if (!rule.id.empty()) AddText(node, "ID", rule.id);
    AddTexts(node, "AllowedMethod", rule.methods);
    AddTexts(node, "AllowedOrigin", rule.origins);
    AddTexts(node, "AllowedHeader", rule.headers);
    if (rule.max_age_seconds) AddNumber(node, "MaxAgeSeconds", static_cast<std::uint64_t>(*rule.max_age_seconds));
    AddTexts(node, "ExposeHeader", rule.exposed);
  }
  return document;
}

}  // namespace atelier::api::s3
