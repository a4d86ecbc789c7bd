#include "api/modelarts/training_v2_log_link.h"

#include <fmt/format.h>

#include "api/modelarts/training_v2_fields.h"
#include "base/digest.h"
#include "base/ids.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::string_view kText = "text/plain", kBytes = "application/octet-stream";

}  // namespace

LogLinks::LogLinks() : key_(RandomBytes(kKeyBytes)) {}

std::string LogLinks::Sign(const LogGrant& grant, std::int64_t expires) const {
  // The parts are free of newlines: a path piece with one names no job.
  auto text =
      fmt::format("{}\n{}\n{}\n{}\n{}", grant.project_id, grant.job_id, grant.task, grant.content_type, expires);
  return HexEncode(HmacSha256(key_, text));
}

std::string LogLinks::Make(const LogGrant& grant, TimePoint now) const {
  auto expires = ToUnixMillis(now + kLifetime);
  return fmt::format("/v2/{}/training-jobs/{}/tasks/{}/logs/content?Content-Type={}&expires={}&signature={}",
                     grant.project_id, grant.job_id, grant.task, PercentEncode(grant.content_type), expires,
                     Sign(grant, expires));
}

Result<LogGrant> LogLinks::Check(LogGrant grant, const http::Query& query, TimePoint now) const {
  grant.content_type = query.Get("Content-Type").value_or("");
  auto expires = ParseNumber<std::int64_t>(query.Get("expires").value_or(""));
  auto signature = query.Get("signature").value_or("");
  if (!expires || !EqualsConstantTime(signature, Sign(grant, *expires)))
    return PermissionDenied("the link is not one that this server has made; ask for logs/url again");
  if (ToUnixMillis(now) > *expires)
    return PermissionDenied("the link ended after five minutes; ask for logs/url again");
  return grant;
}

Result<std::string> LogContentType(const http::Request& request) {
  if (auto asked = request.query.Get("Content-Type"); asked && !asked->empty()) {
    if (*asked == kText || *asked == kBytes) return std::string(*asked);
    return RefuseV2("Content-Type", fmt::format("{} or {}", kText, kBytes), fmt::format("'{}'", *asked));
  }
  // Clients send a type with every request; only these two mean something here.
  auto header = request.headers.Get("content-type").value_or("");
  return std::string(header.starts_with(kBytes) ? kBytes : kText);
}

}  // namespace atelier::api
