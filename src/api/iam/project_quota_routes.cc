#include "api/iam/project_quota_routes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/json.h"

namespace atelier::api {
namespace {

using tenancy::QuotaService;

constexpr std::uint64_t kBodyLimit = 64 * 1024;

struct Services {
  iam::IdentityService& identities;
  QuotaService& quotas;
};

// Whoever administers a domain has a role in all of its projects, and in no others that could be meant.
Result<std::string> ProjectOf(const Services& services, const PlatformCall& call) {
  const auto& id = call.arguments.at("id");
  ATELIER_TRY(auto projects, services.identities.Projects(call.principal));
  auto found = std::ranges::find(projects, id, &iam::Project::id);
  if (found == projects.end() || found->domain_id != call.principal.domain_id)
    return NotFound("There is no project with the id " + id + ".");
  return id;
}

// Access keys are a user's, so nobody's are counted here.
Result<http::Response> Answer(const Services& services, const std::string& project_id) {
  ATELIER_TRY(auto all, services.quotas.All({project_id, {}}));
  json::array items;
  for (const auto& [resource, limit, used] : all) {
    const auto& described = tenancy::Describe(resource);
    json::object item{{"resource", described.name}, {"limit", limit}};
    if (!described.per_user) item["used"] = used;
    items.push_back(std::move(item));
  }
  return http::Response::Json(200, CompactJson(json::object{{"quotas", items}}));
}

Result<http::Response> ShowProjectQuotas(const Services& services, const PlatformCall& call) {
  ATELIER_TRY(auto project_id, ProjectOf(services, call));
  return Answer(services, project_id);
}

// {"quotas": {"training-jobs": 5, "models": -1}}
Result<tenancy::Limits> ParseLimits(std::string_view body) {
  ATELIER_TRY(json::object object, ParseJsonObject(body));
  ATELIER_TRY(const json::object* quotas, ReadObject(object, "quotas"));
  if (quotas == nullptr || quotas->empty())
    return InvalidArgument("quotas: expected an object of resources and their limits", {}, "quotas");
  tenancy::Limits limits;
  for (const auto& [name, value] : *quotas) {
    auto resource = tenancy::ParseResource(name);
    if (!resource) {
      std::vector<std::string_view> known;
      for (const auto& described : tenancy::Resources()) known.push_back(described.name);
      return InvalidArgument(
          fmt::format("quotas: '{}' is no resource; there are {}", std::string_view(name), fmt::join(known, ", ")), {},
          "quotas");
    }
    ATELIER_TRY(auto limit, ReadInt(*quotas, name));
    if (!limit)
      return InvalidArgument(fmt::format("quotas.{}: expected a number", std::string_view(name)), {}, "quotas");
    limits[*resource] = *limit;
  }
  return limits;
}

Result<http::Response> SetProjectQuotas(const Services& services, const PlatformCall& call) {
  ATELIER_TRY(auto project_id, ProjectOf(services, call));
  ATELIER_TRY(auto limits, ParseLimits(call.body));
  ATELIER_CHECK(services.quotas.Set(project_id, limits));
  return Answer(services, project_id);
}

}  // namespace

std::vector<PlatformRoute> ProjectQuotaRoutes(iam::IdentityService& identities, QuotaService& quotas) {
  using Handler = Result<http::Response> (*)(const Services&, const PlatformCall&);
  Services services{identities, quotas};
  auto to = [services](Handler handler) -> PlatformTarget {
    auto run = [services, handler](const PlatformCall& call) { return handler(services, call); };
    return {run, ErrorShape::kKeystone, false, kBodyLimit, iam::Need{iam::Operation::kAdminister, iam::Scope::kDomain}};
  };
  return {
      {"GET", "/v3/projects/{id}/quotas", "ShowProjectQuotas", to(ShowProjectQuotas)},
      {"PUT", "/v3/projects/{id}/quotas", "SetProjectQuotas", to(SetProjectQuotas)},
  };
}

}  // namespace atelier::api
