// Links to a job's log that need no credentials and end after five minutes (modelarts-api section 2B.5, logs/url).
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "http/message.h"

namespace atelier::api {

// What a link gives away: one task's log, in one form.
struct LogGrant {
  std::string project_id, job_id, task;
  std::string content_type;  // "text/plain" or "application/octet-stream"
};

// Immutable; thread-safe. The key is made anew by every process: links do not outlive it.
class LogLinks {
 public:
  static constexpr std::chrono::minutes kLifetime{5};

  LogLinks();
  // The link's path and query, to be put behind the server's address.
  std::string Make(const LogGrant& grant, TimePoint now) const;
  // The grant whose link this is. PermissionDenied when it was changed or has ended.
  Result<LogGrant> Check(LogGrant grant, const http::Query& query, TimePoint now) const;

 private:
  std::string Sign(const LogGrant& grant, std::int64_t expires) const;

  const std::string key_;
};

// The form that a request asks for, in its query or its header; "text/plain" when it says neither.
Result<std::string> LogContentType(const http::Request& request);

}  // namespace atelier::api
