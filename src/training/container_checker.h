// Checks a job of API v2 before anything is written; the codes are that API's (modelarts-api sections 2B.2, 2B.6).
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "training/container_request.h"
#include "training/request_checker.h"

namespace atelier::training {

// Thread-safe as far as its ports are.
class ContainerChecker {
 public:
  ContainerChecker(ArtifactStore& artifacts, EngineSource& engines, std::vector<compute::Flavor> flavors);

  // The spec to keep. Errors say which field, what was expected, what came, what to do; Unimplemented for what the
  // cloud has and this product has not.
  Result<JobSpec> Check(const std::string& project_id, const ContainerJobRequest& request) const;

 private:
  Result<void> CheckCode(const std::string& project_id, const ContainerRequest& request, JobSpec& spec) const;
  Result<void> CheckChannels(const std::string& project_id, const ContainerRequest& request) const;

  EngineSource& engines_;
  const RequestChecker checker_;
};

// The restarts that annotations ask for.
Result<RestartPolicy> RestartPolicyOf(const std::map<std::string, std::string>& annotations);

}  // namespace atelier::training
