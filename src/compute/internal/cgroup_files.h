// Reading and writing the small files of cgroup file systems.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/files.h"

namespace atelier::compute {

// No file is made and nothing is synced: these are the kernel's files.
Result<void> WriteControl(const fs::path& file, std::string_view value);
// The same, but a file that this kernel does not have is fine.
Result<void> WriteControlIfPresent(const fs::path& file, std::string_view value);
std::string ReadControl(const fs::path& file);  // empty when it cannot be read
std::optional<std::uint64_t> ReadControlNumber(const fs::path& file);

}  // namespace atelier::compute
