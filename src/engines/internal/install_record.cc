#include "engines/internal/install_record.h"

#include "base/files.h"
#include "base/json.h"

namespace atelier::engines {

Result<void> WriteRecord(const EngineFolder& folder, const InstallRecord& record) {
  json::object versions;
  for (const auto& [name, version] : record.versions) versions[name] = version;
  json::object root{{"engine", record.engine},
                    {"packages_sha256", record.packages_sha256},
                    {"interpreter", record.interpreter.string()},
                    {"base_prefix", record.base_prefix.string()},
                    {"versions", versions}};
  return WriteFileDurably(folder.ready(), PrettyJson(root) + "\n");
}

Result<InstallRecord> ReadRecord(const EngineFolder& folder) {
  ATELIER_TRY(auto text, ReadFile(folder.ready(), 1 << 20));
  ATELIER_TRY(auto root, ParseJsonObject(text));
  InstallRecord record;
  ATELIER_TRY(auto engine, ReadString(root, "engine"));
  ATELIER_TRY(auto digest, ReadString(root, "packages_sha256"));
  ATELIER_TRY(auto interpreter, ReadString(root, "interpreter"));
  ATELIER_TRY(auto prefix, ReadString(root, "base_prefix"));
  ATELIER_TRY(auto versions, ReadObject(root, "versions"));
  record.engine = engine.value_or("");
  record.packages_sha256 = digest.value_or("");
  record.interpreter = interpreter.value_or("");
  record.base_prefix = prefix.value_or("");
  if (versions != nullptr) {
    for (const auto& [name, version] : *versions)
      if (version.is_string()) record.versions.emplace_back(name, version.get_string());
  }
  return record;
}

Result<void> WriteFailure(const EngineFolder& folder, const std::string& reason) {
  return WriteFileDurably(folder.failed(), PrettyJson(json::object{{"reason", reason}}) + "\n");
}

std::optional<std::string> ReadFailure(const EngineFolder& folder) {
  auto text = ReadFile(folder.failed(), 1 << 20);
  if (!text) return std::nullopt;
  auto root = ParseJsonObject(*text);
  if (!root) return std::nullopt;
  return ReadString(*root, "reason").value_or(std::nullopt);
}

}  // namespace atelier::engines
