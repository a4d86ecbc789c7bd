#include "auth/query_policy.h"

#include "base/json.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

std::unexpected<Error> Denied(std::string message) { return PermissionDenied(std::move(message), "AccessDenied"); }

struct Condition {
  std::string name, value;
  bool is_prefix = false;
};

std::optional<Condition> ReadCondition(const json::value& value) {
  if (const auto* object = value.if_object(); object != nullptr && object->size() == 1) {
    const auto* text = object->begin()->value().if_string();
    if (text != nullptr) return Condition{ToLower(object->begin()->key()), std::string(*text), false};
  }
  if (const auto* array = value.if_array(); array != nullptr && array->size() == 3) {
    const auto* kind = (*array)[0].if_string();
    const auto* name = (*array)[1].if_string();
    const auto* text = (*array)[2].if_string();
    bool readable = kind != nullptr && name != nullptr && text != nullptr && name->starts_with('$');
    if (readable && (*kind == "eq" || *kind == "starts-with"))
      return Condition{ToLower(std::string_view(*name).substr(1)), std::string(*text), *kind == "starts-with"};
  }
  return std::nullopt;
}

Result<void> CheckCondition(const json::value& value, const Address& address) {
  auto condition = ReadCondition(value);
  if (!condition || (condition->name != "bucket" && condition->name != "key"))
    return Denied("The URL's policy has a condition other than on the bucket and the key: " + CompactJson(value));
  const auto& actual = condition->name == "bucket" ? address.bucket : address.key;
  bool holds = condition->is_prefix ? actual.starts_with(condition->value) : actual == condition->value;
  if (!holds) return Denied("The URL's policy does not allow this " + condition->name + ".");
  return {};
}

}  // namespace

Result<void> CheckQueryPolicy(std::string_view policy, const Address& address, TimePoint now) {
  auto text = Base64Decode(policy);
  if (!text) return Denied("The URL's policy is not base64.");
  auto document = ParseJsonObject(*text);
  if (!document) return Denied("The URL's policy is not a JSON object: " + document.error().message);
  const auto* expiration = document->if_contains("expiration");
  auto until = expiration != nullptr && expiration->is_string() ? ParseIso8601(expiration->as_string()) : std::nullopt;
  if (!until) return Denied("The URL's policy needs an expiration such as 2026-01-02T03:04:05.000Z.");
  if (now > *until) return Denied("Request has expired");
  const auto* conditions = document->if_contains("conditions");
  if (conditions == nullptr || !conditions->is_array()) return Denied("The URL's policy has no list of conditions.");
  for (const auto& condition : conditions->as_array()) ATELIER_CHECK(CheckCondition(condition, address));
  return {};
}

}  // namespace atelier::auth
