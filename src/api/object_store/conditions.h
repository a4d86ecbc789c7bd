// If-Match and its relatives, on reads, copies and writes (obs-s3 API: conditional requests).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "http/message.h"
#include "object_store/types.h"

namespace atelier::api::s3 {

struct ReadConditions {
  std::optional<std::string> if_match, if_none_match;  // header values
  std::optional<TimePoint> if_modified_since, if_unmodified_since;
};

// Of a GET or HEAD (prefix ""), or of a copy's source (prefix "x-amz-copy-source-"). Dates that do not parse are
// ignored.
ReadConditions ReadConditionsOf(const http::Headers& headers, std::string_view prefix);

struct ConditionOutcome {
  enum class Verdict { kProceed, kNotModified, kFailed };
  Verdict verdict = Verdict::kProceed;
  std::string_view condition;  // the header that decided
};
// A true If-Match beats a false If-Unmodified-Since; If-None-Match beats If-Modified-Since.
ConditionOutcome EvaluateConditions(const ReadConditions& conditions, std::string_view etag, TimePoint last_modified);

// Whether a list of ETags ("a", W/"b", c, *) names this one. Quotes and weakness do not matter.
bool EtagListNames(std::string_view list, std::string_view etag);
std::string WithoutQuotes(std::string_view etag);

// FailedPrecondition, code PreconditionFailed, naming the condition.
std::unexpected<Error> ConditionFailed(std::string_view condition);

// If-None-Match: * and If-Match of a PUT or of completing an upload. Other values of If-None-Match are Unimplemented.
Result<object_store::WriteConditions> WriteConditionsOf(const http::Headers& headers);

}  // namespace atelier::api::s3
