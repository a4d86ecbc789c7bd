#include "object_store/lifecycle.h"

#include <gtest/gtest.h>

namespace atelier::object_store {
namespace {

const TimePoint kMidnight = *ParseIso8601("2030-01-31T00:00:00Z");
const TimePoint kLaterMidnight = *ParseIso8601("2030-02-01T00:00:00Z");

LifecycleTransition ToClass(std::string storage_class, int days) {
  return {.days = days, .date = std::nullopt, .storage_class = std::move(storage_class)};
}
LifecycleTransition ToClassAt(std::string storage_class, TimePoint date) {
  return {.days = std::nullopt, .date = date, .storage_class = std::move(storage_class)};
}
NoncurrentTransition NoncurrentTo(std::string storage_class, int days, std::optional<int> keep = std::nullopt) {
  return {.days = days, .keep_newest = keep, .storage_class = std::move(storage_class)};
}

// The code of a rule that expires after 30 days, changed; empty when it is accepted.
template <class Change>
std::string CodeOf(Change change) {
  LifecycleRule rule;
  rule.id = "r";
  rule.enabled = true;
  rule.filter.prefix = "logs/";
  rule.expiration.emplace().days = 30;
  change(rule);
  auto result = CheckLifecycle({rule});
  return result ? std::string() : result.error().code;
}

TEST(Lifecycle, OfIdsAndFilters) {
  using R = LifecycleRule;
  EXPECT_EQ(CodeOf([](R&) {}), "");
  EXPECT_EQ(CodeOf([](R& r) { r.id = ""; }), "");
  EXPECT_EQ(CodeOf([](R& r) { r.id = std::string(255, 'i'); }), "");
  EXPECT_EQ(CodeOf([](R& r) { r.id = std::string(256, 'i'); }), "InvalidArgument");
  EXPECT_EQ(CodeOf([](R& r) { r.filter = {}; }), "");
  EXPECT_EQ(CodeOf([](R& r) { r.filter.prefix = std::string(1024, 'p'); }), "");
  EXPECT_EQ(CodeOf([](R& r) { r.filter.prefix = std::string(1025, 'p'); }), "InvalidRequest");
  EXPECT_EQ(CodeOf([](R& r) { r.filter.tags = {{"a", ";"}}; }), "InvalidTag");
  EXPECT_EQ(CodeOf([](R& r) { r.filter.larger_than = 5, r.filter.smaller_than = 6; }), "");
  EXPECT_EQ(CodeOf([](R& r) { r.filter.larger_than = 5, r.filter.smaller_than = 5; }), "InvalidRequest");
}

TEST(Lifecycle, OfExpiration) {
  using R = LifecycleRule;
  EXPECT_EQ(CodeOf([](R& r) { r.expiration->days = 1; }), "");
  EXPECT_EQ(CodeOf([](R& r) { r.expiration->days = 0; }), "InvalidArgument");
  EXPECT_EQ(CodeOf([](R& r) { r.expiration->days = -1; }), "InvalidArgument");
  EXPECT_EQ(CodeOf([](R& r) { r.expiration = {{.days = {}, .date = kMidnight, .lone_delete_markers = {}}}; }), "");
  EXPECT_EQ(CodeOf([](R& r) {
              r.expiration = {{.days = {}, .date = kMidnight + Milliseconds(1), .lone_delete_markers = {}}};
            }),
            "InvalidArgument");
  EXPECT_EQ(CodeOf([](R& r) { r.expiration = {{.days = {}, .date = {}, .lone_delete_markers = true}}; }), "");
  EXPECT_EQ(CodeOf([](R& r) { r.expiration->lone_delete_markers = true; }), "MalformedXML");
  EXPECT_EQ(CodeOf([](R& r) { r.expiration->date = kMidnight; }), "MalformedXML");
  EXPECT_EQ(CodeOf([](R& r) { r.expiration.emplace(); }), "MalformedXML");
  EXPECT_EQ(CodeOf([](R& r) { r.expiration.reset(); }), "InvalidRequest");  // no action is left
  EXPECT_EQ(CodeOf([](R& r) {
              r.expiration = {{.days = {}, .date = {}, .lone_delete_markers = true}};
              r.filter.tags = {{"a", "b"}};
            }),
            "InvalidRequest");
}

TEST(Lifecycle, OfTransitions) {
  using R = LifecycleRule;
  EXPECT_EQ(CodeOf([](R& r) { r.transitions = {ToClass("STANDARD_IA", 0), ToClass("GLACIER", 29)}; }), "");
  EXPECT_EQ(CodeOf([](R& r) { r.transitions = {ToClass("GLACIER", 30)}; }), "InvalidArgument");
  EXPECT_EQ(CodeOf([](R& r) { r.transitions = {ToClass("GLACIER", -1)}; }), "InvalidArgument");
  EXPECT_EQ(CodeOf([](R& r) { r.transitions = {ToClass("STANDARD", 1)}; }), "MalformedXML");
  EXPECT_EQ(CodeOf([](R& r) { r.transitions = {ToClass("SHINY", 1)}; }), "MalformedXML");
  EXPECT_EQ(CodeOf([](R& r) { r.transitions = {ToClass("GLACIER", 1), ToClass("GLACIER", 2)}; }), "InvalidRequest");
  EXPECT_EQ(CodeOf([](R& r) { r.transitions = {ToClassAt("GLACIER", kMidnight)}; }), "InvalidRequest");  // mixed
  EXPECT_EQ(CodeOf([](R& r) { r.transitions = {LifecycleTransition{{}, {}, "GLACIER"}}; }), "MalformedXML");
  EXPECT_EQ(CodeOf([](R& r) { r.transitions = {LifecycleTransition{1, kMidnight, "GLACIER"}}; }), "MalformedXML");
  EXPECT_EQ(CodeOf([](R& r) {
              r.expiration.reset();
              r.transitions = {ToClassAt("GLACIER", kMidnight + Milliseconds(1))};
            }),
            "InvalidArgument");
  EXPECT_EQ(CodeOf([](R& r) {
              r.expiration = {{.days = {}, .date = kLaterMidnight, .lone_delete_markers = {}}};
              r.transitions = {ToClassAt("GLACIER", kMidnight)};
            }),
            "");
  EXPECT_EQ(CodeOf([](R& r) {
              r.expiration = {{.days = {}, .date = kMidnight, .lone_delete_markers = {}}};
              r.transitions = {ToClassAt("GLACIER", kMidnight)};
            }),
            "InvalidArgument");
}

TEST(Lifecycle, OfNoncurrentVersionsAndUploads) {
  using R = LifecycleRule;
  EXPECT_EQ(CodeOf([](R& r) { r.noncurrent_expiration = {.days = 1, .keep_newest = 100}; }), "");
  EXPECT_EQ(CodeOf([](R& r) { r.noncurrent_expiration = {.days = 0, .keep_newest = {}}; }), "InvalidArgument");
  EXPECT_EQ(CodeOf([](R& r) { r.noncurrent_expiration = {.days = 1, .keep_newest = 0}; }), "InvalidArgument");
  EXPECT_EQ(CodeOf([](R& r) { r.noncurrent_expiration = {.days = 1, .keep_newest = 101}; }), "InvalidArgument");
  EXPECT_EQ(CodeOf([](R& r) { r.noncurrent_transitions = {NoncurrentTo("GLACIER", 0, 1)}; }), "");
  EXPECT_EQ(CodeOf([](R& r) { r.noncurrent_transitions = {NoncurrentTo("GLACIER", -1)}; }), "InvalidArgument");
  EXPECT_EQ(CodeOf([](R& r) { r.noncurrent_transitions = {NoncurrentTo("GLACIER", 1, 101)}; }), "InvalidArgument");
  EXPECT_EQ(CodeOf([](R& r) { r.noncurrent_transitions = {NoncurrentTo("STANDARD", 1)}; }), "MalformedXML");
  EXPECT_EQ(CodeOf([](R& r) { r.noncurrent_transitions = {NoncurrentTo("GLACIER", 1), NoncurrentTo("GLACIER", 2)}; }),
            "InvalidRequest");
  EXPECT_EQ(CodeOf([](R& r) {
              r.noncurrent_transitions = {NoncurrentTo("GLACIER", 5)};
              r.noncurrent_expiration = {.days = 5, .keep_newest = {}};
            }),
            "InvalidArgument");
  EXPECT_EQ(CodeOf([](R& r) { r.abort_uploads_after_days = 1; }), "");
  EXPECT_EQ(CodeOf([](R& r) { r.abort_uploads_after_days = 0; }), "InvalidArgument");
  EXPECT_EQ(CodeOf([](R& r) { r.abort_uploads_after_days = 1, r.filter.tags = {{"a", "b"}}; }), "InvalidRequest");
  EXPECT_EQ(CodeOf([](R& r) { r.abort_uploads_after_days = 1, r.filter.larger_than = 1; }), "InvalidRequest");
}

TEST(Lifecycle, CountsRulesAndNamesThem) {
  EXPECT_EQ(CheckLifecycle({}).error().code, "MalformedXML");
  LifecycleRule rule;
  rule.expiration.emplace().days = 1;
  LifecycleRules rules(1000, rule);
  EXPECT_TRUE(CheckLifecycle(rules));
  rules[7].id = "mine";
  NameLifecycleRules(rules);
  EXPECT_EQ(rules[7].id, "mine");
  EXPECT_FALSE(rules[8].id.empty());
  EXPECT_TRUE(CheckLifecycle(rules));  // all of them differ
  rules[8].id = "mine";
  EXPECT_EQ(CheckLifecycle(rules).error().code, "InvalidArgument");
  rules[8].id = "other";
  rules.push_back(rule);
  EXPECT_EQ(CheckLifecycle(rules).error().code, "InvalidRequest");
}

}  // namespace
}  // namespace atelier::object_store
