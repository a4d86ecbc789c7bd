// registry::ModelRepository over SQL: searchable columns beside one JSON document per model.
#pragma once

#include "registry/model_repository.h"
#include "storage/database.h"

namespace atelier::storage {

class SqlModelRepository final : public registry::ModelRepository {
 public:
  explicit SqlModelRepository(Database& database) : database_(database) {}
  Result<void> Insert(const registry::Model& model) override;
  Result<void> Update(const registry::Model& model) override;
  Result<void> Remove(const std::string& id) override;
  Result<std::optional<registry::Model>> Find(const std::string& id) override;
  Result<registry::ModelPage> List(const std::string& project_id, const registry::ModelFilter& filter) override;
  Result<std::vector<registry::Model>> Unsettled() override;

 private:
  Database& database_;
};

// The query of a page, for the test of its plan.
std::string ModelListQuery(const registry::ModelFilter& filter);

}  // namespace atelier::storage
