#include "iam/sealed_text.h"

#include <algorithm>

#include "base/digest.h"
#include "base/strings.h"

namespace atelier::iam {
namespace {

std::string ToUrlAlphabet(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.erase(std::min(text.find('='), text.size()));
  return text;
}

std::optional<std::string> FromUrlAlphabet(std::string_view text) {
  std::string standard(text);
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  while (standard.size() % 4 != 0) standard += '=';
  return Base64Decode(standard);
}

std::string MacOf(std::string_view text, std::string_view secret) {
  return ToUrlAlphabet(Base64Encode(HmacSha256(secret, text)));
}

}  // namespace

std::string Seal(std::string_view prefix, std::string_view payload, std::string_view secret) {
  std::string text = std::string(prefix) + ToUrlAlphabet(Base64Encode(payload));
  return text + "." + MacOf(text, secret);
}

std::optional<std::string> Unseal(std::string_view prefix, std::string_view text, std::string_view secret) {
  auto dot = text.rfind('.');
  if (!text.starts_with(prefix) || dot == std::string_view::npos || dot < prefix.size()) return std::nullopt;
  if (!EqualsConstantTime(text.substr(dot + 1), MacOf(text.substr(0, dot), secret))) return std::nullopt;
  return FromUrlAlphabet(text.substr(prefix.size(), dot - prefix.size()));
}

}  // namespace atelier::iam
