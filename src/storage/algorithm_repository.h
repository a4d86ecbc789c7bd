// training::AlgorithmRepository over SQL: searchable columns beside one JSON document per algorithm.
#pragma once

#include "storage/database.h"
#include "training/algorithm_repository.h"

namespace atelier::storage {

class SqlAlgorithmRepository final : public training::AlgorithmRepository {
 public:
  explicit SqlAlgorithmRepository(Database& database) : database_(database) {}
  Result<void> Insert(const training::Algorithm& algorithm) override;
  Result<void> Update(const training::Algorithm& algorithm) override;
  Result<bool> Remove(const std::string& project_id, const std::string& id) override;
  Result<std::optional<training::Algorithm>> Find(const std::string& project_id, const std::string& id) override;
  Result<training::AlgorithmPage> List(const std::string& project_id, const training::AlgorithmQuery& query) override;

 private:
  Database& database_;
};

}  // namespace atelier::storage
