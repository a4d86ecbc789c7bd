#include "app/tenancy.h"

#include "api/iam/project_quota_routes.h"
#include "api/modelarts/admission.h"
#include "api/modelarts/pool_routes.h"
#include "api/modelarts/quota_routes.h"
#include "api/modelarts/tag_routes.h"
#include "api/modelarts/workspace_routes.h"
#include "app/project_places.h"
#include "storage/tenancy_repositories.h"
#include "storage/usage_counter.h"
#include "tenancy/quota_service.h"
#include "tenancy/tag_service.h"
#include "tenancy/workspace_service.h"

namespace atelier::app {

using tenancy::Resource;

tenancy::Limits DefaultQuotas(const Settings& settings) {
  auto limit = [](std::uint64_t number) { return static_cast<std::int64_t>(number); };
  return {{Resource::kJobs, limit(settings.quota_training_jobs)},
          {Resource::kRunningVersions, limit(settings.quota_running_versions)},
          {Resource::kModels, limit(settings.quota_models)},
          {Resource::kServices, limit(settings.quota_services)},
          {Resource::kReplicas, limit(settings.quota_replicas)},
          {Resource::kAlgorithms, limit(settings.quota_algorithms)},
          {Resource::kAccessKeys, limit(settings.quota_access_keys)}};
}

struct Tenancy::Parts {
  storage::SqlQuotaRepository quota_rows;
  storage::SqlWorkspaceRepository workspace_rows;
  storage::SqlTagRepository tag_rows;
  storage::SqlUsageCounter usage;
  ContentsOfWorkspaces contents;
  ServicesAndJobs tagged;
  tenancy::QuotaService quotas;
  tenancy::WorkspaceService workspaces;
  tenancy::TagService tags;

  Parts(storage::Database& control, const Rooms& rooms, const Clock& clock, tenancy::Limits defaults)
      : quota_rows(control),
        workspace_rows(control),
        tag_rows(control),
        usage(control),
        contents(rooms.jobs, rooms.algorithms, rooms.models, rooms.services),
        tagged(rooms.jobs, rooms.services),
        quotas(quota_rows, usage, std::move(defaults)),
        workspaces(workspace_rows, contents, clock),
        tags(tag_rows, tagged) {}
};

Tenancy::Tenancy(storage::Database& control, const Rooms& rooms, const Clock& clock, tenancy::Limits defaults)
    : parts_(std::make_unique<Parts>(control, rooms, clock, std::move(defaults))) {}
Tenancy::~Tenancy() = default;

Result<std::size_t> Tenancy::JobQuota(const std::string& project_id) {
  ATELIER_TRY(auto limit, parts_->quotas.LimitOf(project_id, Resource::kJobs));
  return static_cast<std::size_t>(limit == tenancy::kUnlimited ? tenancy::kMostLimit : limit);
}

Result<void> Tenancy::CheckReplicas(const std::string& project_id, std::size_t more) {
  ATELIER_CHECK(parts_->quotas.Reserve({project_id, {}}, Resource::kReplicas, more, "ModelArts.3521"));
  return {};
}

std::vector<api::PlatformRoute> Tenancy::Routes(iam::IdentityService& identities) {
  std::vector<api::PlatformRoute> routes;
  for (auto& group :
       {api::QuotaRoutes(parts_->quotas), api::WorkspaceRoutes(parts_->workspaces), api::TagRoutes(parts_->tags),
        api::PoolRoutes(), api::ProjectQuotaRoutes(identities, parts_->quotas)})
    routes.insert(routes.end(), group.begin(), group.end());
  return routes;
}

void Tenancy::Guard(std::vector<api::PlatformRoute>& routes) {
  api::GuardCreation(routes, parts_->quotas, parts_->workspaces);
}

}  // namespace atelier::app
