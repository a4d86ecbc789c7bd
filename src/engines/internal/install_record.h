// ready.json and failed.json: what an installation left behind about itself.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace atelier::engines {

struct InstallRecord {
  std::string engine;
  std::string packages_sha256;  // of the lock file it was made from
  std::filesystem::path interpreter, base_prefix;
  std::vector<std::pair<std::string, std::string>> versions;
};

// Where an engine's things lie.
struct EngineFolder {
  std::filesystem::path root;
  std::filesystem::path venv() const { return root / "venv"; }
  std::filesystem::path python() const { return venv() / "bin" / "python"; }
  std::filesystem::path ready() const { return root / "ready.json"; }
  std::filesystem::path failed() const { return root / "failed.json"; }
  std::filesystem::path log() const { return root / "install.log"; }
};

Result<void> WriteRecord(const EngineFolder& folder, const InstallRecord& record);
Result<InstallRecord> ReadRecord(const EngineFolder& folder);
Result<void> WriteFailure(const EngineFolder& folder, const std::string& reason);
std::optional<std::string> ReadFailure(const EngineFolder& folder);

}  // namespace atelier::engines
