// The algorithms of all projects: what the API surface calls.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "training/algorithm_repository.h"

namespace atelier::training {

// On whose behalf an algorithm is made.
struct AlgorithmOwner {
  std::string project_id, domain_id, user_name;
};

// Thread-safe. Algorithms of another project do not exist for a caller: NotFound, ModelArts.2755. A name that is taken:
// AlreadyExists, ModelArts.2751. Jobs keep their own copy of what they run, so an algorithm can be changed and deleted
// while they do.
class AlgorithmService {
 public:
  AlgorithmService(AlgorithmRepository& repository, const Clock& clock) : repository_(repository), clock_(clock) {}

  Result<Algorithm> Create(const AlgorithmOwner& owner, AlgorithmSpec spec);
  Result<Algorithm> Find(const std::string& project_id, const std::string& id);
  // Replaces what the algorithm says; its workspace stays.
  Result<Algorithm> Replace(const std::string& project_id, const std::string& id, AlgorithmSpec spec);
  Result<void> Delete(const std::string& project_id, const std::string& id);
  Result<AlgorithmPage> List(const std::string& project_id, const AlgorithmQuery& query);

 private:
  AlgorithmRepository& repository_;
  const Clock& clock_;
};

}  // namespace atelier::training
