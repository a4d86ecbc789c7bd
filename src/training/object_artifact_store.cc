#include "training/object_artifact_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "training/bucket_check.h"

namespace atelier::training {
namespace {

constexpr std::size_t kBlock = 1 << 20;
constexpr std::size_t kCountPage = 1000;

object_store::Caller On(const std::string& project_id) { return {.project_id = project_id}; }

}  // namespace

Result<void> ObjectArtifactStore::CheckBucket(const std::string& project_id, const std::string& bucket) {
  return CheckBucketOf(objects_, project_id, bucket);
}

Result<bool> ObjectArtifactStore::HasObject(const std::string& project_id, const ObsPath& object) {
  auto found = objects_.Head(On(project_id), object.bucket, object.key);
  if (found) return true;
  if (found.error().kind == ErrorKind::kNotFound && found.error().code == "NoSuchKey") return false;
  return std::unexpected(std::move(found).error());
}

Result<ArtifactStore::FolderCount> ObjectArtifactStore::CountFolder(const std::string& project_id,
                                                                    const ObsPath& folder) {
  ATELIER_CHECK(CheckBucket(project_id, folder.bucket));
  object_store::ListQuery query{.prefix = folder.key, .delimiter = {}, .after = {}, .limit = kCountPage};
  ATELIER_TRY(auto page, objects_.List(On(project_id), folder.bucket, query));
  FolderCount count{.exists = !page.objects.empty() || folder.key.empty(), .files = 0};
  for (const auto& object : page.objects)
    if (!object.key.ends_with('/')) ++count.files;
  return count;
}

Result<void> ObjectArtifactStore::Materialize(const std::string& project_id, const ObsPath& folder,
                                              const std::filesystem::path& target, bool link) {
  ATELIER_CHECK(objects_.Materialize(On(project_id), folder.bucket, folder.key, target, link));
  return {};
}

Result<std::string> ObjectArtifactStore::Store(const std::string& project_id, const ObsPath& object, int fd) {
  ATELIER_TRY(auto key, object_store::ObjectKey::Parse(object.key));
  ATELIER_TRY(auto writer, objects_.Put(On(project_id), object.bucket, key, {}, {}));
  std::string block(kBlock, '\0');
  for (std::uint64_t offset = 0;;) {
    auto got = ::pread(fd, block.data(), block.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoError("read " + object.key, errno);
    if (got == 0) break;
    ATELIER_CHECK(writer->Append(std::string_view(block).substr(0, static_cast<std::size_t>(got))));
    offset += static_cast<std::uint64_t>(got);
  }
  ATELIER_TRY(auto record, writer->Commit({}, {}));
  return record.etag;
}

Result<void> ObjectArtifactStore::Copy(const std::string& project_id, const ObsPath& from, const ObsPath& to) {
  object_store::CopyRequest request{.source_bucket = from.bucket,
                                    .source_key = from.key,
                                    .target_bucket = to.bucket,
                                    .target_key = to.key,
                                    .replace = {},
                                    .conditions = {},
                                    .keep_etag_of_parts = true,  // nobody compares it, and outputs are large
                                    .check_source = {}};
  ATELIER_CHECK(objects_.Copy(On(project_id), request));
  return {};
}

Result<void> ObjectArtifactStore::DeleteIfUnchanged(const std::string& project_id, const ObsPath& object,
                                                    const std::string& etag) {
  auto found = objects_.Head(On(project_id), object.bucket, object.key);
  if (!found && found.error().kind == ErrorKind::kNotFound) return {};
  if (!found) return std::unexpected(std::move(found).error());
  if (found->etag != etag) return {};
  ATELIER_CHECK(objects_.Delete(On(project_id), object.bucket, {.key = object.key}));
  return {};
}

}  // namespace atelier::training
