#include "http/internal/header_parameters.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace atelier::http {
namespace {

bool IsTokenCharacter(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// A cursor over the text; every Take says whether it found what it is named after.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  void SkipSpace() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) rest_.remove_prefix(1);
  }
  bool Take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view TakeToken() {
    std::size_t size = 0;
    while (size < rest_.size() && IsTokenCharacter(rest_[size])) ++size;
    auto token = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return token;
  }
  // Unquoted values are read generously, up to a separator: boundaries with '/' or '=' and names with '[' are common.
  std::string_view TakeBareValue() {
    auto value = rest_.substr(0, rest_.find_first_of("; \t\""));
    rest_.remove_prefix(value.size());
    return value;
  }
  // After the opening quote.
  std::optional<std::string> TakeQuoted() {
    std::string value;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      char c = rest_[i];
      if (c == '"') {
        rest_.remove_prefix(i + 1);
        return value;
      }
      if (c == '\\' && i + 1 < rest_.size() && (rest_[i + 1] == '"' || rest_[i + 1] == '\\')) c = rest_[++i];
      value += c;
    }
    return std::nullopt;
  }

 private:
  std::string_view rest_;
};

std::string Latin1ToUtf8(std::string_view text) {
  std::string result;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      result += c;
    } else {
      result += static_cast<char>(0xC0 | (byte >> 6));
      result += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return result;
}

}  // namespace

std::optional<std::string_view> ParameterizedValue::Get(std::string_view name) const {
  for (const auto& [parameter, text] : parameters)
    if (parameter == name) return text;
  return std::nullopt;
}

Result<ParameterizedValue> ParseParameterizedValue(std::string_view text) {
  auto bad = [&](std::string_view why) {
    return InvalidArgument(fmt::format("expected `value; name=\"text\"`, got `{}`: {}", text, why));
  };
  ParameterizedValue result;
  auto semicolon = text.find(';');
  result.value = ToLower(Trim(text.substr(0, semicolon)));
  if (result.value.empty()) return bad("the value is missing");
  if (semicolon == std::string_view::npos) return result;
  Cursor cursor(text.substr(semicolon + 1));
  for (;;) {
    cursor.SkipSpace();
    if (cursor.at_end()) return result;
    if (cursor.Take(';')) continue;
    auto name = ToLower(cursor.TakeToken());
    if (name.empty() || !cursor.Take('=')) return bad("a parameter needs a name and '='");
    if (result.Get(name)) return bad("a parameter is given twice");
    std::string value;
    if (cursor.Take('"')) {
      auto quoted = cursor.TakeQuoted();
      if (!quoted) return bad("a quoted string does not end");
      value = *std::move(quoted);
    } else {
      value = cursor.TakeBareValue();
    }
    result.parameters.emplace_back(std::move(name), std::move(value));
    cursor.SkipSpace();
    if (!cursor.at_end() && !cursor.Take(';')) return bad("parameters are separated by ';'");
  }
}

std::optional<std::string> DecodeExtendedValue(std::string_view text) {
  auto first = text.find('\'');
  if (first == std::string_view::npos) return std::nullopt;
  auto second = text.find('\'', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  auto bytes = PercentDecode(text.substr(second + 1));
  if (!bytes) return std::nullopt;
  auto charset = text.substr(0, first);
  if (EqualsIgnoreCase(charset, "iso-8859-1")) return Latin1ToUtf8(*bytes);
  if (!EqualsIgnoreCase(charset, "utf-8") || !IsValidUtf8(*bytes)) return std::nullopt;
  return bytes;
}

}  // namespace atelier::http
