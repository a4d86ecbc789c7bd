#include "auth/post_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

constexpr std::string_view kStartsWith = "starts-with";
constexpr std::string_view kLengthRange = "content-length-range";

// What signs the form cannot itself be signed, or is bound to the signature anyway.
constexpr auto kSigning =
    std::to_array<std::string_view>({"policy", "signature", "awsaccesskeyid", "accesskeyid", "x-amz-algorithm",
                                     "x-amz-credential", "x-amz-date", "x-amz-signature"});

std::unexpected<Error> Unreadable(std::string_view what) {
  return InvalidArgument(fmt::format("Invalid Policy: {}", what), "InvalidPolicyDocument");
}

std::unexpected<Error> Denied(std::string_view why) {
  return PermissionDenied(fmt::format("Invalid according to Policy: {}", why), "AccessDenied");
}

bool NeedsNoCondition(std::string_view name) {
  return name.starts_with("x-ignore-") || std::ranges::find(kSigning, name) != kSigning.end();
}

// Policies may write a dollar sign as "\$", which is no JSON.
std::string WithPlainDollars(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      plain += text[i];
      continue;
    }
    if (text[i + 1] != '$') plain += '\\';
    plain += text[++i];
  }
  return plain;
}

std::optional<std::uint64_t> ReadByteCount(const json::value& value) {
  if (const auto* text = value.if_string()) return ParseNumber<std::uint64_t>(*text);
  if (const auto* large = value.if_uint64()) return *large;
  if (const auto* number = value.if_int64(); number != nullptr && *number >= 0) return *number;
  return std::nullopt;
}

Result<TimePoint> ReadExpiration(const json::object& document) {
  const auto* member = document.if_contains("expiration");
  if (member == nullptr) return Unreadable("it has no expiration");
  auto time = member->is_string() ? ParseIso8601(member->as_string()) : std::nullopt;
  if (!time) {
    return Unreadable(
        fmt::format("its expiration must look like 2026-01-02T03:04:05.000Z, and is {}", CompactJson(*member)));
  }
  return *time;
}

struct Conditions {
  std::vector<PolicyCondition> list;
  LengthRange length;
};

Result<void> AddEqualities(const json::object& members, Conditions& conditions) {
  if (members.empty()) return Unreadable("a condition is empty");
  for (const auto& [name, value] : members) {
    const auto* text = value.if_string();
    if (text == nullptr) {
      return Unreadable(
          fmt::format("the value of \"{}\" must be a string, not {}", std::string_view(name), CompactJson(value)));
    }
    conditions.list.push_back({ToLower(name), std::string(*text), false});
  }
  return {};
}

Result<void> AddMatch(const json::array& condition, Conditions& conditions) {
  std::string_view word = condition[0].as_string();
  const auto* name = condition[1].if_string();
  const auto* value = condition[2].if_string();
  bool is_prefix = EqualsIgnoreCase(word, kStartsWith);
  if ((!is_prefix && !EqualsIgnoreCase(word, "eq")) || name == nullptr || !name->starts_with('$') || value == nullptr) {
    return Unreadable(
        fmt::format("expected [\"eq\" or \"starts-with\", \"$name\", \"value\"], got {}", CompactJson(condition)));
  }
  conditions.list.push_back({ToLower(std::string_view(*name).substr(1)), std::string(*value), is_prefix});
  return {};
}

Result<void> AddLengthRange(const json::array& condition, Conditions& conditions) {
  auto least = ReadByteCount(condition[1]);
  auto most = ReadByteCount(condition[2]);
  if (!least || !most) {
    return Unreadable(
        fmt::format("expected [\"content-length-range\", least, most] in bytes, got {}", CompactJson(condition)));
  }
  conditions.length.least = std::max(conditions.length.least, *least);
  conditions.length.most = std::min(conditions.length.most, *most);
  return {};
}

Result<void> AddCondition(const json::value& condition, Conditions& conditions) {
  if (const auto* members = condition.if_object()) return AddEqualities(*members, conditions);
  const auto* list = condition.if_array();
  const auto* word = list != nullptr && list->size() == 3 ? list->front().if_string() : nullptr;
  if (word != nullptr && EqualsIgnoreCase(*word, kLengthRange)) return AddLengthRange(*list, conditions);
  if (word != nullptr) return AddMatch(*list, conditions);
  return Unreadable(
      fmt::format("a condition must be {{\"name\":\"value\"}} or a list of three, not {}", CompactJson(condition)));
}

bool Holds(const PolicyCondition& condition, std::string_view value) {
  if (!condition.is_prefix) return value == condition.value;
  if (condition.name != "content-type") return value.starts_with(condition.value);
  // Types with commas between them are a list, of which each must begin so.
  return std::ranges::all_of(Split(value, ','),
                             [&](std::string_view type) { return Trim(type).starts_with(condition.value); });
}

std::string TextOf(const PolicyCondition& condition) {
  return CompactJson(json::array{condition.is_prefix ? kStartsWith : "eq", "$" + condition.name, condition.value});
}

}  // namespace

Result<PostPolicy> PostPolicy::Parse(std::string_view base64) {
  auto text = Base64Decode(base64);
  if (!text) return Unreadable("it is not base64");
  auto document = ParseJsonObject(WithPlainDollars(*text));
  if (!document) return Unreadable(document.error().message);
  for (const auto& [name, value] : *document) {
    if (name != "expiration" && name != "conditions")
      return Unreadable(fmt::format("it may have expiration and conditions, but not \"{}\"", std::string_view(name)));
  }
  PostPolicy policy;
  ATELIER_TRY(policy.expiration_, ReadExpiration(*document));
  const auto* conditions = document->if_contains("conditions");
  if (conditions == nullptr || !conditions->is_array()) return Unreadable("it has no list of conditions");
  Conditions read;
  for (const auto& condition : conditions->as_array()) ATELIER_CHECK(AddCondition(condition, read));
  policy.conditions_ = std::move(read.list);
  policy.length_ = read.length;
  return policy;
}

Result<void> PostPolicy::Check(const FormFields& fields, std::string_view bucket, TimePoint now) const {
  auto has_condition = [&](std::string_view name) {
    return std::ranges::find(conditions_, name, &PolicyCondition::name) != conditions_.end();
  };
  if (now > expiration_) return Denied("Policy expired.");
  for (const PolicyCondition& condition : conditions_) {
    auto field = fields.find(condition.name);
    std::string_view value = field == fields.end() ? "" : std::string_view(field->second);
    if (condition.name == "bucket") value = bucket;
    if (!Holds(condition, value)) return Denied("Policy Condition failed: " + TextOf(condition));
  }
  if (!has_condition("bucket")) return Denied("it must have a condition on the bucket");
  for (const auto& [name, value] : fields) {
    if (!NeedsNoCondition(name) && !has_condition(name))
      return Denied(fmt::format("Extra input fields: {}. The policy must have a condition on each field.", name));
  }
  return {};
}

}  // namespace atelier::auth
