// The in-memory ServiceRepository, held to the same contract test as the SQL one.
#pragma once

#include <map>
#include <mutex>

#include "serving/service_repository.h"

namespace atelier::serving {

class MemoryServiceRepository final : public ServiceRepository {
 public:
  Result<void> Insert(const Service& service) override;
  Result<void> Update(const Service& service) override;
  Result<void> Remove(const std::string& id) override;
  Result<std::optional<Service>> Find(const std::string& id) override;
  Result<ServicePage> List(const std::string& project_id, const ServiceFilter& filter) override;
  Result<std::vector<Service>> All() override;
  Result<std::vector<std::string>> Using(const std::string& model_id) override;

 private:
  std::mutex mutex_;
  std::map<std::string, Service> services_;  // guarded by mutex_
};

}  // namespace atelier::serving
