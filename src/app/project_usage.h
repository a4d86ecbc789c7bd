// What a project owns in every room that keeps things for projects.
#pragma once

#include "boards/board_repository.h"
#include "iam/project_usage.h"
#include "object_store/object_service.h"
#include "registry/model_repository.h"
#include "serving/service_repository.h"
#include "training/algorithm_repository.h"
#include "training/job_repository.h"
#include "training/parameter_set.h"

namespace atelier::app {

// Where a project's things are kept. All must outlive who uses them.
struct ProjectRooms {
  object_store::ObjectService& objects;
  training::JobRepository& jobs;
  training::AlgorithmRepository& algorithms;
  training::ParameterSetRepository& parameter_sets;
  registry::ModelRepository& models;
  serving::ServiceRepository& services;
  boards::BoardRepository& boards;
};

// Thread-safe.
class ProjectContents final : public iam::ProjectUsage {
 public:
  explicit ProjectContents(const ProjectRooms& rooms) : rooms_(rooms) {}

  Result<std::vector<std::string>> Of(const std::string& project_id) override;

 private:
  const ProjectRooms rooms_;
};

}  // namespace atelier::app
