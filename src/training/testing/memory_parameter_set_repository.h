// ParameterSetRepository in memory, for tests.
#pragma once

#include <map>
#include <mutex>
#include <utility>

#include "training/parameter_set.h"

namespace atelier::training {

class MemoryParameterSetRepository final : public ParameterSetRepository {
 public:
  Result<void> Insert(const ParameterSet& set) override;
  Result<void> Update(const ParameterSet& set) override;
  Result<void> Remove(const std::string& project_id, const std::string& name) override;
  Result<std::optional<ParameterSet>> Find(const std::string& project_id, const std::string& name) override;
  Result<SetPage> List(const std::string& project_id, const SetQuery& query) override;
  Result<std::size_t> Count(const std::string& project_id) override;

 private:
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, ParameterSet> sets_;  // guarded by mutex_; by project and name
};

}  // namespace atelier::training
