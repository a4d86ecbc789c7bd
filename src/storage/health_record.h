// What verifications found, in objects.db.
#pragma once

#include "object_store/health_record.h"
#include "storage/database.h"

namespace atelier::storage {

// Stateless but for the database, which must outlive it.
class SqlHealthRecord final : public object_store::HealthRecord {
 public:
  explicit SqlHealthRecord(Database& objects) : database_(objects) {}

  Result<std::vector<object_store::KnownDamage>> Damage() override;
  Result<void> AddDamage(const object_store::KnownDamage& damage) override;
  Result<void> ForgetDamage(object_store::BlobId id) override;
  Result<object_store::ScrubProgress> Scrub() override;
  Result<void> SaveScrub(const object_store::ScrubProgress& progress) override;

 private:
  Database& database_;
};

}  // namespace atelier::storage
