// Port: where model rows are kept. Implemented by storage/ and registry/testing/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "registry/types.h"

namespace atelier::registry {

// Thread-safe. Writes are durable when they return.
class ModelRepository {
 public:
  virtual ~ModelRepository() = default;
  // AlreadyExists when (project, name, version) is taken.
  virtual Result<void> Insert(const Model& model) = 0;
  virtual Result<void> Update(const Model& model) = 0;  // NotFound when it is gone
  virtual Result<void> Remove(const std::string& id) = 0;
  virtual Result<std::optional<Model>> Find(const std::string& id) = 0;
  virtual Result<ModelPage> List(const std::string& project_id, const ModelFilter& filter) = 0;
  // What the reconciler must work on: every model that is publishing or deleting, of any project.
  virtual Result<std::vector<Model>> Unsettled() = 0;
};

}  // namespace atelier::registry
