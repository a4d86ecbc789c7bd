// Port: where algorithms are kept. Implemented by storage/ (SQL) and training/testing/ (memory).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "training/algorithm.h"

namespace atelier::training {

enum class AlgorithmOrder { kCreated, kUpdated, kName };

struct AlgorithmQuery {
  std::string search = {};        // part of the name; case does not matter
  std::string workspace_id = {};  // empty: all
  AlgorithmOrder order = AlgorithmOrder::kCreated;
  bool descending = true;
  std::size_t offset = 0;  // rows to leave out
  std::size_t limit = 50;
};

struct AlgorithmPage {
  std::vector<Algorithm> algorithms;
  std::size_t matching = 0;  // that the query finds, on all pages
  std::size_t total = 0;     // of the project
};

// Thread-safe. Writes are durable when they return. Equal keys of the order: by id, so that pages do not overlap.
class AlgorithmRepository {
 public:
  virtual ~AlgorithmRepository() = default;
  virtual Result<void> Insert(const Algorithm& algorithm) = 0;  // AlreadyExists when (project, name) is taken
  // All but id, project and creation. AlreadyExists likewise; NotFound when it is gone.
  virtual Result<void> Update(const Algorithm& algorithm) = 0;
  virtual Result<bool> Remove(const std::string& project_id, const std::string& id) = 0;  // false: there was none
  virtual Result<std::optional<Algorithm>> Find(const std::string& project_id, const std::string& id) = 0;
  virtual Result<AlgorithmPage> List(const std::string& project_id, const AlgorithmQuery& query) = 0;
};

}  // namespace atelier::training
