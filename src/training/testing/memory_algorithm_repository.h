// The in-memory AlgorithmRepository, held to the same contract test as the SQL one.
#pragma once

#include <map>
#include <mutex>

#include "training/algorithm_repository.h"

namespace atelier::training {

class MemoryAlgorithmRepository final : public AlgorithmRepository {
 public:
  Result<void> Insert(const Algorithm& algorithm) override;
  Result<void> Update(const Algorithm& algorithm) override;
  Result<bool> Remove(const std::string& project_id, const std::string& id) override;
  Result<std::optional<Algorithm>> Find(const std::string& project_id, const std::string& id) override;
  Result<AlgorithmPage> List(const std::string& project_id, const AlgorithmQuery& query) override;

 private:
  Result<void> CheckName(const Algorithm& algorithm) const;  // the caller holds mutex_

  std::mutex mutex_;
  std::map<std::string, Algorithm> algorithms_;  // by id; guarded by mutex_
};

}  // namespace atelier::training
