// Tags of services and training jobs: what the API surface calls.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "tenancy/tag_repository.h"
#include "tenancy/tagged_resources.h"

namespace atelier::tenancy {

struct TaggedResource {
  NamedResource resource;
  std::vector<Tag> tags;
};
struct TaggedPage {
  std::vector<TaggedResource> resources;
  std::size_t total = 0;  // that the query finds
};

// Thread-safe. A resource that is not there: NotFound, ModelArts.0101. More than kMostTags: ResourceExhausted,
// ModelArts.0118.
class TagService {
 public:
  TagService(TagRepository& repository, TaggedResources& resources) : repository_(repository), resources_(resources) {}

  Result<void> Add(const TaggedId& resource, const std::vector<Tag>& tags);
  // Tags whose key is given; where a value is given too, only if it is that one.
  Result<void> Remove(const TaggedId& resource, const std::vector<Tag>& tags);
  Result<std::vector<Tag>> Of(const TaggedId& resource);
  // Every key of a kind's tags with every value, by key.
  Result<std::vector<TagCondition>> Used(const std::string& project_id, TaggedKind kind);
  Result<TaggedPage> Search(const std::string& project_id, TaggedKind kind, const TagQuery& query, std::size_t offset,
                            std::size_t limit);

 private:
  Result<TaggedId> Known(const TaggedId& resource);

  TagRepository& repository_;
  TaggedResources& resources_;
};

}  // namespace atelier::tenancy
