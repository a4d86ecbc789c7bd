// The in-memory ModelRepository, held to the same contract test as the SQL one.
#pragma once

#include <map>
#include <mutex>

#include "registry/model_repository.h"

namespace atelier::registry {

class MemoryModelRepository final : public ModelRepository {
 public:
  Result<void> Insert(const Model& model) override;
  Result<void> Update(const Model& model) override;
  Result<void> Remove(const std::string& id) override;
  Result<std::optional<Model>> Find(const std::string& id) override;
  Result<ModelPage> List(const std::string& project_id, const ModelFilter& filter) override;
  Result<std::vector<Model>> Unsettled() override;

 private:
  std::mutex mutex_;
  std::map<std::string, Model> models_;  // guarded by mutex_
};

}  // namespace atelier::registry
