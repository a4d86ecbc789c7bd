// serving::ServiceRepository over SQL: searchable columns beside one JSON document per service.
#pragma once

#include "serving/service_repository.h"
#include "storage/database.h"

namespace atelier::storage {

class SqlServiceRepository final : public serving::ServiceRepository {
 public:
  explicit SqlServiceRepository(Database& database) : database_(database) {}
  Result<void> Insert(const serving::Service& service) override;
  Result<void> Update(const serving::Service& service) override;
  Result<void> Remove(const std::string& id) override;
  Result<std::optional<serving::Service>> Find(const std::string& id) override;
  Result<serving::ServicePage> List(const std::string& project_id, const serving::ServiceFilter& filter) override;
  Result<std::vector<serving::Service>> All() override;
  Result<std::vector<std::string>> Using(const std::string& model_id) override;

 private:
  Database& database_;
};

// The query of a page, for the test of its plan.
std::string ServiceListQuery(const serving::ServiceFilter& filter);

}  // namespace atelier::storage
