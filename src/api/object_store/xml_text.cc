#include "api/object_store/xml_text.h"

#include <algorithm>
#include <cstddef>

#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Of the UTF-8 character that the text begins with, or 0 when it begins with none.
std::size_t CharacterLength(std::string_view text) {
  for (std::size_t length = 1; length <= std::min<std::size_t>(4, text.size()); ++length)
    if (IsValidUtf8(text.substr(0, length))) return length;
  return 0;
}

bool IsNul(std::string_view character) { return character.front() == '\0'; }

// Not among the characters of XML 1.0 (section 2.2 of its recommendation).
bool IsNoXml(std::string_view character) {
  auto first = static_cast<unsigned char>(character.front());
  if (first < 0x20) return first != '\t' && first != '\n' && first != '\r';
  return character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";  // U+FFFE, U+FFFF
}

std::string Replace(std::string_view text, bool (*is_bad)(std::string_view)) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    std::size_t length = CharacterLength(text);
    std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    result += length == 0 || is_bad(character) ? kReplacement : character;
    text.remove_prefix(character.size());
  }
  return result;
}

}  // namespace

bool IsNameable(std::string_view text) { return IsValidUtf8(text) && text.find('\0') == std::string_view::npos; }

std::string NameableText(std::string_view text) { return Replace(text, IsNul); }

std::string ReadableText(std::string_view text) { return Replace(text, IsNoXml); }

}  // namespace atelier::api::s3
