// A FileSystem whose power can be cut: what was not synced is then lost, kept or torn, as a seed decides.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "object_store/file_system.h"

namespace atelier::object_store {

// Counts the changes to the disk and the index, and fails from the chosen one on, or that one only. Thread-safe.
class PowerSwitch {
 public:
  // `cut_at`: the change (counted from 1) that does not happen any more; 0: never. `once`: a fault (a full disk) and no
  // cut: the changes after it happen.
  explicit PowerSwitch(std::uint64_t cut_at = 0, bool once = false) : cut_at_(cut_at), once_(once) {}
  // One change is about to happen.
  Result<void> Step();
  Result<void> Check();
  bool off();
  std::uint64_t steps();

 private:
  std::mutex mutex_;
  std::uint64_t cut_at_;  // guarded by mutex_, like all below
  std::uint64_t steps_ = 0;
  const bool once_;
};

// A simulated disk below a real folder: it survives the PowerCutFiles that use it. Not thread-safe by itself.
class SimulatedDisk {
 public:
  explicit SimulatedDisk(fs::path root) : root_(std::move(root)) {}

  // Lays the folder out as it would be found after the power came back.
  void LosePower(std::uint32_t seed);

 private:
  friend class PowerCutFiles;
  // A change of a file that is not synced: bytes at an offset, or a new size.
  struct Change {
    std::uint64_t offset = 0;
    std::string bytes;
    bool resize = false;
  };
  struct Inode {
    std::string durable;
    std::vector<Change> pending;
  };
  static void Apply(std::string& contents, const Change& change);

  std::mutex mutex_;
  const fs::path root_;
  std::set<fs::path> directories_;
  std::map<fs::path, std::shared_ptr<Inode>> names_, durable_names_;
  std::map<ino_t, std::shared_ptr<Inode>> inodes_;
};

// Thread-safe. Never syncs anything for real.
class PowerCutFiles final : public FileSystem {
 public:
  PowerCutFiles(SimulatedDisk& disk, PowerSwitch& power) : disk_(disk), power_(power) {}

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
  std::shared_ptr<SimulatedDisk::Inode> InodeOf(int fd);

  SimulatedDisk& disk_;
  PowerSwitch& power_;
  std::unique_ptr<FileSystem> real_ = MakeSystemFiles();
};

}  // namespace atelier::object_store
