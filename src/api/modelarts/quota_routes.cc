#include "api/modelarts/quota_routes.h"

#include <fmt/format.h>

#include "api/modelarts/json_fields.h"
#include "api/modelarts/paging.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

using tenancy::QuotaService;
using tenancy::Resource;

constexpr std::string_view kMalformed = "ModelArts.2787";
constexpr const char* kInvalid = "ModelArts.2788";
constexpr std::string_view kJobNumber = "job-num";  // the SDK's name of the quota of training jobs

http::Response Answer(const json::object& body) { return http::Response::Json(200, CompactJson(body)); }

tenancy::QuotaOwner OwnerOf(const PlatformCall& call) { return {call.principal.project_id, call.principal.user_id}; }

// Numbers as texts: so the SDK reads them.
Result<http::Response> ShowQuotas(QuotaService& quotas, const PlatformCall& call) {
  ATELIER_TRY(auto all, quotas.All(OwnerOf(call)));
  json::array resources;
  for (const auto& [resource, limit, used] : all)
    resources.push_back(json::object{
        {"type", tenancy::Describe(resource).name}, {"quota", std::to_string(limit)}, {"used", std::to_string(used)}});
  return Answer({{"quotas", json::object{{"resources", resources}}}});
}

Result<http::Response> ShowTrainingQuotas(QuotaService& quotas, const PlatformCall& call) {
  auto wanted = QueryText(call.request.query, "resource");
  if (!wanted.empty() && wanted != kJobNumber)
    return InvalidArgument(fmt::format("resource: expected {}, got '{}'", kJobNumber, wanted), kInvalid, "resource");
  ATELIER_TRY(auto all, quotas.All(OwnerOf(call)));
  json::array items;
  for (const auto& [resource, limit, used] : all)
    if (resource == Resource::kJobs)
      items.push_back(json::object{{"resource", kJobNumber}, {"quota", limit}, {"used", used}});
  return Answer({{"quotas", items}});
}

// One entry of a change. The project is limited, not the user whom the SDK may name.
Result<std::int64_t> ReadJobNumber(const FieldReader& item) {
  std::string resource;
  std::string limit;
  ATELIER_CHECK(item.Text("resource", resource));
  ATELIER_CHECK(item.Scalar("quota", limit));
  if (resource != kJobNumber)
    return MakeError(ErrorKind::kUnimplemented,
                     fmt::format("quotas of {} are not served by this server: only {} is", resource, kJobNumber), {},
                     "resource");
  auto number = ParseNumber<std::int64_t>(limit);
  if (!number || *number < 1 || *number > tenancy::kMostLimit)
    return InvalidArgument(
        fmt::format("Invalid parameter(quota): expected a number from 1 to {}, got '{}'", tenancy::kMostLimit, limit),
        kInvalid, "quota");
  return *number;
}

Result<http::Response> ModifyTrainingQuotas(QuotaService& quotas, const PlatformCall& call) {
  ATELIER_TRY(auto body, ReadBody(call.body, kMalformed, kInvalid));
  ATELIER_TRY(auto items, body.Objects("quotas"));
  if (items.empty())
    return InvalidArgument("Invalid parameter(quotas): expected an array of resources and their quotas", kInvalid,
                           "quotas");
  tenancy::Limits limits;
  for (const auto& item : items) {
    ATELIER_TRY(limits[Resource::kJobs], ReadJobNumber(item));
  }
  ATELIER_CHECK(quotas.Set(call.principal.project_id, limits));
  std::string user_id;
  ATELIER_CHECK(body.Text("user_id", user_id));
  json::array answer{json::object{{"resource", kJobNumber}, {"quota", limits[Resource::kJobs]}}};
  return Answer({{"user_id", user_id}, {"quotas", answer}});
}

}  // namespace

std::vector<PlatformRoute> QuotaRoutes(QuotaService& quotas) {
  auto with = [&](Result<http::Response> (*handler)(QuotaService&, const PlatformCall&)) -> PlatformTarget {
    return {[&quotas, handler](const PlatformCall& call) { return handler(quotas, call); }, ErrorShape::kModelArts};
  };
  auto change = with(ModifyTrainingQuotas);
  change.need = iam::Need{iam::Operation::kAdminister, iam::Scope::kDomain};
  return {
      {"GET", "/v1/{project_id}/quotas", "ShowQuotas", with(ShowQuotas)},
      {"GET", "/v2/{project_id}/training-quotas", "ShowTrainingQuotas", with(ShowTrainingQuotas)},
      {"PUT", "/v2/{project_id}/training-quotas", "ModifyTrainingQuotas", change},
  };
}

}  // namespace atelier::api
