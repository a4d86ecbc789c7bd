// What a project owns in every room that keeps things for projects.
#pragma once

#include "iam/project_usage.h"
#include "object_store/object_service.h"
#include "registry/model_repository.h"
#include "serving/service_repository.h"
#include "training/job_repository.h"
#include "training/parameter_set.h"

namespace atelier::app {

// Thread-safe. All of them must outlive it.
class ProjectContents final : public iam::ProjectUsage {
 public:
  ProjectContents(object_store::ObjectService& objects, training::JobRepository& jobs,
                  training::ParameterSetRepository& parameter_sets, registry::ModelRepository& models,
                  serving::ServiceRepository& services)
      : objects_(objects), jobs_(jobs), parameter_sets_(parameter_sets), models_(models), services_(services) {}

  Result<std::vector<std::string>> Of(const std::string& project_id) override;

 private:
  object_store::ObjectService& objects_;
  training::JobRepository& jobs_;
  training::ParameterSetRepository& parameter_sets_;
  registry::ModelRepository& models_;
  serving::ServiceRepository& services_;
};

}  // namespace atelier::app
