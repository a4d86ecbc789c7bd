#include "backup/manifest.h"

#include "base/files.h"
#include "base/strings.h"

namespace atelier::backup {
namespace {

constexpr const char* kName = "manifest.json";

std::unexpected<Error> NotAManifest(std::string_view what) {
  return FailedPrecondition("the backup's manifest.json is damaged: " + std::string(what));
}

Result<std::int64_t> Number(const json::object& from, std::string_view key) {
  ATELIER_TRY(auto value, ReadInt(from, key));
  if (!value || *value < 0) return NotAManifest("'" + std::string(key) + "' should be a number");
  return *value;
}

Result<std::string> Text(const json::object& from, std::string_view key) {
  ATELIER_TRY(auto value, ReadString(from, key));
  if (!value) return NotAManifest("'" + std::string(key) + "' is missing");
  return *std::move(value);
}

// A path that stays below the folder that it is put in.
bool IsSafe(const std::string& path) {
  for (std::string_view piece : Split(path, '/'))
    if (piece.empty() || piece == "." || piece == "..") return false;
  return true;
}

Result<ManifestFile> ParseFile(const json::value& value) {
  if (!value.is_object()) return NotAManifest("an entry of 'files' is no object");
  const json::object& object = value.as_object();
  ManifestFile file;
  ATELIER_TRY(file.path, Text(object, "path"));
  if (!IsSafe(file.path)) return NotAManifest("the path '" + file.path + "' leads out of the backup");
  ATELIER_TRY(auto size, Number(object, "size"));
  ATELIER_TRY(auto mode, Number(object, "mode"));
  ATELIER_TRY(file.sha256, Text(object, "sha256"));
  file.size = static_cast<std::uint64_t>(size);
  file.mode = static_cast<unsigned>(mode) & 0777U;
  return file;
}

}  // namespace

json::object Manifest::ToJson() const {
  json::array listed, damage;
  for (const ManifestFile& file : files)
    listed.push_back(
        json::object{{"path", file.path}, {"size", file.size}, {"mode", file.mode}, {"sha256", file.sha256}});
  for (const std::string& id : damaged) damage.emplace_back(id);
  return {
      {"version", kVersion}, {"format", format},         {"program", program},           {"made", FormatIso8601(made)},
      {"blobs", blobs},      {"blob_bytes", blob_bytes}, {"damaged", std::move(damage)}, {"files", std::move(listed)}};
}

Result<Manifest> Manifest::Parse(std::string_view text) {
  ATELIER_TRY(json::object object, ParseJsonObject(text));
  ATELIER_TRY(auto version, Number(object, "version"));
  if (version > kVersion)
    return FailedPrecondition("the backup was made by a newer version (its layout is " + std::to_string(version) +
                              ", this program knows up to " + std::to_string(kVersion) + "): restore it with that one");
  Manifest manifest;
  ATELIER_TRY(auto format, Number(object, "format"));
  ATELIER_TRY(manifest.program, Text(object, "program"));
  ATELIER_TRY(std::string made, Text(object, "made"));
  ATELIER_TRY(auto blobs, Number(object, "blobs"));
  ATELIER_TRY(auto bytes, Number(object, "blob_bytes"));
  ATELIER_TRY(const json::array* files, ReadArray(object, "files"));
  ATELIER_TRY(const json::array* damaged, ReadArray(object, "damaged"));
  auto time = ParseIso8601(made);
  if (!time || files == nullptr || damaged == nullptr) return NotAManifest("'made', 'files' or 'damaged' is missing");
  manifest.format = static_cast<int>(format);
  manifest.made = *time;
  manifest.blobs = static_cast<std::uint64_t>(blobs);
  manifest.blob_bytes = static_cast<std::uint64_t>(bytes);
  for (const json::value& file : *files) {
    ATELIER_TRY(auto parsed, ParseFile(file));
    manifest.files.push_back(std::move(parsed));
  }
  for (const json::value& id : *damaged) {
    if (!id.is_string()) return NotAManifest("'damaged' should hold texts");
    manifest.damaged.emplace_back(id.as_string());
  }
  return manifest;
}

Result<Manifest> Manifest::Read(const fs::path& folder) {
  auto text = ReadFile(folder / kName);
  if (!text && text.error().kind == ErrorKind::kNotFound)
    return FailedPrecondition(folder.string() + " has no manifest.json: it is no backup, or one that was not finished");
  ATELIER_CHECK(text);
  return Parse(*text);
}

Result<void> Manifest::Write(const fs::path& folder) const {
  return WriteFileDurably(folder / kName, PrettyJson(ToJson()) + "\n", 0600);
}

}  // namespace atelier::backup
