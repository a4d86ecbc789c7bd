// Port: where tags are kept. Implemented by storage/ (SQL) and tenancy/testing/ (memory).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "tenancy/tag.h"

namespace atelier::tenancy {

// What tags hang on.
struct TaggedId {
  std::string project_id;
  TaggedKind kind = TaggedKind::kService;
  std::string id;
};

// Thread-safe. Writes are durable when they return. Tags are given by key.
class TagRepository {
 public:
  virtual ~TagRepository() = default;
  // Adds, or replaces the values of keys that are there. ResourceExhausted, and nothing changed, when there would be
  // more than `most`.
  virtual Result<void> Put(const TaggedId& resource, const std::vector<Tag>& tags, std::size_t most) = 0;
  virtual Result<void> Remove(const TaggedId& resource, const std::vector<std::string>& keys) = 0;  // absent is fine
  virtual Result<std::vector<Tag>> Of(const TaggedId& resource) = 0;
  // Of all resources of a kind, by resource id.
  virtual Result<std::map<std::string, std::vector<Tag>>> All(const std::string& project_id, TaggedKind kind) = 0;
};

}  // namespace atelier::tenancy
