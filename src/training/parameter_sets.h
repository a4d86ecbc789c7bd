// The parameter sets of all projects: what the API surfaces call.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "compute/backend.h"
#include "training/engine_source.h"
#include "training/parameter_set.h"

namespace atelier::training {

// A set and the engine that it names; no engine when it names none, or one that is no longer known.
struct ShownSet {
  ParameterSet set;
  std::optional<EngineListing> engine;
};

struct ShownSetPage {
  std::vector<ShownSet> sets;
  std::size_t total = 0;
};

// Thread-safe. Sets of another project do not exist for a caller: NotFound. What is kept is checked as far as it can be
// without running it: names, places as texts, engine, flavor, parameters. Nothing looks at the object store.
class ParameterSets {
 public:
  static constexpr std::size_t kMostSets = 1000;  // per project

  // All must outlive it.
  ParameterSets(ParameterSetRepository& repository, EngineSource& engines, compute::Backend& backend,
                const Clock& clock)
      : repository_(repository), engines_(engines), backend_(backend), clock_(clock) {}

  Result<void> Create(ParameterSet set);          // `created` is set here
  Result<void> Replace(const ParameterSet& set);  // description and fields of the one with its name
  Result<void> Delete(const std::string& project_id, const std::string& name);
  Result<ShownSet> Find(const std::string& project_id, const std::string& name);
  Result<ShownSetPage> List(const std::string& project_id, const SetQuery& query);

 private:
  Result<void> Check(const ParameterSet& set);

  ParameterSetRepository& repository_;
  EngineSource& engines_;
  compute::Backend& backend_;
  const Clock& clock_;
};

}  // namespace atelier::training
