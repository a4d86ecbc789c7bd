// Port: where service rows are kept. Implemented by storage/ and serving/testing/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "serving/types.h"

namespace atelier::serving {

// Thread-safe. Writes are durable when they return.
class ServiceRepository {
 public:
  virtual ~ServiceRepository() = default;
  virtual Result<void> Insert(const Service& service) = 0;  // AlreadyExists when (project, name) is taken
  virtual Result<void> Update(const Service& service) = 0;  // NotFound when it is gone
  virtual Result<void> Remove(const std::string& id) = 0;
  virtual Result<std::optional<Service>> Find(const std::string& id) = 0;
  virtual Result<ServicePage> List(const std::string& project_id, const ServiceFilter& filter) = 0;
  virtual Result<std::vector<Service>> All() = 0;  // of every project, for the reconciler at its start
  // Names of the services that have the model in a deployment.
  virtual Result<std::vector<std::string>> Using(const std::string& model_id) = 0;
};

}  // namespace atelier::serving
