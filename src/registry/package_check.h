// ModelChecker over a compute backend: `atelier-predictor check` as a workload, in the sandbox like everything that
// runs users' code.
#pragma once

#include <filesystem>

#include "compute/backend.h"
#include "engines/background_installer.h"
#include "engines/engine_store.h"
#include "registry/model_service.h"
#include "registry/predictor_workload.h"

namespace atelier::registry {

class PackageCheck final : public ModelChecker {
 public:
  // Its reports and logs lie in `directory`/<model id>/ while a check runs.
  PackageCheck(compute::Backend& backend, engines::EngineStore& engines, engines::BackgroundInstaller& installer,
               const Clock& clock, PredictorPrograms programs, std::filesystem::path directory);

  Result<void> Start(const Model& model, const std::filesystem::path& package) override;
  Result<std::optional<Outcome>> Poll(const std::string& model_id) override;
  Result<void> Forget(const std::string& model_id) override;

 private:
  Outcome ReadReport(const std::string& model_id, const compute::Exit& exit) const;

  compute::Backend& backend_;
  engines::EngineStore& engines_;
  engines::BackgroundInstaller& installer_;
  const Clock& clock_;
  PredictorPrograms programs_;
  std::filesystem::path directory_;
};

}  // namespace atelier::registry
