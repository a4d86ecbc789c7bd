// Looks at folders that a script writes to, without trusting what lies there: symbolic links are never followed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"

namespace atelier::training {

struct TreeFile {
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  bool operator==(const TreeFile&) const = default;
};

struct TreeScan {
  std::map<std::string, TreeFile> files;  // regular files by path relative to the root
  std::vector<std::string> skipped;       // links, sockets, devices, pipes
  std::uint64_t disk_bytes = 0;           // what all of it occupies
};

// Files that vanish during the scan are left out; a missing root is an empty tree.
Result<TreeScan> ScanTree(const std::filesystem::path& root);
// Only what it occupies.
std::uint64_t TreeDiskBytes(const std::filesystem::path& root);
// Opens a regular file below root for reading. NotFound when it vanished; FailedPrecondition when it, or a folder on
// the way, has become something else: a script must not lead the server to files outside.
Result<UniqueFd> OpenBeneath(const std::filesystem::path& root, const std::string& relative);
// RemoveTree, also when a script took its own permissions away.
Result<void> RemoveScriptTree(const std::filesystem::path& root);

}  // namespace atelier::training
