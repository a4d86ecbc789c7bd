// Where things lie within a project: what a workspace holds, and what tags hang on.
#pragma once

#include "registry/model_repository.h"
#include "serving/service_repository.h"
#include "tenancy/tagged_resources.h"
#include "tenancy/workspace_contents.h"
#include "training/algorithm_repository.h"
#include "training/job_repository.h"

namespace atelier::app {

// Thread-safe. All four must outlive it.
class ContentsOfWorkspaces final : public tenancy::WorkspaceContents {
 public:
  ContentsOfWorkspaces(training::JobRepository& jobs, training::AlgorithmRepository& algorithms,
                       registry::ModelRepository& models, serving::ServiceRepository& services)
      : jobs_(jobs), algorithms_(algorithms), models_(models), services_(services) {}

  Result<std::vector<std::string>> Of(const std::string& project_id, const std::string& workspace_id) override;

 private:
  training::JobRepository& jobs_;
  training::AlgorithmRepository& algorithms_;
  registry::ModelRepository& models_;
  serving::ServiceRepository& services_;
};

// Thread-safe. Both must outlive it.
class ServicesAndJobs final : public tenancy::TaggedResources {
 public:
  ServicesAndJobs(training::JobRepository& jobs, serving::ServiceRepository& services)
      : jobs_(jobs), services_(services) {}

  Result<std::optional<tenancy::NamedResource>> Find(const std::string& project_id, tenancy::TaggedKind kind,
                                                     const std::string& id) override;
  Result<std::vector<tenancy::NamedResource>> List(const std::string& project_id, tenancy::TaggedKind kind) override;

 private:
  Result<std::optional<tenancy::NamedResource>> FindService(const std::string& project_id, const std::string& id);
  Result<std::optional<tenancy::NamedResource>> FindJob(const std::string& project_id, const std::string& id);

  training::JobRepository& jobs_;
  serving::ServiceRepository& services_;
};

}  // namespace atelier::app
