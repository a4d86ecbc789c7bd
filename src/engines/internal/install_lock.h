// One installation of an engine at a time, over all processes.
#pragma once

#include <filesystem>

#include "base/error.h"
#include "base/files.h"

namespace atelier::engines {

// Held until destroyed; the kernel gives it up when the process dies.
class InstallLock {
 public:
  static Result<InstallLock> Take(const std::filesystem::path& file);  // Conflict when it is held
  static bool IsHeld(const std::filesystem::path& file);               // takes nothing

 private:
  explicit InstallLock(UniqueFd file) : file_(std::move(file)) {}
  UniqueFd file_;
};

}  // namespace atelier::engines
