#include "object_store/testing/random_settings.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace atelier::object_store {
namespace {

int Number(Chance& chance, int least, int most) { return std::uniform_int_distribution<int>(least, most)(chance); }
bool Flip(Chance& chance) { return Number(chance, 0, 1) == 1; }

// Between `least` and `most` of the letters, put together.
template <std::size_t Count>
std::string Word(Chance& chance, const std::array<std::string_view, Count>& letters, int least, int most) {
  std::string word;
  for (int left = Number(chance, least, most); left > 0; --left) {
    word += letters[static_cast<std::size_t>(Number(chance, 0, static_cast<int>(Count) - 1))];
  }
  return word;
}

// With what XML and JSON have to escape.
std::string AnyText(Chance& chance, int least, int most) {
  return Word(chance,
              std::to_array<std::string_view>({"a", "Z", " ", "<", ">", "&", "\"", "'", "\\", "/", "\t", "\n", "]]>",
                                               "%41", "\xC3\xBC", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80"}),
              least, most);
}
std::string TagText(Chance& chance, int least) {
  return Word(chance, std::to_array<std::string_view>({"a", "Z", "0", " ", "+", "=", ":", "/", "@", "\xC3\xBC"}), least,
              20);
}
std::string HeaderName(Chance& chance) {
  return Word(chance, std::to_array<std::string_view>({"x", "-", "A", "1", "!"}), 1, 12);
}

TimePoint Midnight(Chance& chance, int first, int last) {
  return std::chrono::sys_days(std::chrono::days(Number(chance, first, last)));
}

template <class Make>
auto Some(Chance& chance, int least, int most, Make make) {
  std::vector<decltype(make())> items;
  for (int left = Number(chance, least, most); left > 0; --left) items.push_back(make());
  return items;
}

// Both in days or both at dates, the transitions before the expiration.
void AddTimes(Chance& chance, LifecycleRule& rule) {
  bool dated = Flip(chance);
  for (std::string_view storage_class : {"STANDARD_IA", "GLACIER", "DEEP_ARCHIVE"}) {
    if (Flip(chance)) continue;
    LifecycleTransition transition{.days = {}, .date = {}, .storage_class = std::string(storage_class)};
    if (dated) transition.date = Midnight(chance, 0, 20'000);
    if (!dated) transition.days = Number(chance, 0, 1000);
    rule.transitions.push_back(std::move(transition));
  }
  if (Flip(chance)) return;
  rule.expiration.emplace();
  if (dated) rule.expiration->date = Midnight(chance, 20'001, 2'900'000);
  if (!dated) rule.expiration->days = Number(chance, 1001, INT32_MAX);
}

void AddNoncurrent(Chance& chance, LifecycleRule& rule) {
  auto keep = [&]() -> std::optional<std::int32_t> {
    if (Flip(chance)) return std::nullopt;
    return Number(chance, 1, 100);
  };
  if (Flip(chance)) {
    rule.noncurrent_transitions.push_back(
        {.days = Number(chance, 0, 9), .keep_newest = keep(), .storage_class = "GLACIER"});
  }
  if (Flip(chance)) rule.noncurrent_expiration = {.days = Number(chance, 10, INT32_MAX), .keep_newest = keep()};
}

LifecycleFilter RandomFilter(Chance& chance) {
  LifecycleFilter filter;
  if (Flip(chance)) filter.prefix = AnyText(chance, 0, 30);
  if (Flip(chance)) filter.tags = RandomTags(chance, 3);
  if (Flip(chance)) filter.larger_than = static_cast<std::uint64_t>(Number(chance, 0, 1000));
  if (Flip(chance)) filter.smaller_than = UINT64_MAX - static_cast<std::uint64_t>(Number(chance, 0, 1000));
  return filter;
}

LifecycleRule RandomRule(Chance& chance, int number) {
  LifecycleRule rule;
  rule.id = std::to_string(number) + AnyText(chance, 0, 10);
  rule.enabled = Flip(chance);
  AddTimes(chance, rule);
  AddNoncurrent(chance, rule);
  if (Flip(chance)) {
    rule.filter = RandomFilter(chance);
  } else {
    rule.bare_prefix = Flip(chance);
    if (rule.bare_prefix) rule.filter.prefix = AnyText(chance, 0, 30);
    rule.abort_uploads_after_days = Number(chance, 1, INT32_MAX);
  }
  bool idle = !rule.expiration && rule.transitions.empty() && !rule.noncurrent_expiration &&
              rule.noncurrent_transitions.empty() && !rule.abort_uploads_after_days;
  if (idle) {
    rule.filter = {};
    rule.expiration.emplace().lone_delete_markers = Flip(chance);
  }
  return rule;
}

}  // namespace

Tags RandomTags(Chance& chance, std::size_t most) {
  Tags tags;
  for (int left = Number(chance, 0, static_cast<int>(most)); left > 0; --left) {
    tags.emplace("k" + TagText(chance, 0), TagText(chance, 0));
  }
  return tags;
}

CorsRules RandomCors(Chance& chance) {
  CorsRules rules;
  for (int number = Number(chance, 1, 5); number > 0; --number) {
    CorsRule rule;
    if (Flip(chance)) rule.id = std::to_string(number) + AnyText(chance, 0, 10);
    rule.origins = Some(chance, 1, 3, [&] { return "https://*." + AnyText(chance, 0, 10); });
    rule.methods = Some(chance, 1, 3, [&] { return std::string(Flip(chance) ? "GET" : "DELETE"); });
    rule.headers = Some(chance, 0, 3, [&] { return HeaderName(chance) + "*"; });
    rule.exposed = Some(chance, 0, 3, [&] { return HeaderName(chance); });
    if (Flip(chance)) rule.max_age_seconds = Number(chance, 0, INT32_MAX);
    rules.push_back(std::move(rule));
  }
  return rules;
}

LifecycleRules RandomLifecycle(Chance& chance) {
  LifecycleRules rules;
  for (int number = Number(chance, 1, 5); number > 0; --number) rules.push_back(RandomRule(chance, number));
  return rules;
}

}  // namespace atelier::object_store
