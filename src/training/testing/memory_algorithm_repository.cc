#include "training/testing/memory_algorithm_repository.h"

#include <algorithm>
#include <tuple>

#include "base/strings.h"

namespace atelier::training {
namespace {

std::tuple<std::string, std::int64_t, std::string> KeyOf(const Algorithm& algorithm, AlgorithmOrder order) {
  switch (order) {
    case AlgorithmOrder::kName:
      return {algorithm.spec.name, 0, algorithm.id};
    case AlgorithmOrder::kUpdated:
      return {"", ToUnixMillis(algorithm.updated), algorithm.id};
    case AlgorithmOrder::kCreated:
      break;
  }
  return {"", ToUnixMillis(algorithm.created), algorithm.id};
}

}  // namespace

Result<void> MemoryAlgorithmRepository::CheckName(const Algorithm& algorithm) const {
  for (const auto& [id, other] : algorithms_)
    if (id != algorithm.id && other.project_id == algorithm.project_id && other.spec.name == algorithm.spec.name)
      return AlreadyExists("the name is taken");
  return {};
}

Result<void> MemoryAlgorithmRepository::Insert(const Algorithm& algorithm) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(CheckName(algorithm));
  algorithms_[algorithm.id] = algorithm;
  return {};
}

Result<void> MemoryAlgorithmRepository::Update(const Algorithm& algorithm) {
  std::lock_guard lock(mutex_);
  auto found = algorithms_.find(algorithm.id);
  if (found == algorithms_.end()) return NotFound("no such algorithm");
  ATELIER_CHECK(CheckName(algorithm));
  found->second = algorithm;
  return {};
}

Result<bool> MemoryAlgorithmRepository::Remove(const std::string& project_id, const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = algorithms_.find(id);
  if (found == algorithms_.end() || found->second.project_id != project_id) return false;
  algorithms_.erase(found);
  return true;
}

Result<std::optional<Algorithm>> MemoryAlgorithmRepository::Find(const std::string& project_id, const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = algorithms_.find(id);
  if (found == algorithms_.end() || found->second.project_id != project_id) return std::nullopt;
  return found->second;
}

Result<AlgorithmPage> MemoryAlgorithmRepository::List(const std::string& project_id, const AlgorithmQuery& query) {
  std::lock_guard lock(mutex_);
  AlgorithmPage page;
  std::vector<Algorithm> found;
  for (const auto& [id, algorithm] : algorithms_) {
    if (algorithm.project_id != project_id) continue;
    ++page.total;
    bool named = ToLower(algorithm.spec.name).find(ToLower(query.search)) != std::string::npos;
    if (named && (query.workspace_id.empty() || algorithm.spec.workspace_id == query.workspace_id))
      found.push_back(algorithm);
  }
  page.matching = found.size();
  std::ranges::sort(found, {}, [&](const Algorithm& algorithm) { return KeyOf(algorithm, query.order); });
  if (query.descending) std::ranges::reverse(found);
  for (auto i = query.offset; i < found.size() && page.algorithms.size() < query.limit; ++i)
    page.algorithms.push_back(found[i]);
  return page;
}

}  // namespace atelier::training
