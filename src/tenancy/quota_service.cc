#include "tenancy/quota_service.h"

#include <fmt/format.h>

#include <mutex>
#include <utility>

namespace atelier::tenancy {

struct QuotaService::State {
  QuotaRepository& repository;
  UsageCounter& usage;
  const Limits defaults;
  std::mutex mutex;
  std::map<std::pair<Resource, std::string>, std::size_t> reserved;  // guarded by mutex

  State(QuotaRepository& r, UsageCounter& u, Limits d) : repository(r), usage(u), defaults(std::move(d)) {}

  static const std::string& Counted(Resource resource, const QuotaOwner& owner) {
    return Describe(resource).per_user ? owner.user_id : owner.project_id;
  }
  std::int64_t LimitIn(const Limits& set, Resource resource) const {
    auto found = set.find(resource);
    return found == set.end() ? defaults.at(resource) : found->second;
  }
  void GiveBack(const std::pair<Resource, std::string>& key, std::size_t count) {
    std::lock_guard lock(mutex);
    auto found = reserved.find(key);
    found->second -= count;
    if (found->second == 0) reserved.erase(found);
  }
};

QuotaService::QuotaService(QuotaRepository& repository, UsageCounter& usage, Limits defaults)
    : state_(std::make_shared<State>(repository, usage, std::move(defaults))) {}
QuotaService::~QuotaService() = default;

Result<std::vector<QuotaState>> QuotaService::All(const QuotaOwner& owner) {
  ATELIER_TRY(auto set, state_->repository.Find(owner.project_id));
  std::vector<QuotaState> all;
  for (const auto& described : Resources()) {
    ATELIER_TRY(auto used, state_->usage.Count(described.resource, State::Counted(described.resource, owner)));
    all.push_back({described.resource, state_->LimitIn(set, described.resource), used});
  }
  return all;
}

Result<std::int64_t> QuotaService::LimitOf(const std::string& project_id, Resource resource) {
  ATELIER_TRY(auto set, state_->repository.Find(project_id));
  return state_->LimitIn(set, resource);
}

Result<void> QuotaService::Set(const std::string& project_id, const Limits& limits) {
  for (const auto& [resource, limit] : limits)
    if (limit != kUnlimited && (limit < 0 || limit > kMostLimit))
      return InvalidArgument(fmt::format("the quota of {}: expected -1 (no limit) or a number from 0 to {}, got {}",
                                         Describe(resource).name, kMostLimit, limit),
                             {}, std::string(Describe(resource).name));
  return state_->repository.Set(project_id, limits);
}

Result<Reservation> QuotaService::Reserve(const QuotaOwner& owner, Resource resource, std::size_t wanted,
                                          const std::string& code) {
  const auto& described = Describe(resource);
  ATELIER_TRY(auto limit, LimitOf(owner.project_id, resource));
  if (limit == kUnlimited) return Reservation();
  std::pair<Resource, std::string> key(resource, State::Counted(resource, owner));
  std::lock_guard lock(state_->mutex);
  ATELIER_TRY(auto used, state_->usage.Count(resource, key.second));
  auto found = state_->reserved.find(key);
  if (found != state_->reserved.end()) used += found->second;
  if (used + wanted > static_cast<std::size_t>(limit))
    return ResourceExhausted(
        fmt::format("The quota of {} is {} and {} {} there or being made; {} more cannot be. Delete some, or have an "
                    "administrator of the domain raise it (atelier project quota).",
                    described.words, limit, used, used == 1 ? "is" : "are", wanted),
        code, std::string(described.name));
  state_->reserved[key] += wanted;
  auto give_back = [state = state_, key, wanted](void*) { state->GiveBack(key, wanted); };
  return Reservation(std::shared_ptr<void>(state_.get(), give_back));
}

}  // namespace atelier::tenancy
