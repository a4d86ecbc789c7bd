#include "object_store/testing/power_cut_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>

namespace atelier::object_store {

Result<void> PowerSwitch::Step() {
  std::lock_guard lock(mutex_);
  ++steps_;
  if (once_ && steps_ == cut_at_) return ResourceExhausted("the disk is full");
  if (!once_ && cut_at_ != 0 && steps_ >= cut_at_) return Internal("the power is off");
  return {};
}

Result<void> PowerSwitch::Check() {
  if (off()) return Internal("the power is off");
  return {};
}

bool PowerSwitch::off() {
  std::lock_guard lock(mutex_);
  return !once_ && cut_at_ != 0 && steps_ >= cut_at_;
}

std::uint64_t PowerSwitch::steps() {
  std::lock_guard lock(mutex_);
  return steps_;
}

void SimulatedDisk::Apply(std::string& contents, const Change& change) {
  if (change.resize) {
    contents.resize(change.offset, '\0');
    return;
  }
  if (contents.size() < change.offset + change.bytes.size()) contents.resize(change.offset + change.bytes.size(), '\0');
  contents.replace(change.offset, change.bytes.size(), change.bytes);
}

void SimulatedDisk::LosePower(std::uint32_t seed) {
  std::lock_guard lock(mutex_);
  std::minstd_rand random(seed + 1);
  auto chance = [&] { return random() % 2 == 0; };
  // Names whose change was not synced are found or not.
  std::map<fs::path, std::shared_ptr<Inode>> found = durable_names_;
  for (const auto& [path, inode] : names_)
    if (!durable_names_.contains(path) && chance()) found[path] = inode;
  for (const auto& [path, inode] : durable_names_)
    if (!names_.contains(path) && chance()) found.erase(path);

  for (const auto& entry : fs::directory_iterator(root_)) fs::remove_all(entry.path());
  for (const fs::path& directory : directories_) fs::create_directories(directory);
  inodes_.clear();
  std::map<fs::path, std::shared_ptr<Inode>> names;
  for (const auto& [path, inode] : found) {
    auto fresh = std::make_shared<Inode>();
    fresh->durable = inode->durable;
    for (Change change : inode->pending) {
      if (chance()) continue;
      if (!change.resize && chance()) change.bytes.resize(change.bytes.size() / 2);
      Apply(fresh->durable, change);
    }
    std::ofstream(path, std::ios::binary) << fresh->durable;
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) std::abort();
    inodes_[status.st_ino] = fresh;
    names[path] = fresh;
  }
  names_ = durable_names_ = std::move(names);
}

std::shared_ptr<SimulatedDisk::Inode> PowerCutFiles::InodeOf(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) std::abort();
  return disk_.inodes_.at(status.st_ino);
}

Result<void> PowerCutFiles::MakeDirectory(const fs::path& path) {
  ATELIER_CHECK(power_.Step());
  std::lock_guard lock(disk_.mutex_);
  fs::create_directories(path);
  disk_.directories_.insert(path);
  return {};
}

Result<void> PowerCutFiles::RemoveDirectory(const fs::path& path) {
  ATELIER_CHECK(power_.Step());
  std::lock_guard lock(disk_.mutex_);
  ATELIER_CHECK(real_->RemoveDirectory(path));
  disk_.directories_.erase(path);
  // A directory without names: unlinks in it need no sync any more.
  std::erase_if(disk_.durable_names_, [&](const auto& name) { return name.first.parent_path() == path; });
  return {};
}

Result<std::vector<std::string>> PowerCutFiles::ListDirectory(const fs::path& path) {
  ATELIER_CHECK(power_.Check());
  return real_->ListDirectory(path);
}

Result<UniqueFd> PowerCutFiles::OpenForReading(const fs::path& path) {
  ATELIER_CHECK(power_.Check());
  return real_->OpenForReading(path);
}

Result<UniqueFd> PowerCutFiles::OpenForChange(const fs::path& path) {
  ATELIER_CHECK(power_.Check());
  return real_->OpenForChange(path);
}

Result<std::string> PowerCutFiles::Read(int fd, std::uint64_t offset, std::size_t size) {
  ATELIER_CHECK(power_.Check());
  return real_->Read(fd, offset, size);
}

Result<UniqueFd> PowerCutFiles::CreateReserved(const fs::path& path, std::uint64_t size) {
  ATELIER_CHECK(power_.Step());
  std::lock_guard lock(disk_.mutex_);
  ATELIER_TRY(UniqueFd fd, real_->CreateReserved(path, size));
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) std::abort();
  auto inode = std::make_shared<SimulatedDisk::Inode>();
  inode->pending.push_back({size, {}, true});
  disk_.inodes_[status.st_ino] = inode;
  disk_.names_[path] = inode;
  return fd;
}

Result<NamelessFile> PowerCutFiles::CreateNameless(const fs::path& directory) {
  ATELIER_CHECK(power_.Step());
  std::lock_guard lock(disk_.mutex_);
  ATELIER_TRY(NamelessFile file, real_->CreateNameless(directory));
  struct stat status{};
  if (::fstat(file.fd.get(), &status) != 0) std::abort();
  auto inode = std::make_shared<SimulatedDisk::Inode>();
  disk_.inodes_[status.st_ino] = inode;
  if (!file.temporary.empty()) disk_.names_[file.temporary] = inode;
  return file;
}

Result<void> PowerCutFiles::Publish(NamelessFile& file, const fs::path& name) {
  ATELIER_CHECK(power_.Step());
  std::lock_guard lock(disk_.mutex_);
  disk_.names_.erase(file.temporary);
  ATELIER_CHECK(real_->Publish(file, name));
  disk_.names_[name] = InodeOf(file.fd.get());
  return {};
}

Result<void> PowerCutFiles::Discard(NamelessFile& file) {
  ATELIER_CHECK(power_.Check());
  std::lock_guard lock(disk_.mutex_);
  disk_.names_.erase(file.temporary);
  return real_->Discard(file);
}

Result<void> PowerCutFiles::Write(int fd, std::string_view bytes, std::uint64_t offset) {
  // A write that the cut meets may be on the disk in part.
  auto stepped = power_.Step();
  std::lock_guard lock(disk_.mutex_);
  InodeOf(fd)->pending.push_back({offset, std::string(stepped ? bytes : bytes.substr(0, bytes.size() / 3)), false});
  ATELIER_CHECK(stepped);
  return real_->Write(fd, bytes, offset);
}

void PowerCutFiles::StartWriteback(int, std::uint64_t, std::uint64_t) {}

Result<void> PowerCutFiles::Sync(int fd) {
  ATELIER_CHECK(power_.Step());
  std::lock_guard lock(disk_.mutex_);
  auto inode = InodeOf(fd);
  for (const auto& change : inode->pending) SimulatedDisk::Apply(inode->durable, change);
  inode->pending.clear();
  return {};
}

Result<void> PowerCutFiles::SyncDirectory(const fs::path& path) {
  ATELIER_CHECK(power_.Step());
  std::lock_guard lock(disk_.mutex_);
  if (!fs::exists(path)) return NotFound("sync " + path.string());
  std::erase_if(disk_.durable_names_, [&](const auto& name) { return name.first.parent_path() == path; });
  for (const auto& [name, inode] : disk_.names_)
    if (name.parent_path() == path) disk_.durable_names_[name] = inode;
  return {};
}

Result<void> PowerCutFiles::Unlink(const fs::path& path) {
  ATELIER_CHECK(power_.Step());
  std::lock_guard lock(disk_.mutex_);
  disk_.names_.erase(path);
  return real_->Unlink(path);
}

Result<void> PowerCutFiles::Truncate(int fd, std::uint64_t size) {
  ATELIER_CHECK(power_.Step());
  std::lock_guard lock(disk_.mutex_);
  InodeOf(fd)->pending.push_back({size, {}, true});
  return real_->Truncate(fd, size);
}

Result<void> PowerCutFiles::PunchHole(int fd, std::uint64_t offset, std::uint64_t length) {
  ATELIER_CHECK(power_.Step());
  std::lock_guard lock(disk_.mutex_);
  InodeOf(fd)->pending.push_back({offset, std::string(length, '\0'), false});
  return real_->PunchHole(fd, offset, length);
}

}  // namespace atelier::object_store
