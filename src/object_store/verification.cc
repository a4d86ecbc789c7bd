#include "object_store/verification.h"

#include <limits>
#include <map>
#include <set>

namespace atelier::object_store {
namespace {

constexpr std::size_t kPage = 256;

using VisitUser = std::function<Result<void>(const BlobUser&)>;

Result<void> VisitUsers(MetadataIndex& index, const std::string& bucket, const VisitUser& visit) {
  std::optional<BlobUser> after;
  for (;;) {
    ATELIER_TRY(auto users, index.BlobUsers(bucket, after, kPage));
    for (const BlobUser& user : users) ATELIER_CHECK(visit(user));
    if (users.size() < kPage) return {};
    after = std::move(users.back());
  }
}

// Counts and passes on to the caller what is read.
class Reader {
 public:
  Reader(BlobHealth& health, std::uint64_t total_bytes, const std::function<bool(const VerifyProgress&)>& progress)
      : health_(health), progress_(progress) {
    read_.total_bytes = total_bytes;
  }

  Result<void> Read(const BlobRef& blob) {
    auto pace = [&](std::uint64_t bytes) {
      read_.bytes += bytes;
      return progress_(read_);
    };
    ATELIER_CHECK(health_.Verify(blob, pace));
    ++read_.blobs;
    return {};
  }
  const VerifyProgress& read() const { return read_; }

 private:
  BlobHealth& health_;
  const std::function<bool(const VerifyProgress&)>& progress_;
  VerifyProgress read_;
};

Result<std::uint64_t> BytesOf(MetadataIndex& index, const std::string& bucket) {
  if (bucket.empty()) {
    ATELIER_TRY(BlobTotals totals, index.SumBlobs());
    return totals.bytes;
  }
  ATELIER_TRY(BucketUsage usage, index.Usage(bucket));
  return usage.bytes;
}

}  // namespace

Result<bool> VisitBlobs(MetadataIndex& index, BlobId after, const std::function<Result<bool>(const BlobRef&)>& visit) {
  const BlobId kEnd(std::numeric_limits<std::int64_t>::max());
  for (;;) {
    ATELIER_TRY(auto blobs, index.Blobs(after, kEnd, kPage));
    for (const BlobRef& blob : blobs) {
      ATELIER_TRY(bool more, visit(blob));
      if (!more) return false;
    }
    if (blobs.size() < kPage) return true;
    after = blobs.back().id;
  }
}

Result<std::vector<DamageReport>> NameUsers(MetadataIndex& index, const std::vector<KnownDamage>& damage,
                                            const std::string& bucket) {
  if (damage.empty()) return {};
  std::map<BlobId, DamageReport> reports;
  for (const KnownDamage& known : damage) reports[known.blob.id].damage = known;
  std::vector<std::string> buckets{bucket};
  if (bucket.empty()) {
    ATELIER_TRY(buckets, index.BucketNames());
  }
  for (const std::string& name : buckets) {
    auto look = [&](const BlobUser& user) -> Result<void> {
      std::set<BlobId> seen;
      for (const Piece& piece : user.pieces) {
        auto report = reports.find(piece.blob.id);
        if (report == reports.end() || !seen.insert(piece.blob.id).second) continue;
        report->second.users.push_back({name, user.key, user.upload_id, user.part_number});
      }
      return {};
    };
    auto visited = VisitUsers(index, name, look);
    // A bucket of the list may have been removed meanwhile.
    if (!visited && (visited.error().code != "NoSuchBucket" || !bucket.empty()))
      return std::unexpected(std::move(visited).error());
  }
  std::vector<DamageReport> named;
  for (auto& [id, report] : reports)
    if (!report.users.empty()) named.push_back(std::move(report));
  return named;
}

Result<VerifyOutcome> VerifyStore(MetadataIndex& index, BlobHealth& health, const std::string& bucket,
                                  const std::function<bool(const VerifyProgress&)>& progress) {
  ATELIER_TRY(std::uint64_t total, BytesOf(index, bucket));
  Reader reader(health, total, progress);
  if (bucket.empty()) {
    auto read = [&](const BlobRef& blob) -> Result<bool> {
      ATELIER_CHECK(reader.Read(blob));
      return true;
    };
    ATELIER_CHECK(VisitBlobs(index, BlobId(), read));
  } else {
    auto read = [&](const BlobUser& user) -> Result<void> {
      for (const Piece& piece : user.pieces) ATELIER_CHECK(reader.Read(piece.blob));
      return {};
    };
    ATELIER_CHECK(VisitUsers(index, bucket, read));
  }
  ATELIER_TRY(auto damage, health.Damage());
  ATELIER_TRY(auto named, NameUsers(index, damage, bucket));
  return VerifyOutcome{reader.read(), std::move(named)};
}

}  // namespace atelier::object_store
