#include "object_store/lifecycle_decisions.h"

#include <gtest/gtest.h>

namespace atelier::object_store {
namespace {

TimePoint At(std::string_view text) { return *ParseIso8601(text); }

const TimePoint kMade = At("2026-01-15T10:30:00Z");

LifecycleRule Rule(std::string id, std::optional<std::string> prefix = std::nullopt) {
  LifecycleRule rule;
  rule.id = std::move(id);
  rule.enabled = true;
  rule.filter.prefix = std::move(prefix);
  return rule;
}
LifecycleRule ExpiresAfter(std::string id, int days, std::optional<std::string> prefix = std::nullopt) {
  LifecycleRule rule = Rule(std::move(id), std::move(prefix));
  rule.expiration.emplace().days = days;
  return rule;
}
LifecycleRule ExpiresAt(std::string id, std::string_view date) {
  LifecycleRule rule = Rule(std::move(id));
  rule.expiration.emplace().date = At(date);
  return rule;
}

// "2026-01-19T00:00:00.000Z by r", or "never".
std::string Text(const std::optional<LifecycleDue>& due) {
  return due ? FormatIso8601(due->when) + " by " + due->rule_id : "never";
}
std::string Expiry(const LifecycleRules& rules, std::string_view key = "k", std::uint64_t size = 10,
                   const Tags& tags = {}) {
  return Text(ExpiryOf(rules, key, size, tags, kMade));
}

TEST(LifecycleExpiry, RoundsUpToMidnight) {
  struct Case {
    std::string made;
    int days;
    std::string when;
  };
  for (const Case& c : std::vector<Case>{
           {"2026-01-15T10:30:00Z", 3, "2026-01-19T00:00:00.000Z"},
           {"2026-01-15T00:00:00.001Z", 1, "2026-01-17T00:00:00.000Z"},
           {"2026-01-15T00:00:00Z", 1, "2026-01-16T00:00:00.000Z"},
           {"2026-01-15T23:59:59.999Z", 1, "2026-01-17T00:00:00.000Z"},
           {"2024-02-28T12:00:00Z", 1, "2024-03-01T00:00:00.000Z"},
           {"1969-12-30T10:00:00Z", 1, "1970-01-01T00:00:00.000Z"},
           {"1969-12-29T10:00:00Z", 1, "1969-12-31T00:00:00.000Z"},
           {"2026-01-15T10:30:00Z", INT32_MAX, "9999-12-31T00:00:00.000Z"},
       }) {
    EXPECT_EQ(Text(ExpiryOf({ExpiresAfter("r", c.days)}, "k", 1, {}, At(c.made))), c.when + " by r") << c.made;
  }
}

TEST(LifecycleExpiry, TakesDaysOfAnyLength) {
  Milliseconds day = std::chrono::seconds(10);
  auto due = [&](int millis) {
    return ToUnixMillis(ExpiryOf({ExpiresAfter("r", 2)}, "k", 1, {}, FromUnixMillis(millis), day)->when);
  };
  EXPECT_EQ(due(0), 20'000);
  EXPECT_EQ(due(1), 30'000);
  EXPECT_EQ(due(10'000), 30'000);
}

TEST(LifecycleExpiry, TakesTheRuleThatComesFirst) {
  EXPECT_EQ(Expiry({}), "never");
  EXPECT_EQ(Expiry({ExpiresAfter("a", 9), ExpiresAfter("b", 3)}), "2026-01-19T00:00:00.000Z by b");
  EXPECT_EQ(Expiry({ExpiresAfter("a", 3), ExpiresAfter("b", 3)}), "2026-01-19T00:00:00.000Z by a");
  EXPECT_EQ(Expiry({ExpiresAfter("a", 3), ExpiresAt("b", "2020-01-01T00:00:00Z")}), "2020-01-01T00:00:00.000Z by b");
  LifecycleRule off = ExpiresAfter("off", 1);
  off.enabled = false;
  EXPECT_EQ(Expiry({off}), "never");
  LifecycleRule markers = Rule("markers");
  markers.expiration.emplace().lone_delete_markers = true;
  EXPECT_EQ(Expiry({markers}), "never");
}

TEST(LifecycleExpiry, OfWhatTheFilterCovers) {
  struct Case {
    LifecycleFilter filter;
    std::string key;
    std::uint64_t size;
    Tags tags;
    bool covered;
  };
  LifecycleFilter prefix{.prefix = "a/", .tags = {}, .larger_than = {}, .smaller_than = {}};
  LifecycleFilter tags{.prefix = {}, .tags = {{"t", "1"}, {"u", ""}}, .larger_than = {}, .smaller_than = {}};
  LifecycleFilter sizes{.prefix = {}, .tags = {}, .larger_than = 10, .smaller_than = 20};
  LifecycleFilter all{.prefix = "a/", .tags = {{"t", "1"}}, .larger_than = 10, .smaller_than = {}};
  for (const Case& c : std::vector<Case>{
           {{}, "", 0, {}, true},
           {prefix, "a/b", 0, {}, true},
           {prefix, "a/", 0, {}, true},
           {prefix, "a", 0, {}, false},
           {prefix, "b/a/", 0, {}, false},
           {tags, "k", 0, {{"t", "1"}, {"u", ""}, {"v", "2"}}, true},
           {tags, "k", 0, {{"t", "1"}}, false},
           {tags, "k", 0, {{"t", "2"}, {"u", ""}}, false},
           {sizes, "k", 10, {}, false},
           {sizes, "k", 11, {}, true},
           {sizes, "k", 19, {}, true},
           {sizes, "k", 20, {}, false},
           {all, "a/k", 11, {{"t", "1"}}, true},
           {all, "b/k", 11, {{"t", "1"}}, false},
           {all, "a/k", 10, {{"t", "1"}}, false},
           {all, "a/k", 11, {}, false},
       }) {
    LifecycleRule rule = ExpiresAfter("r", 1);
    rule.filter = c.filter;
    EXPECT_EQ(ExpiryOf({rule}, c.key, c.size, c.tags, kMade).has_value(), c.covered) << c.key << " " << c.size;
  }
}

TEST(LifecycleExpiry, IsShownInAHeader) {
  EXPECT_EQ(ExpirationHeader({At("2026-12-23T00:00:00Z"), "old logs \"1\""}),
            "expiry-date=\"Wed, 23 Dec 2026 00:00:00 GMT\", rule-id=\"old%20logs%20%221%22\"");
}

TEST(LifecycleNoncurrent, CountsFromWhenTheNextVersionCame) {
  LifecycleRule rule = Rule("r", "a/");
  rule.noncurrent_expiration = {.days = 2, .keep_newest = std::nullopt};
  LifecycleRule keeping = Rule("k");
  keeping.noncurrent_expiration = {.days = 1, .keep_newest = 3};
  Tags none;
  auto due = [&](std::string_view key, std::size_t newer) {
    return Text(
        NoncurrentExpiry({ExpiresAfter("current", 1), rule, keeping},
                         {.key = key, .size = 1, .tags = none, .noncurrent_since = kMade, .newer_noncurrent = newer}));
  };
  EXPECT_EQ(due("a/k", 0), "2026-01-18T00:00:00.000Z by r");
  EXPECT_EQ(due("a/k", 3), "2026-01-17T00:00:00.000Z by k");
  EXPECT_EQ(due("b/k", 2), "never");
  EXPECT_EQ(due("b/k", 3), "2026-01-17T00:00:00.000Z by k");
}

TEST(LifecycleAbort, CountsFromTheInitiation) {
  LifecycleRule rule = Rule("r", "a/");
  rule.abort_uploads_after_days = 7;
  EXPECT_EQ(Text(AbortTime({ExpiresAfter("e", 1), rule}, "a/k", kMade)), "2026-01-23T00:00:00.000Z by r");
  EXPECT_EQ(Text(AbortTime({rule}, "b/k", kMade)), "never");
  rule.enabled = false;
  EXPECT_EQ(Text(AbortTime({rule}, "a/k", kMade)), "never");
}

TEST(LifecycleLoneMarker, GoesWhenAskedForOrDue) {
  LifecycleRule asked = Rule("r", "a/");
  asked.expiration.emplace().lone_delete_markers = true;
  LifecycleRule declined = Rule("r");
  declined.expiration.emplace().lone_delete_markers = false;
  LifecycleRule tagged = ExpiresAfter("r", 1);
  tagged.filter.tags = {{"a", "b"}};
  LifecycleRule uploads = Rule("r");
  uploads.abort_uploads_after_days = 1;
  TimePoint due = At("2026-01-17T00:00:00Z");
  TimePoint before = due - Milliseconds(1);

  EXPECT_TRUE(RemovesLoneMarker({asked}, "a/k", kMade, kMade));
  EXPECT_FALSE(RemovesLoneMarker({asked}, "b/k", kMade, due));
  EXPECT_FALSE(RemovesLoneMarker({declined}, "a/k", kMade, due));
  EXPECT_FALSE(RemovesLoneMarker({ExpiresAfter("r", 1)}, "a/k", kMade, before));
  EXPECT_TRUE(RemovesLoneMarker({ExpiresAfter("r", 1)}, "a/k", kMade, due));
  EXPECT_TRUE(RemovesLoneMarker({ExpiresAt("r", "2026-01-17T00:00:00Z")}, "a/k", kMade, due));
  EXPECT_FALSE(RemovesLoneMarker({ExpiresAt("r", "2026-01-17T00:00:00Z")}, "a/k", kMade, before));
  EXPECT_FALSE(RemovesLoneMarker({tagged, uploads}, "a/k", kMade, due));
}

TEST(LifecycleClass, IsTheColdestReached) {
  LifecycleRule rule = Rule("r", "a/");
  rule.transitions = {{.days = 30, .date = {}, .storage_class = "GLACIER"},
                      {.days = 1, .date = {}, .storage_class = "STANDARD_IA"}};
  LifecycleRule dated = Rule("d");
  dated.transitions = {{.days = {}, .date = At("2026-06-01T00:00:00Z"), .storage_class = "DEEP_ARCHIVE"}};
  auto shown = [&](std::string_view key, std::string_view stored, std::string_view now) {
    return ShownStorageClass({rule, dated}, key, 1, {}, kMade, stored, At(now));
  };
  EXPECT_EQ(shown("a/k", "STANDARD", "2026-01-16T23:59:59Z"), "STANDARD");
  EXPECT_EQ(shown("a/k", "STANDARD", "2026-01-17T00:00:00Z"), "STANDARD_IA");
  EXPECT_EQ(shown("b/k", "STANDARD", "2026-01-17T00:00:00Z"), "STANDARD");
  EXPECT_EQ(shown("a/k", "GLACIER_IR", "2026-01-17T00:00:00Z"), "GLACIER_IR");
  EXPECT_EQ(shown("a/k", "REDUCED_REDUNDANCY", "2026-01-17T00:00:00Z"), "STANDARD_IA");
  EXPECT_EQ(shown("a/k", "STANDARD", "2026-02-15T00:00:00Z"), "GLACIER");
  EXPECT_EQ(shown("b/k", "STANDARD", "2026-06-01T00:00:00Z"), "DEEP_ARCHIVE");
}

TEST(LifecycleClass, OfNoncurrentVersions) {
  LifecycleRule rule = Rule("r");
  rule.noncurrent_transitions = {{.days = 1, .keep_newest = 2, .storage_class = "GLACIER"}};
  Tags none;
  auto shown = [&](std::size_t newer, std::string_view now) {
    return ShownStorageClass({rule},
                             {.key = "k",
                              .size = 1,
                              .tags = none,
                              .noncurrent_since = kMade,
                              .newer_noncurrent = newer,
                              .storage_class = "STANDARD"},
                             At(now));
  };
  EXPECT_EQ(shown(2, "2026-01-16T23:59:59Z"), "STANDARD");
  EXPECT_EQ(shown(2, "2026-01-17T00:00:00Z"), "GLACIER");
  EXPECT_EQ(shown(1, "2026-01-17T00:00:00Z"), "STANDARD");
}

}  // namespace
}  // namespace atelier::object_store
