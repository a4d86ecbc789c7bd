#include "boards/object_event_source.h"

#include <fmt/format.h>

#include <utility>

#include "training/bucket_check.h"

namespace atelier::boards {
namespace {

// Keys that are looked at in one listing, event files or not: a folder with more shows the events among the first.
constexpr std::size_t kMostKeys = 100'000;

object_store::Caller On(const std::string& project_id) { return {.project_id = project_id}; }

class ObjectReader final : public EventReader {
 public:
  explicit ObjectReader(object_store::OpenObject object) : object_(std::move(object)) {}

  std::uint64_t size() const override { return object_.record.size; }
  const std::string& etag() const override { return object_.record.etag; }
  Result<std::string> Read(std::uint64_t offset, std::size_t count) override {
    std::string bytes;
    bytes.reserve(count);
    for (const auto& extent : object_store::SliceExtents(object_.extents, offset, count)) {
      ATELIER_TRY(auto piece, PreadExactly(extent.file->get(), extent.offset, static_cast<std::size_t>(extent.length)));
      bytes += piece;
    }
    return bytes;
  }

 private:
  object_store::OpenObject object_;
};

}  // namespace

Result<void> ObjectEventSource::CheckBucket(const std::string& project_id, const std::string& bucket) {
  return training::CheckBucketOf(objects_, project_id, bucket);
}

Result<EventListing> ObjectEventSource::List(const std::string& project_id, const training::ObsPath& folder,
                                             std::size_t most) {
  EventListing listing;
  object_store::ListQuery query{.prefix = folder.key, .delimiter = {}, .after = {}, .limit = 1000};
  for (std::size_t keys = 0; keys < kMostKeys;) {
    ATELIER_TRY(auto page, objects_.List(On(project_id), folder.bucket, query));
    keys += page.objects.size();
    for (const auto& object : page.objects) {
      auto path = object.key.substr(folder.key.size());
      if (!IsEventFile(path)) continue;
      if (listing.files.size() >= most || !IsSafePath(path)) {
        ++listing.left_out;
        continue;
      }
      listing.files.push_back({.path = std::move(path), .size = object.size, .etag = object.etag});
    }
    if (!page.truncated) break;
    query.after = page.next_after;
  }
  return listing;
}

Result<std::unique_ptr<EventReader>> ObjectEventSource::Open(const std::string& project_id,
                                                             const training::ObsPath& object) {
  ATELIER_TRY(auto opened, objects_.Open(On(project_id), object.bucket, object.key));
  return std::make_unique<ObjectReader>(std::move(opened));
}

}  // namespace atelier::boards
