// Copies files with their digest, durably.
#pragma once

#include <filesystem>
#include <string>

#include "backup/manifest.h"
#include "backup/progress.h"
#include "base/files.h"

namespace atelier::backup {

// Copies `from`/`path` to `to`/`path` (whose folders are made, 0700 or as `from` has them) and tells size, mode and
// SHA-256 of what was copied. The file is synced; its folders are when SyncTree is called.
Result<ManifestFile> CopyFile(const fs::path& from, const fs::path& to, const std::string& path, Stage& stage);
// The same for a file that is there already.
Result<ManifestFile> DigestFile(const fs::path& folder, const std::string& path, Stage& stage);

// The regular files below `folder`/`below`, as paths from `folder`, in order. Links and what is no file are left out;
// an absent folder has none.
Result<std::vector<std::string>> FilesBelow(const fs::path& folder, const std::string& below);
Result<std::uint64_t> SizeOf(const fs::path& folder, const std::vector<std::string>& files);

// Syncs every folder below and including this one.
Result<void> SyncTree(const fs::path& folder);

// FailedPrecondition unless the folder is absent or empty (but for lost+found and a server's lock). Makes it, 0700.
Result<void> TakeEmptyFolder(const fs::path& folder);
// Takes away what was written into it.
Result<void> EmptyFolder(const fs::path& folder);

}  // namespace atelier::backup
