#include "api/object_store/xml_strict.h"

#include <algorithm>

namespace atelier::api::s3 {
namespace {

bool IsText(pugi::xml_node node) { return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata; }

bool IsOnce(Occurs occurs) { return occurs == Occurs::kOnce || occurs == Occurs::kAtMostOnce; }
bool IsNeeded(Occurs occurs) { return occurs == Occurs::kOnce || occurs == Occurs::kAtLeastOnce; }

std::string NamesOf(std::initializer_list<ChildRule> rules) {
  std::vector<std::string> names;
  for (const ChildRule& rule : rules) names.push_back(fmt::format("<{}>", rule.name));
  return Join(names, ", ");
}

bool IsControl(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte == 0x7f || (byte < 0x20 && c != '\t' && c != '\n');
}

}  // namespace

std::unexpected<Error> MalformedXml(std::string message) { return InvalidArgument(std::move(message), "MalformedXML"); }

Result<void> CheckChildren(pugi::xml_node parent, std::initializer_list<ChildRule> rules) {
  std::vector<std::size_t> counts(rules.size());
  for (pugi::xml_node child : parent.children()) {
    if (IsText(child) && !Trim(child.value()).empty()) {
      return MalformedXml(fmt::format("<{}> holds elements, but text was found in it", LocalName(parent)));
    }
    if (child.type() != pugi::node_element) continue;
    const auto* rule = std::ranges::find(rules, LocalName(child), &ChildRule::name);
    if (rule == rules.end()) {
      return MalformedXml(
          fmt::format("<{}> has no element <{}>; it may have {}", LocalName(parent), LocalName(child), NamesOf(rules)));
    }
    std::size_t& count = counts[static_cast<std::size_t>(rule - rules.begin())];
    if (++count > 1 && IsOnce(rule->occurs)) {
      return MalformedXml(fmt::format("<{}> may have <{}> only once", LocalName(parent), rule->name));
    }
  }
  for (const ChildRule& rule : rules) {
    if (IsNeeded(rule.occurs) && counts[static_cast<std::size_t>(&rule - rules.begin())] == 0) {
      return MalformedXml(fmt::format("<{}> needs <{}>", LocalName(parent), rule.name));
    }
  }
  return {};
}

Result<std::string> ReadLeaf(pugi::xml_node leaf) {
  std::string text;
  for (pugi::xml_node child : leaf.children()) {
    if (child.type() == pugi::node_element) {
      return MalformedXml(fmt::format("<{}> holds text, but <{}> was found in it", LocalName(leaf), LocalName(child)));
    }
    if (IsText(child)) text += child.value();
  }
  if (!IsValidUtf8(text) || std::ranges::any_of(text, IsControl)) {
    return MalformedXml(fmt::format("<{}> must hold UTF-8 text without control characters", LocalName(leaf)));
  }
  return text;
}

Result<std::string> ReadText(pugi::xml_node parent, std::string_view name) { return ReadLeaf(ChildOf(parent, name)); }

Result<std::vector<std::string>> ReadTexts(pugi::xml_node parent, std::string_view name) {
  return ReadEach<std::string>(parent, name, ReadLeaf);
}

Result<std::optional<bool>> ReadFlag(pugi::xml_node parent, std::string_view name) {
  pugi::xml_node child = ChildOf(parent, name);
  if (!child) return std::nullopt;
  ATELIER_TRY(std::string text, ReadLeaf(child));
  if (EqualsIgnoreCase(Trim(text), "true")) return true;
  if (EqualsIgnoreCase(Trim(text), "false")) return false;
  return MalformedXml(fmt::format("<{}> must hold true or false, not \"{}\"", name, text));
}

}  // namespace atelier::api::s3
