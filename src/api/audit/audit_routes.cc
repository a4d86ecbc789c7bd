#include "api/audit/audit_routes.h"

#include <algorithm>

#include "base/json.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

constexpr std::size_t kDefaultLimit = 100;
constexpr std::size_t kMostLimit = 1000;

json::object EntryJson(const audit::Entry& entry) {
  return {{"id", entry.id},
          {"time", ToUnixMillis(entry.time)},
          {"project_id", entry.project_id},
          {"user_id", entry.user_id},
          {"user_name", entry.user_name},
          {"signed_in_by", audit::ToString(entry.signed_in_by)},
          {"access_key", entry.access_key},
          {"action", entry.action},
          {"method", entry.method},
          {"resource", entry.resource},
          {"status", entry.status},
          {"remote_address", entry.remote_address},
          {"request_id", entry.request_id}};
}

// The specification has checked the numbers (spec/audit.yaml); an absent or empty one is none.
std::optional<std::int64_t> Number(const http::Query& query, std::string_view name) {
  auto text = query.Get(name);
  return text ? ParseNumber<std::int64_t>(*text) : std::nullopt;
}

std::optional<TimePoint> Time(const http::Query& query, std::string_view name) {
  auto millis = Number(query, name);
  return millis ? std::optional(FromUnixMillis(*millis)) : std::nullopt;
}

audit::Query ReadQuery(const http::Query& query) {
  audit::Query wanted;
  wanted.user = query.Get("user").value_or("");
  wanted.action = query.Get("action").value_or("");
  if (auto status = Number(query, "status")) wanted.status = static_cast<int>(*status);
  wanted.from = Time(query, "start_time");
  wanted.before = Time(query, "end_time");
  wanted.older_than = Number(query, "marker");
  auto limit = Number(query, "limit").value_or(kDefaultLimit);
  wanted.limit = std::clamp(static_cast<std::size_t>(limit), std::size_t{1}, kMostLimit);
  return wanted;
}

Result<http::Response> ListEntries(audit::AuditLog& log, bool sees_all, const PlatformCall& call) {
  auto query = ReadQuery(call.request.query);
  query.projects = {call.principal.project_id};
  if (sees_all) query.projects.emplace_back();
  const std::size_t limit = query.limit;
  query.limit = limit + 1;  // one more says whether there are more
  ATELIER_TRY(auto entries, log.Find(query));
  const bool more = entries.size() > limit;
  if (more) entries.resize(limit);
  json::array items;
  for (const auto& entry : entries) items.push_back(EntryJson(entry));
  json::object answer{{"count", entries.size()}, {"entries", std::move(items)}};
  if (more) answer["next_marker"] = entries.back().id;
  return http::Response::Json(200, CompactJson(answer));
}

}  // namespace

std::vector<PlatformRoute> AuditRoutes(audit::AuditLog& log, std::function<bool(const iam::Principal&)> sees_all) {
  PlatformTarget list{
      .handler = [&log, sees_all = std::move(sees_all)](
                     const PlatformCall& call) { return ListEntries(log, sees_all(call.principal), call); },
      .error_shape = ErrorShape::kModelArts,
      .need = iam::Need{iam::Operation::kAdminister, iam::Scope::kProject}};
  return {{"GET", "/v1/{project_id}/audit-log", "ListAuditLog", std::move(list)}};
}

}  // namespace atelier::api
