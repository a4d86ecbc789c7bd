#include "tenancy/tag.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/strings.h"

namespace atelier::tenancy {
namespace {

constexpr std::size_t kMostKey = 128;
constexpr std::size_t kMostValue = 255;
constexpr std::string_view kKeySigns = "_.:=+-@ ";
constexpr std::string_view kValueSigns = "_.:/=+-@ ";

std::size_t CountCharacters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool IsMadeOf(std::string_view text, std::string_view signs) {
  return IsValidUtf8(text) && std::ranges::all_of(text, [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  static_cast<unsigned char>(c) >= 0x80U || signs.contains(c);
         });
}

std::unexpected<Error> Refuse(std::string text) {
  return InvalidArgument("tags: " + std::move(text), "ModelArts.0104", "tags");
}

}  // namespace

std::string_view ToString(TaggedKind kind) { return kind == TaggedKind::kService ? "service" : "training-job"; }

Result<void> CheckTags(const std::vector<Tag>& tags) {
  std::set<std::string_view> keys;
  for (const auto& [key, value] : tags) {
    auto shown = IsValidUtf8(key) ? std::string_view(key) : std::string_view("bytes that are no UTF-8");
    bool bounded = !key.empty() && CountCharacters(key) <= kMostKey;
    if (!bounded || !IsMadeOf(key, kKeySigns) || key.front() == ' ' || key.back() == ' ' || key.starts_with("_sys_"))
      return Refuse(
          fmt::format("expected a key of 1 to {} letters, digits, spaces or _.:=+-@, without spaces around it "
                      "and not beginning with _sys_, got '{}'",
                      kMostKey, shown));
    if (CountCharacters(value) > kMostValue || !IsMadeOf(value, kValueSigns))
      return Refuse(
          fmt::format("expected for '{}' a value of at most {} letters, digits, spaces or _.:/=+-@", key, kMostValue));
    if (!keys.insert(key).second) return Refuse(fmt::format("the key '{}' is given twice", key));
  }
  if (tags.size() > kMostTags) return Refuse(fmt::format("expected at most {}, got {}", kMostTags, tags.size()));
  return {};
}

bool Fits(const TagQuery& query, const std::vector<Tag>& tags) {
  if (query.without_any_tag) return tags.empty();
  return std::ranges::all_of(query.tags, [&](const TagCondition& condition) {
    auto tag = std::ranges::find(tags, condition.key, &Tag::key);
    return tag != tags.end() &&
           (condition.values.empty() || std::ranges::find(condition.values, tag->value) != condition.values.end());
  });
}

}  // namespace atelier::tenancy
