// What a project owns in every room that keeps things for projects.
#pragma once

#include "boards/board_repository.h"
#include "iam/project_usage.h"
#include "object_store/object_service.h"
#include "registry/model_repository.h"
#include "serving/service_repository.h"
#include "training/algorithm_repository.h"
#include "training/job_repository.h"

namespace atelier::app {

// Thread-safe. All of them must outlive it.
class ProjectContents final : public iam::ProjectUsage {
 public:
  ProjectContents(object_store::ObjectService& objects, training::JobRepository& jobs,
                  training::AlgorithmRepository& algorithms, registry::ModelRepository& models,
                  serving::ServiceRepository& services, boards::BoardRepository& boards)
      : objects_(objects),
        jobs_(jobs),
        algorithms_(algorithms),
        models_(models),
        services_(services),
        boards_(boards) {}

  Result<std::vector<std::string>> Of(const std::string& project_id) override;

 private:
  object_store::ObjectService& objects_;
  training::JobRepository& jobs_;
  training::AlgorithmRepository& algorithms_;
  registry::ModelRepository& models_;
  serving::ServiceRepository& services_;
  boards::BoardRepository& boards_;
};

}  // namespace atelier::app
