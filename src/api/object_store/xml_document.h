// XML in and out, over pugixml: no DTDs, no entities, any or no namespace accepted.
#pragma once

#include <cstdint>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "auth/object_store_authenticator.h"
#include "base/error.h"
#include "http/message.h"

namespace atelier::api::s3 {

// A document being written. The namespace is declared once, on the root, as a default one: clients of both dialects
// strip or ignore exactly that form.
class XmlDocument {
 public:
  explicit XmlDocument(const char* root);  // no namespace
  XmlDocument(const char* root, auth::Dialect dialect, std::string_view region);

  pugi::xml_node root() { return root_; }
  std::string Text() const;

 private:
  pugi::xml_document document_;
  pugi::xml_node root_;
};

pugi::xml_node AddElement(pugi::xml_node parent, const char* name);
// With what XML cannot carry as in xml_text.h.
void AddText(pugi::xml_node parent, const char* name, std::string_view text);
void AddNumber(pugi::xml_node parent, const char* name, std::uint64_t number);
void AddBool(pugi::xml_node parent, const char* name, bool value);

// 200 with the document, as application/xml.
http::Response XmlResponse(const XmlDocument& document);

// Parses a request body. MalformedXML when it is not XML or its root is another element than `root`.
Result<void> ParseXml(const std::string& body, std::string_view root, pugi::xml_document& into);
// An element's name without a namespace prefix.
std::string_view LocalName(pugi::xml_node node);
// The first child element of that local name, or a null node.
pugi::xml_node ChildOf(pugi::xml_node parent, std::string_view local_name);
// Its text; empty when absent.
std::string_view TextOf(pugi::xml_node parent, std::string_view local_name);

}  // namespace atelier::api::s3
