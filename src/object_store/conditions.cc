#include "object_store/conditions.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "object_store/errors.h"

namespace atelier::object_store {

Result<void> CheckWriteConditions(const WriteConditions& conditions, const std::string& key,
                                  const std::optional<StoredObject>& present) {
  if (conditions.if_none_match_any && present)
    return PreconditionFailed("If-None-Match: * was given, but the key '" + key + "' exists", key);
  if (!conditions.if_match) return {};
  if (!present) return NoSuchKey(key);
  const std::string& etag = present->record.etag;
  if (*conditions.if_match != "*" && *conditions.if_match != etag)
    return PreconditionFailed("If-Match names another ETag than the object's, which is \"" + etag + "\"", key);
  return {};
}

Result<void> CheckReadable(const std::optional<StoredObject>& found, const std::string& key,
                           const VersionChoice& version) {
  if (!found) {
    if (version) return NoSuchVersion(key, *version);
    return NoSuchKey(key);
  }
  if (found->record.delete_marker) return IsDeleteMarker(key, found->record.version_id);
  return {};
}

std::string VersionTail(std::int64_t sequence) {
  return fmt::format("{:016x}", std::numeric_limits<std::int64_t>::max() - sequence);
}

std::int64_t RankBeyond(const Position& position) {
  constexpr auto kFirst = std::numeric_limits<std::int64_t>::min();
  constexpr auto kLast = std::numeric_limits<std::int64_t>::max();
  if (position.tail.empty()) return position.inclusive ? kFirst : kLast;
  std::int64_t left = 0;
  std::from_chars(position.tail.data(), position.tail.data() + position.tail.size(), left, 16);
  return left - kLast;
}

}  // namespace atelier::object_store
