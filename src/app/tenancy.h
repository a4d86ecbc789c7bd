// The parts of the server that keep projects in order: quotas, workspaces and tags, with what they have to know of the
// other rooms.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/platform/platform_route.h"
#include "app/settings.h"
#include "base/clock.h"
#include "iam/identity_service.h"
#include "registry/model_repository.h"
#include "serving/service_repository.h"
#include "storage/database.h"
#include "tenancy/quota.h"
#include "training/algorithm_repository.h"
#include "training/job_repository.h"

namespace atelier::app {

tenancy::Limits DefaultQuotas(const Settings& settings);

// Thread-safe. Everything given must outlive it, and it must outlive the routes.
class Tenancy {
 public:
  struct Rooms {
    training::JobRepository& jobs;
    training::AlgorithmRepository& algorithms;
    registry::ModelRepository& models;
    serving::ServiceRepository& services;
  };
  Tenancy(storage::Database& control, const Rooms& rooms, const Clock& clock, tenancy::Limits defaults);
  ~Tenancy();

  // How many jobs a project may have, as lists show it.
  Result<std::size_t> JobQuota(const std::string& project_id);
  // Whether a service of the project may have so many replicas more: ModelArts.3521.
  Result<void> CheckReplicas(const std::string& project_id, std::size_t more);
  std::vector<api::PlatformRoute> Routes(iam::IdentityService& identities);
  // Puts quotas and workspaces before the routes that make things.
  void Guard(std::vector<api::PlatformRoute>& routes);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace atelier::app
