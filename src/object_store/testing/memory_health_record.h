// A HealthRecord in memory, for tests.
#pragma once

#include <map>
#include <mutex>

#include "object_store/health_record.h"

namespace atelier::object_store {

class MemoryHealthRecord final : public HealthRecord {
 public:
  Result<std::vector<KnownDamage>> Damage() override {
    std::lock_guard lock(mutex_);
    std::vector<KnownDamage> all;
    for (const auto& [id, damage] : damage_) all.push_back(damage);
    return all;
  }
  Result<void> AddDamage(const KnownDamage& damage) override {
    std::lock_guard lock(mutex_);
    damage_[damage.blob.id] = damage;
    return {};
  }
  Result<void> ForgetDamage(BlobId id) override {
    std::lock_guard lock(mutex_);
    damage_.erase(id);
    return {};
  }
  Result<ScrubProgress> Scrub() override {
    std::lock_guard lock(mutex_);
    return scrub_;
  }
  Result<void> SaveScrub(const ScrubProgress& progress) override {
    std::lock_guard lock(mutex_);
    scrub_ = progress;
    return {};
  }

 private:
  std::mutex mutex_;
  std::map<BlobId, KnownDamage> damage_;  // guarded by mutex_
  ScrubProgress scrub_;                   // guarded by mutex_
};

}  // namespace atelier::object_store
