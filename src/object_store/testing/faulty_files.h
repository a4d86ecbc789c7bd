// A FileSystem of which one chosen call fails with a chosen errno.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "object_store/file_system.h"

namespace atelier::object_store {

// Counts every call, reads as well as changes. Not thread-safe; outlives the files that use it.
class FaultPlan {
 public:
  // `call`: the one that fails, counted from 1; 0: none.
  FaultPlan(std::uint64_t call, int error_number) : fails_(call), error_number_(error_number) {}

  Result<void> Call(const char* what, std::span<const int> possible);
  // The calls so far that can fail with this errno.
  const std::vector<std::uint64_t>& candidates() const { return candidates_; }
  const std::string& failed() const { return failed_; }  // which kind of call it was; empty: none yet

 private:
  const std::uint64_t fails_;
  const int error_number_;
  std::uint64_t calls_ = 0;
  std::vector<std::uint64_t> candidates_;
  std::string failed_;
};

// The machine's files below, but nothing is really synced.
class FaultyFiles final : public FileSystem {
 public:
  explicit FaultyFiles(FaultPlan& plan) : plan_(plan) {}

  Result<void> MakeDirectory(const fs::path& path) override;
  Result<void> RemoveDirectory(const fs::path& path) override;
  Result<std::vector<std::string>> ListDirectory(const fs::path& path) override;
  Result<UniqueFd> OpenForReading(const fs::path& path) override;
  Result<UniqueFd> OpenForChange(const fs::path& path) override;
  Result<std::string> Read(int fd, std::uint64_t offset, std::size_t size) override;
  Result<UniqueFd> CreateReserved(const fs::path& path, std::uint64_t size) override;
  Result<NamelessFile> CreateNameless(const fs::path& directory) override;
  Result<void> Publish(NamelessFile& file, const fs::path& name) override;
  Result<void> Discard(NamelessFile& file) override;
  Result<void> Write(int fd, std::string_view bytes, std::uint64_t offset) override;
  void StartWriteback(int fd, std::uint64_t offset, std::uint64_t length) override;
  Result<void> Sync(int fd) override;
  Result<void> SyncDirectory(const fs::path& path) override;
  Result<void> Unlink(const fs::path& path) override;
  Result<void> Truncate(int fd, std::uint64_t size) override;
  Result<void> PunchHole(int fd, std::uint64_t offset, std::uint64_t length) override;

 private:
  FaultPlan& plan_;
  std::unique_ptr<FileSystem> real_ = MakeSystemFiles();
};

}  // namespace atelier::object_store
