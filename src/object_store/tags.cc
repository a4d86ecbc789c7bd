#include "object_store/tags.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"

namespace atelier::object_store {
namespace {

constexpr std::string_view kSigns = " +-=._:/@";

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kSigns.contains(c);
}

// Of valid UTF-8: no ASCII but letters, digits and signs, and none of the controls U+0080 to U+009F.
bool HasAllowedCharacters(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80 && !IsPlain(text[at])) return false;
    if (byte == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0) return false;
  }
  return true;
}

// Of valid UTF-8: sequences of four bytes are pairs in UTF-16.
std::size_t Utf16Length(std::string_view text) {
  std::size_t units = 0;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

Result<void> CheckText(std::string_view what, std::string_view text, std::size_t limit) {
  if (!IsValidUtf8(text)) return InvalidArgument(fmt::format("the {} of a tag is not UTF-8 text", what), "InvalidTag");
  std::size_t length = Utf16Length(text);
  if (length > limit) {
    return InvalidArgument(
        fmt::format("the {} of a tag has at most {} characters; this one has {}", what, limit, length), "InvalidTag");
  }
  if (!HasAllowedCharacters(text)) {
    return InvalidArgument(
        fmt::format("the {} \"{}\" of a tag has other characters than letters, digits, spaces and + - = . _ : / @",
                    what, text),
        "InvalidTag");
  }
  return {};
}

}  // namespace

Result<void> CheckTag(std::string_view key, std::string_view value) {
  if (key.empty()) return InvalidArgument("the key of a tag is empty; it needs at least one character", "InvalidTag");
  ATELIER_CHECK(CheckText("key", key, kMaxTagKey));
  if (StartsWithIgnoreCase(key, "aws:")) {
    return InvalidArgument(fmt::format("the tag \"{}\" begins with \"aws:\", which is kept for the system", key),
                           "InvalidTag");
  }
  return CheckText("value", value, kMaxTagValue);
}

Result<void> CheckTags(const Tags& tags, Tagged tagged) {
  std::size_t limit = tagged == Tagged::kObject ? kMaxObjectTags : kMaxBucketTags;
  if (tags.size() > limit) {
    return InvalidArgument(fmt::format("{} has at most {} tags; {} were given",
                                       tagged == Tagged::kObject ? "an object" : "a bucket", limit, tags.size()),
                           "InvalidTag");
  }
  for (const auto& [key, value] : tags) ATELIER_CHECK(CheckTag(key, value));
  return {};
}

Result<Tags> ParseTagHeader(std::string_view text) {
  Tags tags;
  if (text.empty()) return tags;
  for (std::string_view piece : Split(text, '&')) {
    std::size_t equals = std::min(piece.find('='), piece.size());
    auto key = PercentDecode(piece.substr(0, equals), /*plus_is_space=*/true);
    auto value = PercentDecode(piece.substr(std::min(equals + 1, piece.size())), /*plus_is_space=*/true);
    if (!key || !value) {
      return InvalidArgument(
          fmt::format("the tagging header must be percent-encoded as a query is; \"{}\" is not", piece),
          "InvalidArgument");
    }
    if (tags.contains(*key)) {
      return InvalidArgument(fmt::format("the tagging header names the key \"{}\" twice", *key), "InvalidArgument");
    }
    tags.emplace(*std::move(key), *std::move(value));
  }
  ATELIER_CHECK(CheckTags(tags, Tagged::kObject));
  return tags;
}

}  // namespace atelier::object_store
