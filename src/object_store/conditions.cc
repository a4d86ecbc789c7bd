#include "object_store/conditions.h"

#include "object_store/errors.h"

namespace atelier::object_store {

Result<void> CheckWriteConditions(const WriteConditions& conditions, const std::string& key,
                                  const std::optional<std::string>& present) {
  if (conditions.if_none_match_any && present)
    return PreconditionFailed("If-None-Match: * was given, but the key '" + key + "' exists", key);
  if (!conditions.if_match) return {};
  if (!present) return NoSuchKey(key);
  if (*conditions.if_match != "*" && *conditions.if_match != *present)
    return PreconditionFailed("If-Match names another ETag than the object's, which is \"" + *present + "\"", key);
  return {};
}

}  // namespace atelier::object_store
