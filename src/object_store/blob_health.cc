#include "object_store/blob_health.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace atelier::object_store {

Result<bool> IsAlive(MetadataIndex& index, BlobId id) {
  const BlobId before(id.value() - 1);
  ATELIER_TRY(auto present, index.Blobs(before, BlobId(id.value() + 1), 1));
  if (present.empty()) return false;
  ATELIER_TRY(auto dead, index.DeadBlobs(before, 1));
  return dead.empty() || dead.front().id != id;
}

Result<void> BlobHealth::Start() {
  ATELIER_TRY(auto known, record_.Damage());
  for (const KnownDamage& damage : known) blobs_.MarkDamaged(damage.blob.id);
  damaged_blobs_ = known.size();
  blobs_.OnDamage([this](const BlobRef& blob, const std::string& reason) {
    if (auto reported = Report(blob, reason); !reported)
      LogWarning("damage could not be recorded", {{"error", reported.error().message}});
  });
  return {};
}

Result<BlobVerdict> BlobHealth::Verify(const BlobRef& blob, const BlobStore::Pace& pace) {
  ATELIER_TRY(BlobVerdict verdict, blobs_.Verify(blob, pace));
  ++verified_blobs_;
  verified_bytes_ += blob.size;
  if (verdict.sound) {
    if (damaged_blobs_ > 0) ATELIER_CHECK(Forget(blob.id));
    return verdict;
  }
  ATELIER_TRY(bool alive, Report(blob, verdict.reason));
  return alive ? verdict : BlobVerdict{};
}

Result<bool> BlobHealth::Report(const BlobRef& blob, const std::string& reason) {
  ATELIER_TRY(bool alive, IsAlive(index_, blob.id));
  if (!alive) return false;
  LogError("object store: stored bytes are damaged",
           {{"blob", fmt::format("{:016x}", blob.id.value())}, {"size", blob.size}, {"reason", reason}});
  blobs_.MarkDamaged(blob.id);
  ATELIER_CHECK(record_.AddDamage({blob, reason, clock_.Now()}));
  ATELIER_CHECK(Count());
  return true;
}

Result<void> BlobHealth::Forget(BlobId id) {
  ATELIER_TRY(auto known, record_.Damage());
  if (std::ranges::none_of(known, [&](const KnownDamage& damage) { return damage.blob.id == id; })) return {};
  ATELIER_CHECK(record_.ForgetDamage(id));
  blobs_.ClearDamaged(id);
  return Count();
}

Result<void> BlobHealth::Count() {
  ATELIER_TRY(auto known, record_.Damage());
  damaged_blobs_ = known.size();
  return {};
}

Result<std::vector<KnownDamage>> BlobHealth::Damage() {
  ATELIER_TRY(auto known, record_.Damage());
  std::vector<KnownDamage> present;
  for (KnownDamage& damage : known) {
    ATELIER_TRY(bool alive, IsAlive(index_, damage.blob.id));
    if (alive) {
      present.push_back(std::move(damage));
    } else {
      ATELIER_CHECK(Forget(damage.blob.id));
    }
  }
  return present;
}

}  // namespace atelier::object_store
