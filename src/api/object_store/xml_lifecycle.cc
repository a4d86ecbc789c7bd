#include "api/object_store/xml_lifecycle.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/object_store/storage_class_words.h"
#include "api/object_store/xml_strict.h"
#include "api/object_store/xml_tagging.h"

namespace atelier::api::s3 {
namespace {

using object_store::LifecycleExpiration;
using object_store::LifecycleFilter;
using object_store::LifecycleRule;
using object_store::LifecycleRules;
using object_store::LifecycleTransition;
using object_store::NoncurrentExpiration;
using object_store::NoncurrentTransition;

Result<std::optional<TimePoint>> ReadDate(pugi::xml_node parent) {
  pugi::xml_node child = ChildOf(parent, "Date");
  if (!child) return std::nullopt;
  ATELIER_TRY(std::string text, ReadLeaf(child));
  auto date = ParseIso8601(Trim(text));
  if (!date) return MalformedXml(fmt::format("<Date> must be a time such as 2030-01-31T00:00:00Z, not \"{}\"", text));
  return date;
}

// The number of days in a child that must be there.
Result<std::int32_t> ReadDays(pugi::xml_node parent, std::string_view name) {
  ATELIER_TRY(std::optional<std::int32_t> days, ReadNumber<std::int32_t>(parent, name));
  if (days) return *days;
  return MalformedXml(fmt::format("<{}> needs <{}>", LocalName(parent), name));
}

Result<std::string> ReadStorageClass(pugi::xml_node parent) {
  ATELIER_TRY(std::string word, ReadText(parent, "StorageClass"));
  auto storage_class = ParseStorageClass(word);
  if (!storage_class) return MalformedXml(std::move(storage_class).error().message);
  return storage_class;
}

Result<LifecycleFilter> ReadConditions(pugi::xml_node node) {
  LifecycleFilter filter;
  if (ChildOf(node, "Prefix")) {
    ATELIER_TRY(filter.prefix, ReadText(node, "Prefix"));
  }
  ATELIER_TRY(filter.tags, ReadTags(node, "InvalidRequest"));
  ATELIER_TRY(filter.larger_than, ReadNumber<std::uint64_t>(node, "ObjectSizeGreaterThan"));
  ATELIER_TRY(filter.smaller_than, ReadNumber<std::uint64_t>(node, "ObjectSizeLessThan"));
  return filter;
}

// Nothing, one condition, or <And> with several.
Result<LifecycleFilter> ParseFilter(pugi::xml_node node) {
  ATELIER_CHECK(CheckChildren(node, {{"Prefix", Occurs::kAtMostOnce},
                                     {"Tag", Occurs::kAtMostOnce},
                                     {"ObjectSizeGreaterThan", Occurs::kAtMostOnce},
                                     {"ObjectSizeLessThan", Occurs::kAtMostOnce},
                                     {"And", Occurs::kAtMostOnce}}));
  auto elements = std::ranges::count_if(node.children(),
                                        [](const pugi::xml_node& child) { return child.type() == pugi::node_element; });
  if (elements > 1) return MalformedXml("<Filter> may have one condition; put several into <And>");
  pugi::xml_node both = ChildOf(node, "And");
  if (!both) return ReadConditions(node);
  ATELIER_CHECK(CheckChildren(both, {{"Prefix", Occurs::kAtMostOnce},
                                     {"Tag", Occurs::kAnyTimes},
                                     {"ObjectSizeGreaterThan", Occurs::kAtMostOnce},
                                     {"ObjectSizeLessThan", Occurs::kAtMostOnce}}));
  return ReadConditions(both);
}

Result<LifecycleExpiration> ParseExpiration(pugi::xml_node node) {
  ATELIER_CHECK(CheckChildren(node, {{"Days", Occurs::kAtMostOnce},
                                     {"Date", Occurs::kAtMostOnce},
                                     {"ExpiredObjectDeleteMarker", Occurs::kAtMostOnce}}));
  LifecycleExpiration expiration;
  ATELIER_TRY(expiration.days, ReadNumber<std::int32_t>(node, "Days"));
  ATELIER_TRY(expiration.date, ReadDate(node));
  ATELIER_TRY(expiration.lone_delete_markers, ReadFlag(node, "ExpiredObjectDeleteMarker"));
  return expiration;
}

Result<LifecycleTransition> ParseTransition(pugi::xml_node node) {
  ATELIER_CHECK(CheckChildren(
      node, {{"Days", Occurs::kAtMostOnce}, {"Date", Occurs::kAtMostOnce}, {"StorageClass", Occurs::kOnce}}));
  LifecycleTransition transition;
  ATELIER_TRY(transition.days, ReadNumber<std::int32_t>(node, "Days"));
  ATELIER_TRY(transition.date, ReadDate(node));
  ATELIER_TRY(transition.storage_class, ReadStorageClass(node));
  return transition;
}

Result<NoncurrentExpiration> ParseNoncurrentExpiration(pugi::xml_node node) {
  ATELIER_CHECK(
      CheckChildren(node, {{"NoncurrentDays", Occurs::kOnce}, {"NewerNoncurrentVersions", Occurs::kAtMostOnce}}));
  NoncurrentExpiration expiration;
  ATELIER_TRY(expiration.days, ReadDays(node, "NoncurrentDays"));
  ATELIER_TRY(expiration.keep_newest, ReadNumber<std::int32_t>(node, "NewerNoncurrentVersions"));
  return expiration;
}

Result<NoncurrentTransition> ParseNoncurrentTransition(pugi::xml_node node) {
  ATELIER_CHECK(CheckChildren(node, {{"NoncurrentDays", Occurs::kOnce},
                                     {"NewerNoncurrentVersions", Occurs::kAtMostOnce},
                                     {"StorageClass", Occurs::kOnce}}));
  NoncurrentTransition transition;
  ATELIER_TRY(transition.days, ReadDays(node, "NoncurrentDays"));
  ATELIER_TRY(transition.keep_newest, ReadNumber<std::int32_t>(node, "NewerNoncurrentVersions"));
  ATELIER_TRY(transition.storage_class, ReadStorageClass(node));
  return transition;
}

// <Filter>, or the older <Prefix> of the rule itself.
Result<void> ParseScope(pugi::xml_node node, LifecycleRule& rule) {
  pugi::xml_node filter = ChildOf(node, "Filter");
  pugi::xml_node prefix = ChildOf(node, "Prefix");
  if (!filter == !prefix) return MalformedXml("<Rule> needs one of <Filter> and <Prefix>");
  if (filter) {
    ATELIER_TRY(rule.filter, ParseFilter(filter));
    return {};
  }
  rule.bare_prefix = true;
  ATELIER_TRY(rule.filter.prefix, ReadLeaf(prefix));
  return {};
}

Result<LifecycleRule> ParseRule(pugi::xml_node node) {
  ATELIER_CHECK(CheckChildren(node, {{"ID", Occurs::kAtMostOnce},
                                     {"Status", Occurs::kOnce},
                                     {"Filter", Occurs::kAtMostOnce},
                                     {"Prefix", Occurs::kAtMostOnce},
                                     {"Expiration", Occurs::kAtMostOnce},
                                     {"Transition", Occurs::kAnyTimes},
                                     {"NoncurrentVersionExpiration", Occurs::kAtMostOnce},
                                     {"NoncurrentVersionTransition", Occurs::kAnyTimes},
                                     {"AbortIncompleteMultipartUpload", Occurs::kAtMostOnce}}));
  LifecycleRule rule;
  ATELIER_TRY(rule.id, ReadText(node, "ID"));
  ATELIER_TRY(std::string status, ReadText(node, "Status"));
  if (status != "Enabled" && status != "Disabled") {
    return MalformedXml(fmt::format("<Status> must be Enabled or Disabled, not \"{}\"", status));
  }
  rule.enabled = status == "Enabled";
  ATELIER_CHECK(ParseScope(node, rule));
  if (pugi::xml_node expiration = ChildOf(node, "Expiration")) {
    ATELIER_TRY(rule.expiration, ParseExpiration(expiration));
  }
  ATELIER_TRY(rule.transitions, ReadEach<LifecycleTransition>(node, "Transition", ParseTransition));
  if (pugi::xml_node expiration = ChildOf(node, "NoncurrentVersionExpiration")) {
    ATELIER_TRY(rule.noncurrent_expiration, ParseNoncurrentExpiration(expiration));
  }
  ATELIER_TRY(rule.noncurrent_transitions,
              ReadEach<NoncurrentTransition>(node, "NoncurrentVersionTransition", ParseNoncurrentTransition));
  if (pugi::xml_node abort = ChildOf(node, "AbortIncompleteMultipartUpload")) {
    ATELIER_CHECK(CheckChildren(abort, {{"DaysAfterInitiation", Occurs::kOnce}}));
    ATELIER_TRY(rule.abort_uploads_after_days, ReadDays(abort, "DaysAfterInitiation"));
  }
  return rule;
}

void AddDays(pugi::xml_node parent, const char* name, std::int32_t days) {
  AddNumber(parent, name, static_cast<std::uint64_t>(days));
}

void AddTime(pugi::xml_node parent, const std::optional<std::int32_t>& days, const std::optional<TimePoint>& date) {
  if (days) AddDays(parent, "Days", *days);
  if (date) AddText(parent, "Date", FormatIso8601(*date));
}

void AddFilter(pugi::xml_node parent, const LifecycleFilter& filter) {
  std::size_t conditions =
      filter.tags.size() + (filter.prefix ? 1 : 0) + (filter.larger_than ? 1 : 0) + (filter.smaller_than ? 1 : 0);
  pugi::xml_node node = AddElement(parent, "Filter");
  if (conditions > 1) node = AddElement(node, "And");
  if (filter.prefix) AddText(node, "Prefix", *filter.prefix);
  AddTags(node, filter.tags);
  if (filter.larger_than) AddNumber(node, "ObjectSizeGreaterThan", *filter.larger_than);
  if (filter.smaller_than) AddNumber(node, "ObjectSizeLessThan", *filter.smaller_than);
}

void AddNoncurrent(pugi::xml_node node, std::int32_t days, const std::optional<std::int32_t>& keep_newest) {
  AddDays(node, "NoncurrentDays", days);
  if (keep_newest) AddDays(node, "NewerNoncurrentVersions", *keep_newest);
}

void AddRule(pugi::xml_node root, auth::Dialect dialect, const LifecycleRule& rule) {
  pugi::xml_node node = AddElement(root, "Rule");
  AddText(node, "ID", rule.id);
  if (rule.bare_prefix) AddText(node, "Prefix", rule.filter.prefix.value_or(""));
  if (!rule.bare_prefix) AddFilter(node, rule.filter);
  AddText(node, "Status", rule.enabled ? "Enabled" : "Disabled");
  for (const LifecycleTransition& transition : rule.transitions) {
    pugi::xml_node child = AddElement(node, "Transition");
    AddTime(child, transition.days, transition.date);
    AddText(child, "StorageClass", StorageClassFor(dialect, transition.storage_class));
  }
  if (rule.expiration) {
    pugi::xml_node child = AddElement(node, "Expiration");
    AddTime(child, rule.expiration->days, rule.expiration->date);
    if (rule.expiration->lone_delete_markers) {
      AddBool(child, "ExpiredObjectDeleteMarker", *rule.expiration->lone_delete_markers);
    }
  }
  for (const NoncurrentTransition& transition : rule.noncurrent_transitions) {
    pugi::xml_node child = AddElement(node, "NoncurrentVersionTransition");
    AddNoncurrent(child, transition.days, transition.keep_newest);
    AddText(child, "StorageClass", StorageClassFor(dialect, transition.storage_class));
  }
  if (rule.noncurrent_expiration) {
    AddNoncurrent(AddElement(node, "NoncurrentVersionExpiration"), rule.noncurrent_expiration->days,
                  rule.noncurrent_expiration->keep_newest);
  }
  if (rule.abort_uploads_after_days) {
    AddDays(AddElement(node, "AbortIncompleteMultipartUpload"), "DaysAfterInitiation", *rule.abort_uploads_after_days);
  }
}

}  // namespace

Result<LifecycleRules> ParseLifecycle(const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "LifecycleConfiguration", document));
  pugi::xml_node root = document.document_element();
  ATELIER_CHECK(CheckChildren(root, {{"Rule", Occurs::kAtLeastOnce}}));
  ATELIER_TRY(LifecycleRules rules, ReadEach<LifecycleRule>(root, "Rule", ParseRule));
  ATELIER_CHECK(CheckLifecycle(rules));
  NameLifecycleRules(rules);
  return rules;
}

XmlDocument RenderLifecycle(auth::Dialect dialect, const std::string& region, const LifecycleRules& rules) {
  XmlDocument document("LifecycleConfiguration", dialect, region);
  for (const LifecycleRule& rule : rules) AddRule(document.root(), dialect, rule);
  return document;
}

}  // namespace atelier::api::s3
