#include "app/project_places.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"

namespace atelier::app {

using tenancy::NamedResource;
using tenancy::TaggedKind;

namespace {

// Beyond every quota.
constexpr std::size_t kAllServices = 1'000'000;
constexpr int kAllJobs = 1'000'000;

NamedResource Named(const training::Job& job) {
  return {.id = std::to_string(job.id), .shown_id = job.uuid, .name = job.name, .workspace_id = job.workspace_id};
}

NamedResource Named(const serving::Service& service) {
  return {.id = service.id, .shown_id = service.id, .name = service.name, .workspace_id = service.workspace_id};
}

}  // namespace

Result<std::vector<std::string>> ContentsOfWorkspaces::Of(const std::string& project_id,
                                                          const std::string& workspace_id) {
  registry::ModelFilter models;
  models.workspace_id = workspace_id;
  models.limit = 1;
  serving::ServiceFilter services;
  services.workspace_id = workspace_id;
  services.limit = 1;
  training::JobQuery jobs;
  jobs.workspace_id = workspace_id;
  jobs.per_page = 1;
  ATELIER_TRY(auto job_page, jobs_.ListJobs(project_id, jobs, {}));
  ATELIER_TRY(auto algorithm_page, algorithms_.List(project_id, {.workspace_id = workspace_id, .limit = 1}));
  ATELIER_TRY(auto model_page, models_.List(project_id, models));
  ATELIER_TRY(auto service_page, services_.List(project_id, services));
  std::vector<std::string> owned;
  auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) owned.push_back(fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"));
  };
  add(job_page.total, "training job");
  add(algorithm_page.matching, "algorithm");
  add(model_page.total, "model");
  add(service_page.total, "service");
  return owned;
}

Result<std::optional<NamedResource>> ServicesAndJobs::FindService(const std::string& project_id,
                                                                  const std::string& id) {
  ATELIER_TRY(auto service, services_.Find(id));
  if (!service || service->project_id != project_id || service->desired == serving::DesiredState::kDeleted)
    return std::nullopt;
  return Named(*service);
}

Result<std::optional<NamedResource>> ServicesAndJobs::FindJob(const std::string& project_id, const std::string& id) {
  auto number = ParseNumber<std::int64_t>(id);
  ATELIER_TRY(auto job, number ? jobs_.FindJob(*number) : jobs_.FindJobByUuid(ToLower(id)));
  if (!job || job->project_id != project_id || job->deleting) return std::nullopt;
  return Named(*job);
}

Result<std::optional<NamedResource>> ServicesAndJobs::Find(const std::string& project_id, TaggedKind kind,
                                                           const std::string& id) {
  return kind == TaggedKind::kService ? FindService(project_id, id) : FindJob(project_id, id);
}

Result<std::vector<NamedResource>> ServicesAndJobs::List(const std::string& project_id, TaggedKind kind) {
  std::vector<NamedResource> resources;
  if (kind == TaggedKind::kService) {
    serving::ServiceFilter all;
    all.limit = kAllServices;
    ATELIER_TRY(auto page, services_.List(project_id, all));
    for (const auto& service : page.services) resources.push_back(Named(service));
  } else {
    training::JobQuery all;
    all.per_page = kAllJobs;
    ATELIER_TRY(auto page, jobs_.ListJobs(project_id, all, {}));
    for (const auto& summary : page.jobs) resources.push_back(Named(summary.job));
  }
  return resources;
}

}  // namespace atelier::app
