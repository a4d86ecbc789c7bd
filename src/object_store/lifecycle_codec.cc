// The stored form of lifecycle rules. Times are milliseconds since 1970.
#include <fmt/format.h>

#include "base/strings.h"
#include "object_store/settings_codec.h"
#include "object_store/stored_document.h"

namespace atelier::object_store {
namespace {

void PutDate(json::object& to, const std::optional<TimePoint>& date) {
  if (date) to.emplace("date", ToUnixMillis(*date));
}

Result<std::optional<TimePoint>> GetDate(const json::object& from) {
  ATELIER_TRY(std::optional<std::int64_t> millis, ReadInt(from, "date"));
  if (!millis) return std::nullopt;
  return FromUnixMillis(*millis);
}

Result<std::int32_t> GetDays(const json::object& from) {
  ATELIER_TRY(std::optional<std::int32_t> days, GetNumber<std::int32_t>(from, "days"));
  if (days) return *days;
  return InvalidArgument("'days' is missing");
}

Result<std::optional<std::uint64_t>> GetSize(const json::object& from, std::string_view name) {
  ATELIER_TRY(std::optional<std::string> digits, ReadString(from, name));
  if (!digits) return std::nullopt;
  auto size = ParseNumber<std::uint64_t>(*digits);
  if (!size) return InvalidArgument(fmt::format("'{}' is no size", name));
  return size;
}

// Sizes go beyond what a JSON number holds for every reader, so they are written as text.
void PutSize(json::object& to, std::string_view name, const std::optional<std::uint64_t>& size) {
  if (size) to.emplace(name, std::to_string(*size));
}

json::object ToObject(const LifecycleFilter& filter) {
  json::object object;
  Put(object, "prefix", filter.prefix);
  PutTags(object, "tags", filter.tags);
  PutSize(object, "larger_than", filter.larger_than);
  PutSize(object, "smaller_than", filter.smaller_than);
  return object;
}

json::object ToObject(const LifecycleExpiration& expiration) {
  json::object object;
  Put(object, "days", expiration.days);
  PutDate(object, expiration.date);
  Put(object, "lone_delete_markers", expiration.lone_delete_markers);
  return object;
}

json::object ToObject(const LifecycleTransition& transition) {
  json::object object{{"class", transition.storage_class}};
  Put(object, "days", transition.days);
  PutDate(object, transition.date);
  return object;
}

json::object ToObject(const NoncurrentExpiration& expiration) {
  json::object object{{"days", expiration.days}};
  Put(object, "keep_newest", expiration.keep_newest);
  return object;
}

json::object ToObject(const NoncurrentTransition& transition) {
  json::object object{{"class", transition.storage_class}, {"days", transition.days}};
  Put(object, "keep_newest", transition.keep_newest);
  return object;
}

json::object ToObject(const LifecycleRule& rule);

template <class Item>
void PutList(json::object& to, std::string_view name, const std::vector<Item>& items) {
  if (items.empty()) return;
  json::array list;
  list.reserve(items.size());
  for (const Item& item : items) list.emplace_back(ToObject(item));
  to.emplace(name, std::move(list));
}

json::object ToObject(const LifecycleRule& rule) {
  json::object object{{"id", rule.id}, {"enabled", rule.enabled}, {"filter", ToObject(rule.filter)}};
  if (rule.bare_prefix) object.emplace("bare_prefix", true);
  if (rule.expiration) object.emplace("expiration", ToObject(*rule.expiration));
  PutList(object, "transitions", rule.transitions);
  if (rule.noncurrent_expiration) object.emplace("noncurrent_expiration", ToObject(*rule.noncurrent_expiration));
  PutList(object, "noncurrent_transitions", rule.noncurrent_transitions);
  Put(object, "abort_uploads_after_days", rule.abort_uploads_after_days);
  return object;
}

Result<LifecycleFilter> FilterOf(const json::object& object) {
  LifecycleFilter filter;
  ATELIER_TRY(filter.prefix, ReadString(object, "prefix"));
  ATELIER_TRY(filter.tags, GetTags(object, "tags"));
  ATELIER_TRY(filter.larger_than, GetSize(object, "larger_than"));
  ATELIER_TRY(filter.smaller_than, GetSize(object, "smaller_than"));
  return filter;
}

Result<LifecycleExpiration> ExpirationOf(const json::object& object) {
  LifecycleExpiration expiration;
  ATELIER_TRY(expiration.days, GetNumber<std::int32_t>(object, "days"));
  ATELIER_TRY(expiration.date, GetDate(object));
  ATELIER_TRY(expiration.lone_delete_markers, ReadBool(object, "lone_delete_markers"));
  return expiration;
}

Result<LifecycleTransition> TransitionOf(const json::object& object) {
  LifecycleTransition transition;
  ATELIER_TRY(transition.days, GetNumber<std::int32_t>(object, "days"));
  ATELIER_TRY(transition.date, GetDate(object));
  ATELIER_TRY(transition.storage_class, GetText(object, "class"));
  return transition;
}

Result<NoncurrentExpiration> NoncurrentExpirationOf(const json::object& object) {
  NoncurrentExpiration expiration;
  ATELIER_TRY(expiration.days, GetDays(object));
  ATELIER_TRY(expiration.keep_newest, GetNumber<std::int32_t>(object, "keep_newest"));
  return expiration;
}

Result<NoncurrentTransition> NoncurrentTransitionOf(const json::object& object) {
  NoncurrentTransition transition;
  ATELIER_TRY(transition.days, GetDays(object));
  ATELIER_TRY(transition.keep_newest, GetNumber<std::int32_t>(object, "keep_newest"));
  ATELIER_TRY(transition.storage_class, GetText(object, "class"));
  return transition;
}

// A member that is an object, or nothing.
template <class Item, class Read>
Result<void> GetInto(std::optional<Item>& into, const json::object& from, std::string_view name, Read read) {
  ATELIER_TRY(const json::object* object, ReadObject(from, name));
  if (object == nullptr) return {};
  ATELIER_TRY(into, read(*object));
  return {};
}

Result<LifecycleRule> RuleOf(const json::object& object) {
  LifecycleRule rule;
  ATELIER_TRY(rule.id, GetText(object, "id"));
  ATELIER_TRY(std::optional<bool> enabled, ReadBool(object, "enabled"));
  ATELIER_TRY(std::optional<bool> bare_prefix, ReadBool(object, "bare_prefix"));
  ATELIER_TRY(const json::object* filter, ReadObject(object, "filter"));
  if (!enabled || filter == nullptr) return InvalidArgument("a rule needs 'enabled' and 'filter'");
  rule.enabled = *enabled;
  rule.bare_prefix = bare_prefix.value_or(false);
  ATELIER_TRY(rule.filter, FilterOf(*filter));
  ATELIER_CHECK(GetInto(rule.expiration, object, "expiration", ExpirationOf));
  ATELIER_TRY(rule.transitions, GetList<LifecycleTransition>(object, "transitions", TransitionOf));
  ATELIER_CHECK(GetInto(rule.noncurrent_expiration, object, "noncurrent_expiration", NoncurrentExpirationOf));
  ATELIER_TRY(rule.noncurrent_transitions,
              GetList<NoncurrentTransition>(object, "noncurrent_transitions", NoncurrentTransitionOf));
  ATELIER_TRY(rule.abort_uploads_after_days, GetNumber<std::int32_t>(object, "abort_uploads_after_days"));
  return rule;
}

}  // namespace

std::string EncodeLifecycle(const LifecycleRules& rules) {
  json::object members;
  PutList(members, "rules", rules);
  return WriteDocument(std::move(members));
}

Result<LifecycleRules> DecodeLifecycle(std::string_view text) {
  return ReadDocument("lifecycle configuration", text,
                      [](const json::object& members) { return GetList<LifecycleRule>(members, "rules", RuleOf); });
}

}  // namespace atelier::object_store
