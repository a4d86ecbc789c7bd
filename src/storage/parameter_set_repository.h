// Parameter sets in control.db.
#pragma once

#include "storage/database.h"
#include "training/parameter_set.h"

namespace atelier::storage {

// Thread-safe; keeps no state but the database's.
class SqlParameterSetRepository final : public training::ParameterSetRepository {
 public:
  explicit SqlParameterSetRepository(Database& control) : control_(control) {}

  Result<void> Insert(const training::ParameterSet& set) override;
  Result<void> Update(const training::ParameterSet& set) override;
  Result<void> Remove(const std::string& project_id, const std::string& name) override;
  Result<std::optional<training::ParameterSet>> Find(const std::string& project_id, const std::string& name) override;
  Result<training::SetPage> List(const std::string& project_id, const training::SetQuery& query) override;
  Result<std::size_t> Count(const std::string& project_id) override;

 private:
  Database& control_;
};

}  // namespace atelier::storage
