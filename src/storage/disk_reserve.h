// A file that keeps room on the disk for the changes that make room.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>

#include "base/error.h"

namespace atelier::storage {

// On a full disk a deletion needs room too: for its own record in the database's log. It gets the reserve's; nothing
// may be added until the reserve is there again. Thread-safe.
class DiskReserve {
 public:
  // `size` 0: no reserve, Take always succeeds. A reserve that a former run left is taken over.
  DiskReserve(std::filesystem::path file, std::uint64_t size);

  // Before something is added: the reserve is in place, or is put there. ResourceExhausted while there is no room for
  // it.
  Result<void> Take();
  // Gives the room away.
  Result<void> Give();

 private:
  const std::filesystem::path file_;
  const std::uint64_t size_;
  std::mutex mutex_;  // of changes of the file
  std::atomic<bool> taken_;
};

}  // namespace atelier::storage
