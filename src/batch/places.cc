#include "batch/places.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "batch/row_rule.h"

namespace atelier::batch {
namespace {

constexpr std::size_t kLongestPath = 1024;

Result<void> CheckBucket(object_store::ObjectService& objects, const std::string& project_id, const Place& place,
                         std::string_view field) {
  auto found = objects.FindBucket({.project_id = project_id}, place.bucket);
  if (found) return {};
  auto error = std::move(found).error();
  if (error.kind == ErrorKind::kNotFound)
    return InvalidArgument(fmt::format("{}: there is no bucket {}; create it first", field, place.bucket),
                           "ModelArts.0104", std::string(field));
  if (error.kind == ErrorKind::kPermissionDenied)
    return InvalidArgument(fmt::format("{}: the bucket {} belongs to another project", field, place.bucket),
                           "ModelArts.0104", std::string(field));
  return std::unexpected(std::move(error));
}

}  // namespace

Result<Place> ParsePlace(std::string_view text, std::string_view field) {
  std::string_view rest = text;
  bool known = false;
  for (std::string_view scheme : {"obs://", "s3://", "/"})
    if (!known && StartsWithIgnoreCase(rest, scheme)) {
      rest.remove_prefix(scheme.size());
      known = true;
    }
  auto slash = rest.find('/');
  Place place{std::string(rest.substr(0, slash)),
              std::string(slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1))};
  if (!known || place.bucket.empty() || place.prefix.starts_with('/') || text.size() > kLongestPath)
    return InvalidArgument(fmt::format("config: '{}' must be a folder such as /bucket/folder/ or obs://bucket/folder/ "
                                       "of at most {} bytes, got '{}'",
                                       field, kLongestPath, text.substr(0, kLongestPath)),
                           "ModelArts.0104", std::string(field));
  if (!place.prefix.empty() && !place.prefix.ends_with('/')) place.prefix += '/';
  return place;
}

Result<void> CheckSpec(object_store::ObjectService& objects, const std::string& project_id,
                       const serving::BatchSpec& spec) {
  if (spec.mapping_type == "csv")
    ATELIER_CHECK(RowRule::Parse(spec.mapping_rule));
  else if (spec.mapping_type != "file")
    return InvalidArgument(fmt::format("config: 'mapping_type' must be file or csv, got '{}'", spec.mapping_type),
                           "ModelArts.0104", "mapping_type");
  ATELIER_TRY(auto source, ParsePlace(spec.src_path, "src_path"));
  ATELIER_TRY(auto target, ParsePlace(spec.dest_path, "dest_path"));
  if (source.bucket == target.bucket &&
      (source.prefix.starts_with(target.prefix) || target.prefix.starts_with(source.prefix)))
    return InvalidArgument(
        fmt::format("config: 'src_path' {} and 'dest_path' {} must not lie in each other, or results would become "
                    "inputs",
                    spec.src_path, spec.dest_path),
        "ModelArts.0104", "dest_path");
  ATELIER_CHECK(CheckBucket(objects, project_id, source, "src_path"));
  return CheckBucket(objects, project_id, target, "dest_path");
}

std::string ResultKey(const Place& source, const Place& target, std::string_view key, std::string_view ending) {
  return target.prefix + std::string(key.substr(source.prefix.size())) + std::string(ending);
}

}  // namespace atelier::batch
