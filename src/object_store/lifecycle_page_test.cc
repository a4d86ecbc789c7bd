#include "object_store/lifecycle_page.h"

#include <gtest/gtest.h>

#include "object_store/testing/lifecycle_rules.h"

namespace atelier::object_store {
namespace {

// Times are whole days since 1970; a day is a day.
TimePoint Day(int number) { return TimePoint(number * kDay); }

LifecycleRule Aborts(std::string prefix) {
  LifecycleRule rule = Rule(std::move(prefix));
  rule.abort_uploads_after_days = 1;
  return rule;
}

// "k" "v5" made on day 5; "k" "m5" is a delete marker.
ObjectRecord Version(std::string key, std::string id) {
  ObjectRecord record;
  record.key = std::move(key);
  record.version_id = id;
  record.last_modified = Day(std::stoi(id.substr(1)));
  record.delete_marker = id[0] == 'm';
  if (!record.delete_marker) record.etag = "etag of " + id;
  record.size = 10;
  return record;
}

// "k" for the current version, "k v5" for a noncurrent one, "k m5 newest" for a lone delete marker.
std::string Text(const DeleteRequest& request) {
  bool newest = request.place == RequiredPlace::kNewest;
  EXPECT_NE(request.place, RequiredPlace::kAny);
  EXPECT_TRUE(request.if_match && request.if_modified);
  if (!request.version) return request.key + (newest ? "" : " but noncurrent");
  return request.key + " " + *request.version + (newest ? " newest" : "");
}

// What is due of `all`, listed by pages of every size: it must always be the same.
std::vector<std::string> Due(const LifecycleRules& rules, const std::vector<ObjectRecord>& all, int today) {
  std::optional<std::vector<std::string>> whole;
  for (std::size_t size = all.size(); size >= 1; --size) {
    std::vector<std::string> due;
    KeySoFar so_far;
    for (std::size_t begin = 0; begin < all.size(); begin += size) {
      std::size_t end = std::min(begin + size, all.size());
      VersionPage page;
      page.versions.assign(all.begin() + static_cast<std::ptrdiff_t>(begin),
                           all.begin() + static_cast<std::ptrdiff_t>(end));
      page.truncated = end < all.size();
      for (const auto& request : DueOf(rules, page, {Day(today)}, so_far)) due.push_back(Text(request));
    }
    if (!whole) whole = due;
    EXPECT_EQ(due, *whole) << "pages of " << size;
  }
  return whole.value_or(std::vector<std::string>());
}

struct Case {
  std::string what;
  LifecycleRules rules;
  std::vector<ObjectRecord> versions;
  int today;
  std::vector<std::string> due;
};

TEST(LifecyclePage, SaysWhatIsDue) {
  const std::vector<ObjectRecord> history = {Version("k", "v9"), Version("k", "v6"), Version("k", "m4"),
                                             Version("k", "v2"), Version("l", "v8"), Version("l", "v1")};
  LifecycleRule off = Expires(1);
  off.enabled = false;
  for (const Case& c : std::vector<Case>{
           {"no rules", {}, history, 100, {}},
           {"a rule that is off", {off}, history, 100, {}},
           {"current ones, by age", {Expires(3)}, history, 11, {"l"}},
           {"current ones, all", {Expires(3)}, history, 12, {"k", "l"}},
           {"of a prefix", {Expires(3, "k")}, history, 12, {"k"}},
           {"noncurrent ones, from when they became so", {ExpiresNoncurrent(3)}, history, 9, {"k m4", "k v2"}},
           {"on the very day", {ExpiresNoncurrent(3)}, history, 7, {"k v2"}},
           {"the newest noncurrent ones stay", {ExpiresNoncurrent(1, 1)}, history, 50, {"k m4", "k v2"}},
           {"two of them", {ExpiresNoncurrent(1, 2)}, history, 50, {"k v2"}},
           {"a current marker does not expire", {Expires(1)}, {Version("k", "m9"), Version("k", "v1")}, 50, {}},
           {"nor is it removed while others are there",
            {RemovesMarkers()},
            {Version("k", "m9"), Version("k", "v1"), Version("l", "v1")},
            50,
            {}},
           {"a lone marker",
            {RemovesMarkers()},
            {Version("j", "m9"), Version("k", "m9"), Version("l", "v1"), Version("m", "m9")},
            9,
            {"j m9 newest", "k m9 newest", "m m9 newest"}},
           {"a lone marker, by age", {Expires(3)}, {Version("k", "m9"), Version("l", "m5")}, 8, {"l m5 newest"}},
           {"all kinds at once",
            {Expires(3), ExpiresNoncurrent(2, 1)},
            {Version("a", "m1"), Version("k", "v9"), Version("k", "v6"), Version("k", "v2"), Version("z", "m1")},
            12,
            {"a m1 newest", "k", "k v2", "z m1 newest"}},
       }) {
    EXPECT_EQ(Due(c.rules, c.versions, c.today), c.due) << c.what;
  }
}

TEST(LifecyclePage, AsksForExactlyWhatWasJudged) {
  VersionPage page;
  page.versions = {Version("k", "v9"), Version("k", "v6")};
  KeySoFar so_far;
  auto due = DueOf({Expires(1), ExpiresNoncurrent(1)}, page, {Day(50)}, so_far);
  ASSERT_EQ(due.size(), 2U);
  EXPECT_EQ(due[0].if_match, "etag of v9");
  EXPECT_EQ(due[0].if_modified, Day(9));
  EXPECT_EQ(due[1].if_match, "etag of v6");
  EXPECT_EQ(due[1].if_modified, Day(6));
}

TEST(LifecyclePage, TagsAndSizesFilter) {
  LifecycleRule tagged = Expires(1), large = Expires(1);
  tagged.filter.tags = {{"a", "1"}};
  large.filter.larger_than = 100;
  std::vector<ObjectRecord> all = {Version("k", "v1"), Version("l", "v1"), Version("m", "v1")};
  all[1].attributes.tags = {{"a", "1"}, {"b", "2"}};
  all[2].size = 101;
  EXPECT_EQ(Due({tagged}, all, 50), std::vector<std::string>{"l"});
  EXPECT_EQ(Due({large}, all, 50), std::vector<std::string>{"m"});
}

TEST(LifecyclePage, ADayMayBeShort) {
  VersionPage page;
  page.versions = {Version("k", "v0")};
  auto due = [&](int seconds) {
    KeySoFar so_far;
    return DueOf({Expires(2)}, page, {TimePoint(std::chrono::seconds(seconds)), std::chrono::seconds(3)}, so_far)
        .size();
  };
  EXPECT_EQ(due(5), 0U);
  EXPECT_EQ(due(6), 1U);
}

TEST(LifecyclePage, OnlyWhatSomeRuleConcernsIsListed) {
  LifecycleRule off = Expires(1, "zzz"), moves = Rule("m/");
  off.enabled = false;
  moves.transitions.emplace_back().days = 1;
  struct PrefixCase {
    std::string what;
    LifecycleRules rules;
    std::optional<std::string> versions, uploads;
  };
  for (const auto& [what, rules, versions, uploads] : std::vector<PrefixCase>{
           {"no rules", {}, {}, {}},
           {"rules that delete nothing", {off, moves}, {}, {}},
           {"one rule", {Expires(1, "logs/")}, "logs/", {}},
           {"what the prefixes share", {Expires(1, "logs/old/"), Expires(1, "logs/older/")}, "logs/old", {}},
           {"nothing shared", {Expires(1, "logs/"), RemovesMarkers()}, "", {}},
           {"other rules do not count", {Expires(1, "a/"), Aborts("b/1"), Aborts("b/2"), moves, off}, "a/", "b/"},
           {"noncurrent ones", {ExpiresNoncurrent(1)}, "", {}},
       }) {
    EXPECT_EQ(PrefixOfDueVersions(rules), versions) << what;
    EXPECT_EQ(PrefixOfDueUploads(rules), uploads) << what;
  }
}

}  // namespace
}  // namespace atelier::object_store
