#include "api/object_store/storage_class_words.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/clock.h"
#include "object_store/lifecycle_decisions.h"

namespace atelier::api::s3 {
namespace {

// S3's word, then OBS's. The first row of a word decides its translation.
constexpr auto kStorageClasses = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"STANDARD", "STANDARD"},
    {"STANDARD_IA", "WARM"},
    {"GLACIER", "COLD"},
    {"DEEP_ARCHIVE", "DEEP_ARCHIVE"},
    {"INTELLIGENT_TIERING", "INTELLIGENT_TIERING"},
    {"ONEZONE_IA", "WARM"},
    {"GLACIER_IR", "COLD"},
    {"REDUCED_REDUNDANCY", "STANDARD"},
});

}  // namespace

std::string ShownClass(const BucketView& view, const object_store::ObjectRecord& record) {
  const std::string& stored = record.attributes.storage_class;
  if (view.lifecycle.empty() || !record.latest) return stored;
  return object_store::ShownStorageClass(view.lifecycle, record.key, record.size, record.attributes.tags,
                                         record.last_modified, stored, SystemClock().Now());
}

Result<std::string> ParseStorageClass(std::string_view word) {
  for (const auto& [s3, obs] : kStorageClasses) {
    if (word == s3 || word == obs) return std::string(s3);
  }
  return InvalidArgument(
      fmt::format("the storage class \"{}\" is not known; use STANDARD, STANDARD_IA (WARM), GLACIER (COLD), "
                  "DEEP_ARCHIVE or INTELLIGENT_TIERING",
                  word),
      "InvalidStorageClass");
}

std::string StorageClassFor(auth::Dialect dialect, const std::string& stored) {
  if (dialect == auth::Dialect::kS3) return stored;
  for (const auto& [s3, obs] : kStorageClasses) {
    if (stored == s3) return std::string(obs);
  }
  return stored;
}

}  // namespace atelier::api::s3
