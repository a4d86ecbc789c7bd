#include "api/object_store/conditions.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

std::optional<std::string> TextOf(const http::Headers& headers, std::string_view prefix, std::string_view name) {
  auto value = headers.Get(fmt::format("{}{}", prefix, name));
  if (!value) return std::nullopt;
  return std::string(*value);
}

std::optional<TimePoint> DateOf(const http::Headers& headers, std::string_view prefix, std::string_view name) {
  auto value = headers.Get(fmt::format("{}{}", prefix, name));
  if (!value) return std::nullopt;
  if (auto date = ParseHttpDate(Trim(*value))) return date;
  return ParseIso8601(Trim(*value));
}

// HTTP dates have whole seconds: a copy fetched within the second of the change is up to date.
TimePoint WholeSeconds(TimePoint time) { return std::chrono::floor<std::chrono::seconds>(time); }

}  // namespace

ReadConditions ReadConditionsOf(const http::Headers& headers, std::string_view prefix) {
  return {.if_match = TextOf(headers, prefix, "if-match"),
          .if_none_match = TextOf(headers, prefix, "if-none-match"),
          .if_modified_since = DateOf(headers, prefix, "if-modified-since"),
          .if_unmodified_since = DateOf(headers, prefix, "if-unmodified-since")};
}

ConditionOutcome EvaluateConditions(const ReadConditions& conditions, std::string_view etag, TimePoint last_modified) {
  using Verdict = ConditionOutcome::Verdict;
  TimePoint modified = WholeSeconds(last_modified);
  if (conditions.if_match) {
    if (!EtagListNames(*conditions.if_match, etag)) return {Verdict::kFailed, "If-Match"};
  } else if (conditions.if_unmodified_since && modified > *conditions.if_unmodified_since) {
    return {Verdict::kFailed, "If-Unmodified-Since"};
  }
  if (conditions.if_none_match) {
    if (EtagListNames(*conditions.if_none_match, etag)) return {Verdict::kNotModified, "If-None-Match"};
  } else if (conditions.if_modified_since && modified <= *conditions.if_modified_since) {
    return {Verdict::kNotModified, "If-Modified-Since"};
  }
  return {};
}

std::string WithoutQuotes(std::string_view etag) {
  std::string_view text = Trim(etag);
  if (text.starts_with("W/")) text.remove_prefix(2);
  // OBS SDKs percent-encode header values, quotes included.
  for (std::string_view quote : {"\"", "%22"}) {
    if (text.size() < 2 * quote.size() || !text.starts_with(quote) || !text.ends_with(quote)) continue;
    return std::string(text.substr(quote.size(), text.size() - 2 * quote.size()));
  }
  return std::string(text);
}

bool EtagListNames(std::string_view list, std::string_view etag) {
  for (std::string_view item : Split(list, ',')) {
    std::string named = WithoutQuotes(item);
    if (named == "*" || named == etag) return true;
  }
  return false;
}

std::unexpected<Error> ConditionFailed(std::string_view condition) {
  return FailedPrecondition(fmt::format("the condition {} does not hold", condition), "PreconditionFailed",
                            std::string(condition));
}

Result<object_store::WriteConditions> WriteConditionsOf(const http::Headers& headers) {
  object_store::WriteConditions conditions;
  if (auto none_match = headers.Get("If-None-Match")) {
    if (WithoutQuotes(*none_match) != "*") {
      return MakeError(ErrorKind::kUnimplemented,
                       fmt::format("If-None-Match on a write can only be *, not {}", *none_match), "NotImplemented");
    }
    conditions.if_none_match_any = true;
  }
  if (auto match = headers.Get("If-Match")) conditions.if_match = WithoutQuotes(*match);
  return conditions;
}

}  // namespace atelier::api::s3
