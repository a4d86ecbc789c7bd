// Bucket policies out of JSON.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "access/policy.h"
#include "base/json.h"
#include "base/strings.h"

namespace atelier::access {
namespace {

std::unexpected<Error> Malformed(std::string message) { return InvalidArgument(std::move(message), "MalformedPolicy"); }

// What is the same for all statements of a policy.
struct Dialect {
  std::string_view bucket;
  bool variables = false;
};

template <std::size_t N>
Result<void> CheckMembers(const json::object& from, const std::array<std::string_view, N>& known) {
  for (const auto& [key, value] : from) {
    if (std::ranges::find(known, std::string_view(key)) == known.end())
      return Malformed(fmt::format("\"{}\" is not an element of policies", std::string_view(key)));
  }
  return {};
}

// One text or a list of them, at least one.
Result<std::vector<std::string>> ReadTexts(const json::value& value, std::string_view name) {
  std::vector<std::string> texts;
  auto add = [&](const json::value& item) {
    if (const json::string* text = item.if_string()) texts.emplace_back(*text);
    return item.is_string();
  };
  const json::array* list = value.if_array();
  bool good = list != nullptr ? std::ranges::all_of(*list, add) : add(value);
  if (!good || texts.empty()) return Malformed(fmt::format("{} must be a text or a list of texts", name));
  return texts;
}

// Condition values may be numbers and booleans as well.
Result<std::vector<std::string>> ReadScalars(const json::value& value, std::string_view name) {
  std::vector<std::string> texts;
  auto add = [&](const json::value& item) {
    if (item.is_string())
      texts.emplace_back(item.get_string());
    else if (item.is_number() || item.is_bool())
      texts.push_back(CompactJson(item));
    return item.is_string() || item.is_number() || item.is_bool();
  };
  const json::array* list = value.if_array();
  bool good = list != nullptr ? std::ranges::all_of(*list, add) : add(value);
  if (!good) return Malformed(fmt::format("{} must be compared with texts, numbers or booleans", name));
  return texts;
}

Result<std::vector<Principal>> ReadPrincipals(const json::value& value, std::string_view name) {
  std::vector<Principal> principals;
  if (value.is_string() && value.get_string() == "*") return std::vector<Principal>{Principal{}};
  const json::object* kinds = value.if_object();
  if (kinds == nullptr || kinds->empty()) {
    return Malformed(fmt::format(R"({} must be "*" or an object such as {{"AWS": "<account>"}})", name));
  }
  for (const auto& [kind, names] : *kinds) {
    ATELIER_TRY(auto texts, ReadTexts(names, fmt::format("{}.{}", name, std::string_view(kind))));
    for (const std::string& text : texts) {
      ATELIER_TRY(Principal principal, ParsePrincipal(kind, text));
      principals.push_back(std::move(principal));
    }
  }
  return principals;
}

// "s3:GetObject" of S3, "GetObject" of OBS.
Result<Pattern> ReadAction(const std::string& action) {
  constexpr Pattern::Syntax kSyntax = {.wildcards = true, .variables = false, .ignore_case = true};
  constexpr std::string_view kPrefix = "s3:";
  std::string_view name = action;
  if (StartsWithIgnoreCase(action, kPrefix)) name.remove_prefix(kPrefix.size());
  if (name.empty() || name.contains(':'))
    return Malformed(fmt::format("\"{}\" is not an action of this service, such as s3:GetObject", action));
  return Pattern::Parse(fmt::format("{}{}", kPrefix, name), kSyntax);
}

// "arn:aws:s3:::bucket/key" of S3 without what comes before the bucket; other texts as they are.
std::string_view WithoutArn(std::string_view resource) {
  constexpr std::string_view kService = ":s3:::";
  auto service = resource.find(kService);
  bool arn = resource.starts_with("arn:aws") && service != std::string_view::npos && resource.find(':', 4) == service;
  return arn ? resource.substr(service + kService.size()) : resource;
}

Result<Pattern> ReadResource(const std::string& resource, const Dialect& dialect) {
  std::string_view path = WithoutArn(resource);
  ATELIER_TRY(Pattern bucket, Pattern::Parse(path.substr(0, path.find('/')), {.wildcards = true}));
  if (!bucket.Matches(dialect.bucket, ConditionContext())) {
    return Malformed(
        fmt::format("the resource \"{0}\" is not of this bucket; use arn:aws:s3:::{1} or arn:aws:s3:::{1}/*", resource,
                    dialect.bucket));
  }
  return Pattern::Parse(path, {.wildcards = true, .variables = dialect.variables});
}

Result<std::vector<Condition>> ReadConditions(const json::value& value, const Dialect& dialect) {
  constexpr std::string_view kExpected = R"(Condition must be an object such as {"StringEquals": {"s3:prefix": "a/"}})";
  std::vector<Condition> conditions;
  const json::object* operators = value.if_object();
  if (operators == nullptr) return Malformed(std::string(kExpected));
  for (const auto& [name, tests] : *operators) {
    const json::object* keys = tests.if_object();
    if (keys == nullptr) return Malformed(std::string(kExpected));
    for (const auto& [key, values] : *keys) {
      ATELIER_TRY(auto texts, ReadScalars(values, std::string_view(key)));
      ATELIER_TRY(Condition condition, Condition::Parse(name, key, texts, dialect.variables));
      conditions.push_back(std::move(condition));
    }
  }
  return conditions;
}

// The member `name` or its opposite ("NotAction"): exactly one of them must be there.
struct Member {
  const json::value* value;
  std::string name;
  bool opposite;
};
Result<Member> FindMember(const json::object& statement, std::string_view name) {
  std::string opposite_name = fmt::format("Not{}", name);
  const json::value* plain = statement.if_contains(name);
  const json::value* opposite = statement.if_contains(opposite_name);
  if ((plain == nullptr) == (opposite == nullptr))
    return Malformed(fmt::format("exactly one of {} and {} must be given", name, opposite_name));
  if (plain != nullptr) return Member{plain, std::string(name), false};
  return Member{opposite, opposite_name, true};
}

Result<Choice<Pattern>> ReadPatterns(const json::object& statement, std::string_view name, const auto& read) {
  Choice<Pattern> choice;
  ATELIER_TRY(Member member, FindMember(statement, name));
  ATELIER_TRY(auto texts, ReadTexts(*member.value, member.name));
  choice.all_but = member.opposite;
  for (const std::string& text : texts) {
    ATELIER_TRY(Pattern pattern, read(text));
    choice.listed.push_back(std::move(pattern));
  }
  return choice;
}

Result<Effect> ReadEffect(const json::object& statement) {
  const json::value* effect = statement.if_contains("Effect");
  const json::string* word = effect != nullptr ? effect->if_string() : nullptr;
  if (word != nullptr && *word == "Allow") return Effect::kAllow;
  if (word != nullptr && *word == "Deny") return Effect::kDeny;
  return Malformed(R"(Effect must be "Allow" or "Deny")");
}

Result<Statement> ReadStatement(const json::object& from, const Dialect& dialect) {
  constexpr std::array<std::string_view, 9> kKnown = {"Sid",       "Effect",   "Principal",   "NotPrincipal", "Action",
                                                      "NotAction", "Resource", "NotResource", "Condition"};
  ATELIER_CHECK(CheckMembers(from, kKnown));
  Statement statement;
  ATELIER_TRY(statement.effect, ReadEffect(from));
  ATELIER_TRY(Member principals, FindMember(from, "Principal"));
  ATELIER_TRY(statement.principals.listed, ReadPrincipals(*principals.value, principals.name));
  statement.principals.all_but = principals.opposite;
  if (principals.opposite && statement.effect == Effect::kAllow) {
    return Malformed(
        "Allow with NotPrincipal would allow everybody else, anonymous requesters as well; name a Principal");
  }
  ATELIER_TRY(statement.actions, ReadPatterns(from, "Action", ReadAction));
  auto read_resource = [&](const std::string& resource) { return ReadResource(resource, dialect); };
  ATELIER_TRY(statement.resources, ReadPatterns(from, "Resource", read_resource));
  if (const json::value* conditions = from.if_contains("Condition")) {
    ATELIER_TRY(statement.conditions, ReadConditions(*conditions, dialect));
  }
  return statement;
}

// With a name that people find again: "statement 2 ("Uploads")".
Result<Statement> ReadNamedStatement(const json::value& value, std::size_t number, const Dialect& dialect) {
  const json::object* from = value.if_object();
  if (from == nullptr) return Malformed(fmt::format("statement {}: it must be an object", number));
  const json::value* sid = from->if_contains("Sid");
  if (sid != nullptr && !sid->is_string()) return Malformed(fmt::format("statement {}: Sid must be a text", number));
  std::string name(sid != nullptr ? std::string_view(sid->get_string()) : std::string_view());
  auto statement = ReadStatement(*from, dialect);
  if (!statement) {
    std::string where =
        name.empty() ? fmt::format("statement {}", number) : fmt::format("statement {} (\"{}\")", number, name);
    return std::unexpected(std::move(statement).error().Within(where));
  }
  statement->sid = std::move(name);
  return statement;
}

// Whether the policy's version has variables.
Result<bool> ReadVersion(const json::object& root) {
  const json::value* version = root.if_contains("Version");
  if (version == nullptr) return false;
  const json::string* date = version->if_string();
  if (date != nullptr && (*date == "2012-10-17" || *date == "2008-10-17")) return *date == "2012-10-17";
  return Malformed(R"(Version must be "2012-10-17" or "2008-10-17")");
}

}  // namespace

Result<BucketPolicy> ParsePolicy(std::string_view json_text, std::string_view bucket) {
  constexpr std::array<std::string_view, 3> kKnown = {"Version", "Id", "Statement"};
  if (json_text.size() > kMaxPolicyBytes) {
    return Malformed(fmt::format("a policy has at most {} bytes; this one has {}", kMaxPolicyBytes, json_text.size()));
  }
  auto root = ParseJsonObject(json_text);
  if (!root) return Malformed(fmt::format("the policy is not a JSON object: {}", root.error().message));
  ATELIER_CHECK(CheckMembers(*root, kKnown));
  Dialect dialect{.bucket = bucket};
  ATELIER_TRY(dialect.variables, ReadVersion(*root));

  const json::value* found = root->if_contains("Statement");
  if (found == nullptr) return Malformed("the policy has no Statement");
  const json::array* list = found->if_array();
  if (list != nullptr && list->empty()) return Malformed("Statement is an empty list");
  BucketPolicy policy;
  std::size_t count = list != nullptr ? list->size() : 1;
  for (std::size_t i = 0; i < count; ++i) {
    ATELIER_TRY(Statement statement, ReadNamedStatement(list != nullptr ? (*list)[i] : *found, i + 1, dialect));
    policy.statements.push_back(std::move(statement));
  }
  return policy;
}

}  // namespace atelier::access
