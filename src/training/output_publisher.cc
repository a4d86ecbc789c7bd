#include "training/output_publisher.h"

#include "training/run_channels.h"

namespace atelier::training {
namespace {

// Below this a file is stored at every change; event files begin small and readers want them live.
constexpr std::uint64_t kSmall = 8ULL << 20;

using Files = std::vector<std::pair<std::string, TreeFile>>;

std::map<std::string, PublishedFile> ByPath(std::vector<PublishedFile> files) {
  std::map<std::string, PublishedFile> by_path;
  for (auto& file : files) by_path.emplace(file.path, std::move(file));
  return by_path;
}

bool IsStored(const std::map<std::string, PublishedFile>& published, const std::string& path, const TreeFile& file) {
  auto found = published.find(path);
  return found != published.end() && found->second.size == file.size && found->second.modified_ns == file.modified_ns;
}

}  // namespace

Result<void> OutputPublisher::StoreFiles(const std::string& project_id, const JobVersion& version,
                                         const fs::path& output, const Files& files,
                                         std::vector<std::string>& refused) {
  std::vector<PublishedFile> stored;
  Result<void> outcome;
  for (const auto& [path, file] : files) {
    auto target = OutputTarget(version, path);
    if (!target) {
      refused.push_back(path);
      continue;
    }
    auto fd = OpenBeneath(output, path);
    if (!fd && fd.error().kind == ErrorKind::kNotFound) continue;
    if (!fd && fd.error().kind == ErrorKind::kFailedPrecondition) {
      refused.push_back(path);
      continue;
    }
    if (!fd) {
      outcome = std::unexpected(std::move(fd).error());
      break;
    }
    auto etag = artifacts_.Store(project_id, *target, fd->get());
    if (!etag && etag.error().kind == ErrorKind::kInvalidArgument) {
      refused.push_back(path);
      continue;
    }
    if (!etag) {
      outcome = std::unexpected(std::move(etag).error());
      break;
    }
    // Size and time from before the reading: a file that grew meanwhile differs at the next look and is stored again.
    stored.push_back({.path = path, .size = file.size, .modified_ns = file.modified_ns, .etag = *etag});
  }
  if (!stored.empty()) ATELIER_CHECK(repository_.RecordPublished(version.id, stored));
  return outcome;
}

Result<void> OutputPublisher::PublishChanged(const std::string& project_id, const JobVersion& version,
                                             const fs::path& output, const TreeScan& scan, PublishMemory& memory) {
  Files due;
  for (const auto& [path, file] : scan.files) {
    auto before = memory.last_look.find(path);
    if (before == memory.last_look.end()) continue;
    if (file.size > kSmall && !(before->second == file)) continue;
    due.emplace_back(path, file);
  }
  memory.last_look = scan.files;
  if (due.empty()) return {};
  ATELIER_TRY(auto files, repository_.Published(version.id));
  auto published = ByPath(std::move(files));
  std::erase_if(due, [&](const auto& entry) { return IsStored(published, entry.first, entry.second); });
  std::vector<std::string> refused;  // told once, at the end of the run
  return StoreFiles(project_id, version, output, due, refused);
}

Result<OutputPublisher::Leftovers> OutputPublisher::PublishAll(const std::string& project_id, const JobVersion& version,
                                                               const fs::path& output) {
  ATELIER_TRY(auto scan, ScanTree(output));
  ATELIER_TRY(auto files, repository_.Published(version.id));
  auto published = ByPath(std::move(files));
  Files due;
  for (const auto& [path, file] : scan.files)
    if (!IsStored(published, path, file)) due.emplace_back(path, file);
  Leftovers leftovers{.not_stored = scan.skipped};
  ATELIER_CHECK(StoreFiles(project_id, version, output, due, leftovers.not_stored));

  std::vector<std::string> gone;
  for (const auto& [path, file] : published) {
    if (scan.files.contains(path)) continue;
    ATELIER_TRY(auto target, OutputTarget(version, path));
    ATELIER_CHECK(artifacts_.DeleteIfUnchanged(project_id, target, file.etag));
    gone.push_back(path);
  }
  if (!gone.empty()) ATELIER_CHECK(repository_.ForgetPublished(version.id, gone));
  return leftovers;
}

Result<void> OutputPublisher::MirrorFirst(const std::string& project_id, const JobVersion& first) {
  ATELIER_TRY(auto files, repository_.Published(first.id));
  for (const auto& file : files) {
    ATELIER_TRY(auto to, MirrorTarget(first, file.path));
    if (!to) continue;
    ATELIER_TRY(auto from, OutputTarget(first, file.path));
    auto copied = artifacts_.Copy(project_id, from, *to);
    if (!copied && copied.error().kind != ErrorKind::kNotFound) return copied;
  }
  return {};
}

}  // namespace atelier::training
