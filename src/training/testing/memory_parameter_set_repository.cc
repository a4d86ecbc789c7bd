#include "training/testing/memory_parameter_set_repository.h"

#include <algorithm>

#include "base/strings.h"

namespace atelier::training {
namespace {

std::tuple<std::string, std::int64_t, std::string> KeyOf(const ParameterSet& set, SetOrder order) {
  switch (order) {
    case SetOrder::kName:
      return {"", 0, set.name};
    case SetOrder::kDescription:
      return {set.description, 0, set.name};
    case SetOrder::kCreated:
      return {"", ToUnixMillis(set.created), set.name};
  }
  return {"", 0, set.name};
}

}  // namespace

Result<void> MemoryParameterSetRepository::Insert(const ParameterSet& set) {
  std::lock_guard lock(mutex_);
  if (!sets_.emplace(std::pair(set.project_id, set.name), set).second)
    return AlreadyExists("Config name:" + set.name + " is existed", "ModelArts.0103", set.name);
  return {};
}

Result<void> MemoryParameterSetRepository::Update(const ParameterSet& set) {
  std::lock_guard lock(mutex_);
  auto found = sets_.find({set.project_id, set.name});
  if (found == sets_.end()) return NotFound("no such set");
  found->second.description = set.description;
  found->second.fields = set.fields;
  return {};
}

Result<void> MemoryParameterSetRepository::Remove(const std::string& project_id, const std::string& name) {
  std::lock_guard lock(mutex_);
  if (sets_.erase({project_id, name}) == 0) return NotFound("no such set");
  return {};
}

Result<std::optional<ParameterSet>> MemoryParameterSetRepository::Find(const std::string& project_id,
                                                                       const std::string& name) {
  std::lock_guard lock(mutex_);
  auto found = sets_.find({project_id, name});
  return found == sets_.end() ? std::nullopt : std::optional(found->second);
}

Result<SetPage> MemoryParameterSetRepository::List(const std::string& project_id, const SetQuery& query) {
  std::lock_guard lock(mutex_);
  std::vector<ParameterSet> fitting;
  auto wanted = ToLower(query.search);
  for (const auto& [key, set] : sets_)
    if (set.project_id == project_id && ToLower(set.name).find(wanted) != std::string::npos) fitting.push_back(set);
  std::ranges::sort(fitting, {}, [&](const ParameterSet& set) { return KeyOf(set, query.order); });
  if (query.descending) std::ranges::reverse(fitting);
  auto per_page = static_cast<std::size_t>(query.per_page);
  auto begin = std::min(fitting.size(), static_cast<std::size_t>(query.page - 1) * per_page);
  auto end = std::min(fitting.size(), begin + per_page);
  SetPage page{.sets = {}, .total = fitting.size()};
  for (auto i = begin; i < end; ++i) page.sets.push_back(std::move(fitting[i]));
  return page;
}

Result<std::size_t> MemoryParameterSetRepository::Count(const std::string& project_id) {
  std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(sets_, [&](const auto& entry) { return entry.first.first == project_id; }));
}

}  // namespace atelier::training
