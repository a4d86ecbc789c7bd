// Limits of projects, what is used of them, and room for what is being made.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "tenancy/quota_repository.h"
#include "tenancy/usage_counter.h"

namespace atelier::tenancy {

struct QuotaState {
  Resource resource = Resource::kJobs;
  std::int64_t limit = kUnlimited;
  std::size_t used = 0;
};

// Who asks: `user_id` matters only to what is counted per user.
struct QuotaOwner {
  std::string project_id, user_id;
};

// Room for things that are being made. Given back when it is destroyed: by then they are counted, or were not made.
class Reservation {
 public:
  Reservation() = default;

 private:
  friend class QuotaService;
  explicit Reservation(std::shared_ptr<void> held) : held_(std::move(held)) {}
  std::shared_ptr<void> held_;
};

// Thread-safe.
class QuotaService {
 public:
  // `defaults` must have every resource.
  QuotaService(QuotaRepository& repository, UsageCounter& usage, Limits defaults);
  ~QuotaService();

  Result<std::vector<QuotaState>> All(const QuotaOwner& owner);  // in the order of the table
  Result<std::int64_t> LimitOf(const std::string& project_id, Resource resource);
  // InvalidArgument for a limit that is neither -1 (none) nor from 0 to kMostLimit.
  Result<void> Set(const std::string& project_id, const Limits& limits);

  // ResourceExhausted with `code` when what is there, what is being made and `wanted` are more than the limit. Keep
  // what it returns until the things are made or have failed.
  Result<Reservation> Reserve(const QuotaOwner& owner, Resource resource, std::size_t wanted, const std::string& code);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with reservations
};

}  // namespace atelier::tenancy
