#include "training/obs_path.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace atelier::training {
namespace {

constexpr std::string_view kForms = "a path such as /bucket/folder/ (or obs://bucket/folder/, s3://bucket/folder/)";

}  // namespace

Result<ObsPath> ObsPath::Parse(std::string_view text, std::string_view field) {
  std::string_view rest = text;
  if (StartsWithIgnoreCase(rest, "obs://")) {
    rest.remove_prefix(6);
  } else if (StartsWithIgnoreCase(rest, "s3://")) {
    rest.remove_prefix(5);
  } else if (rest.starts_with('/')) {
    rest.remove_prefix(1);
  } else {
    return InvalidArgument(fmt::format("{}: expected {}, got '{}'", field, kForms, text), "ModelArts.0104",
                           std::string(field));
  }
  auto slash = rest.find('/');
  ObsPath path;
  path.bucket = rest.substr(0, slash);
  path.key = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  if (path.bucket.empty())
    return InvalidArgument(fmt::format("{}: expected {}, got '{}' without a bucket", field, kForms, text),
                           "ModelArts.0104", std::string(field));
  if (path.key.empty()) return path;
  auto segments = Split(path.key, '/');
  if (segments.back().empty()) segments.pop_back();
  for (auto segment : segments)
    if (segment.empty() || segment == "." || segment == "..")
      return InvalidArgument(fmt::format("{}: '{}' has an empty, '.' or '..' folder name; expected {} with plain names",
                                         field, text, kForms),
                             "ModelArts.0104", std::string(field));
  return path;
}

ObsPath ObsPath::AsFolder() const {
  ObsPath folder = *this;
  if (!folder.key.empty() && !folder.key.ends_with('/')) folder.key += '/';
  return folder;
}

ObsPath ObsPath::Child(std::string_view name) const {
  ObsPath child = AsFolder();
  child.key += name;
  return child;
}

std::string ObsPath::LastName() const {
  std::string_view text = key;
  if (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty()) return bucket;
  auto slash = text.rfind('/');
  return std::string(slash == std::string_view::npos ? text : text.substr(slash + 1));
}

std::string ObsPath::ToText() const { return fmt::format("/{}/{}", bucket, key); }
std::string ObsPath::ToS3Url() const { return fmt::format("s3://{}/{}", bucket, key); }

}  // namespace atelier::training
