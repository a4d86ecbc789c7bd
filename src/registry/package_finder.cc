#include "registry/package_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/json.h"
#include "base/strings.h"
#include "registry/model_config.h"

namespace atelier::registry {
namespace {

constexpr std::string_view kBadSource = "ModelArts.3017";
constexpr std::string_view kBadConfig = "ModelArts.3015";
constexpr std::uint64_t kMaxPackageBytes = 20ULL << 30;
constexpr std::size_t kMaxPackageFiles = 10'000;
constexpr std::uint64_t kMaxConfigBytes = 1ULL << 20;

using object_store::ObjectRecord;
using object_store::ObjectService;

std::string Path(const SourceLocation& at, std::string_view key = {}) {
  return "/" + at.bucket + "/" + (key.empty() ? at.prefix : std::string(key));
}

Result<std::vector<ObjectRecord>> ListTree(ObjectService& objects, const object_store::Caller& caller,
                                           const SourceLocation& at) {
  std::vector<ObjectRecord> records;
  object_store::ListQuery query{.prefix = at.prefix, .delimiter = {}, .after = {}, .limit = 1000};
  for (;;) {
    ATELIER_TRY(object_store::ListPage page, objects.List(caller, at.bucket, query));
    std::ranges::move(page.objects, std::back_inserter(records));
    if (records.size() > kMaxPackageFiles)
      return InvalidArgument(fmt::format("{} holds more than {} objects; a model package is one folder with a model",
                                         Path(at), kMaxPackageFiles),
                             std::string(kBadSource));
    if (!page.truncated) return records;
    query.after = page.next_after;
  }
}

std::string_view FileName(std::string_view key) { return key.substr(key.rfind('/') + 1); }

std::vector<std::string> KeysNamed(const std::vector<ObjectRecord>& records, std::string_view name) {
  std::vector<std::string> keys;
  for (const auto& record : records)
    if (FileName(record.key) == name) keys.push_back(record.key);
  return keys;
}

// A few names, so that the user sees what lies where a model was expected.
std::string Glimpse(const std::vector<ObjectRecord>& records, const SourceLocation& at) {
  std::vector<std::string> names;
  for (const auto& record : records)
    if (record.key.size() > at.prefix.size() && names.size() < 5) names.push_back(record.key.substr(at.prefix.size()));
  if (names.empty()) return "the folder is empty";
  return "it holds " + Join(names, ", ") + (records.size() > names.size() + 1 ? ", ..." : "");
}

Result<std::string> ReadObject(ObjectService& objects, const object_store::Caller& caller, const std::string& bucket,
                               const std::string& key, std::uint64_t limit) {
  ATELIER_TRY(object_store::OpenObject object, objects.Open(caller, bucket, key));
  if (object.record.size > limit)
    return InvalidArgument(
        fmt::format("/{}/{} has {} bytes; at most {} are allowed", bucket, key, object.record.size, limit),
        std::string(kBadConfig));
  std::string text;
  for (const auto& extent : object.extents) {
    ATELIER_TRY(std::string piece, PreadExactly(extent.file->get(), extent.offset, extent.length));
    text += piece;
  }
  return text;
}

Result<SourceLocation> PackageFolder(const std::vector<ObjectRecord>& records, const SourceLocation& given) {
  auto has = [&](const std::string& key) {
    return std::ranges::any_of(records, [&](const auto& r) { return r.key == key; });
  };
  auto below = [&](const std::string& prefix) {
    return std::ranges::any_of(records, [&](const auto& r) { return r.key.starts_with(prefix); });
  };
  SourceLocation child{given.bucket, given.prefix + "model/"};
  if (below(child.prefix)) return child;
  if (has(given.prefix + "saved_model.pb") || has(given.prefix + "config.json")) return given;
  return InvalidArgument(fmt::format("no model folder: looked for {} and for saved_model.pb in {}; {}", Path(child),
                                     Path(given), Glimpse(records, given)),
                         std::string(kBadSource));
}

Result<ModelConfig> ReadConfig(ObjectService& objects, const object_store::Caller& caller, const SourceLocation& folder,
                               const SourceLocation& given, const std::vector<ObjectRecord>& records,
                               const std::string& initial_config) {
  if (!initial_config.empty()) return ParseModelConfig(initial_config);
  auto keys = KeysNamed(records, "config.json");
  if (keys.size() > 1) {
    for (auto& key : keys) key = Path(given, key);
    return InvalidArgument(fmt::format("exactly one config.json is expected in a model package, found {}: {}",
                                       keys.size(), Join(keys, ", ")),
                           std::string(kBadConfig));
  }
  if (keys.empty() || keys[0] != folder.prefix + "config.json")
    return InvalidArgument(
        fmt::format("no {}config.json: upload it beside saved_model.pb, or send it as initial_config", Path(folder)),
        std::string(kBadConfig));
  ATELIER_TRY(std::string text, ReadObject(objects, caller, folder.bucket, keys[0], kMaxConfigBytes));
  auto config = ParseModelConfig(text);
  if (!config) return std::unexpected(std::move(config).error().Within(Path(given, keys[0])));
  return config;
}

}  // namespace

Result<SourceLocation> ParseSourceLocation(std::string_view text) {
  std::string_view rest = text;
  bool host_form = false;
  for (std::string_view scheme : {"obs://", "s3://"})
    if (rest.starts_with(scheme)) rest.remove_prefix(scheme.size());
  for (std::string_view scheme : {"https://", "http://"})
    if (rest.starts_with(scheme)) {
      rest.remove_prefix(scheme.size());
      host_form = true;
    }
  if (rest.starts_with('/')) rest.remove_prefix(1);
  auto slash = rest.find('/');
  std::string bucket(rest.substr(0, slash));
  std::string prefix(slash == std::string_view::npos ? "" : rest.substr(slash + 1));
  if (host_form) {
    auto dot = bucket.find(".obs.");
    if (dot == std::string::npos)
      return InvalidArgument(
          fmt::format("source_location: expected https://<bucket>.obs.<region>.<domain>/<path>, got '{}'", text),
          std::string(kBadSource));
    bucket.resize(dot);
  }
  if (auto name = object_store::BucketName::Parse(bucket); !name)
    return InvalidArgument(
        fmt::format("source_location: expected /bucket/folder/ or obs://bucket/folder/, got '{}'", text),
        std::string(kBadSource));
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  return SourceLocation{std::move(bucket), std::move(prefix)};
}

Result<FoundPackage> FindPackage(ObjectService& objects, const object_store::Caller& caller,
                                 const SourceLocation& location, const std::string& initial_config) {
  ATELIER_TRY(auto records, ListTree(objects, caller, location));
  if (records.empty())
    return InvalidArgument(fmt::format("there is nothing under {}: name the folder that holds model/", Path(location)),
                           std::string(kBadSource));
  ATELIER_TRY(SourceLocation folder, PackageFolder(records, location));
  FoundPackage found{folder.bucket, folder.prefix, {}, {}, 0};
  std::erase_if(records, [&](const auto& record) {
    // The parent's own config.json is kept: two of them are ambiguous.
    return !record.key.starts_with(folder.prefix) && record.key != location.prefix + "config.json";
  });
  for (const auto& record : records) found.size_bytes += record.size;
  if (found.size_bytes > kMaxPackageBytes)
    return InvalidArgument(fmt::format("{} holds {}; a model package may have {} at most", Path(folder),
                                       HumanBytes(found.size_bytes), HumanBytes(kMaxPackageBytes)),
                           "ModelArts.3044");
  ATELIER_TRY(found.config, ReadConfig(objects, caller, folder, location, records, initial_config));
  if (!EqualsIgnoreCase(found.config.model_type, "TensorFlow"))
    return MakeError(ErrorKind::kUnimplemented,
                     fmt::format("model_type '{}' is not served yet; this version serves TensorFlow SavedModels",
                                 found.config.model_type),
                     "ModelArts.3016");
  if (std::ranges::none_of(records, [&](const auto& r) { return r.key == folder.prefix + "saved_model.pb"; }))
    return InvalidArgument(
        fmt::format("no SavedModel: {}saved_model.pb is missing; {}", Path(folder), Glimpse(records, folder)),
        std::string(kBadSource));
  auto code = KeysNamed(records, "customize_service.py");
  if (code.size() > 1)
    return InvalidArgument(fmt::format("at most one customize_service.py is expected in a model package, found {}: {}",
                                       code.size(), Join(code, ", ")),
                           std::string(kBadSource));
  if (!code.empty()) found.execution_code = Path(folder, code[0]);
  return found;
}

}  // namespace atelier::registry
