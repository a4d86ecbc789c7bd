#include "api/object_store/xml_document.h"

#include <fmt/format.h>

#include <utility>

#include "api/object_store/xml_text.h"

namespace atelier::api::s3 {
namespace {

// A bare carriage return would be read as a line feed, and pugixml does not escape it. It writes none of its own.
struct StringWriter final : pugi::xml_writer {
  std::string text;
  void write(const void* data, std::size_t size) override {
    std::string_view rest(static_cast<const char*>(data), size);
    for (auto at = rest.find('\r'); at != std::string_view::npos; at = rest.find('\r')) {
      text.append(rest.substr(0, at)).append("&#13;");
      rest.remove_prefix(at + 1);
    }
    text.append(rest);
  }
};

std::string NamespaceOf(auth::Dialect dialect, std::string_view region) {
  if (dialect == auth::Dialect::kS3) return "http://s3.amazonaws.com/doc/2006-03-01/";
  return fmt::format("http://obs.{}.myhuaweicloud.com/doc/2015-06-30/", region);
}

}  // namespace

XmlDocument::XmlDocument(const char* root) {
  pugi::xml_node declaration = document_.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  root_ = document_.append_child(root);
}

XmlDocument::XmlDocument(const char* root, auth::Dialect dialect, std::string_view region) : XmlDocument(root) {
  root_.append_attribute("xmlns") = NamespaceOf(dialect, region).c_str();
}

std::string XmlDocument::Text() const {
  StringWriter writer;
  document_.save(writer, "", pugi::format_raw, pugi::encoding_utf8);
  return std::move(writer.text);
}

pugi::xml_node AddElement(pugi::xml_node parent, const char* name) { return parent.append_child(name); }

void AddText(pugi::xml_node parent, const char* name, std::string_view text) {
  pugi::xml_node node = parent.append_child(name);
  if (text.empty()) return;
  if (!IsNameable(text)) {
    node.text().set(NameableText(text).c_str());
    return;
  }
  node.text().set(text.data(), text.size());
}

void AddNumber(pugi::xml_node parent, const char* name, std::uint64_t number) {
  AddText(parent, name, fmt::format_int(number).str());
}

void AddBool(pugi::xml_node parent, const char* name, bool value) { AddText(parent, name, value ? "true" : "false"); }

http::Response XmlResponse(const XmlDocument& document) {
  return http::Response::Text(200, document.Text(), "application/xml");
}

Result<void> ParseXml(const std::string& body, std::string_view root, pugi::xml_document& into) {
  pugi::xml_parse_result parsed = into.load_buffer(
      body.data(), body.size(), pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
  if (!parsed) {
    return InvalidArgument(
        fmt::format("the body is not well-formed XML: {} at byte {}", parsed.description(), parsed.offset),
        "MalformedXML");
  }
  std::string_view found = LocalName(into.document_element());
  if (found != root) {
    return InvalidArgument(fmt::format("the body's root element must be <{}>, not <{}>", root, found), "MalformedXML");
  }
  return {};
}

std::string_view LocalName(pugi::xml_node node) {
  std::string_view name = node.name();
  auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node ChildOf(pugi::xml_node parent, std::string_view local_name) {
  for (pugi::xml_node child : parent.children()) {
    if (LocalName(child) == local_name) return child;
  }
  return {};
}

std::string_view TextOf(pugi::xml_node parent, std::string_view local_name) {
  return ChildOf(parent, local_name).text().get();
}

}  // namespace atelier::api::s3
