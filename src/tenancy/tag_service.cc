#include "tenancy/tag_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/strings.h"

namespace atelier::tenancy {

// The same resource under the id that its tags are kept under.
Result<TaggedId> TagService::Known(const TaggedId& resource) {
  ATELIER_TRY(auto found, resources_.Find(resource.project_id, resource.kind, resource.id));
  if (!found)
    return NotFound(fmt::format("There is no {} with the id '{}' in this project.",
                                resource.kind == TaggedKind::kService ? "service" : "training job", resource.id),
                    "ModelArts.0101", resource.id);
  return TaggedId{resource.project_id, resource.kind, found->id};
}

Result<void> TagService::Add(const TaggedId& resource, const std::vector<Tag>& tags) {
  ATELIER_CHECK(CheckTags(tags));
  ATELIER_TRY(auto known, Known(resource));
  auto put = repository_.Put(known, tags, kMostTags);
  if (put || put.error().kind != ErrorKind::kResourceExhausted || !put.error().code.empty()) return put;
  return ResourceExhausted(fmt::format("tags: a resource has at most {}: delete some first", kMostTags),
                           "ModelArts.0118", "tags");
}

Result<void> TagService::Remove(const TaggedId& resource, const std::vector<Tag>& tags) {
  ATELIER_TRY(auto known, Known(resource));
  ATELIER_TRY(auto present, repository_.Of(known));
  std::vector<std::string> keys;
  for (const auto& [key, value] : present) {
    auto asked = std::ranges::find(tags, key, &Tag::key);
    if (asked != tags.end() && (asked->value.empty() || asked->value == value)) keys.push_back(key);
  }
  return repository_.Remove(known, keys);
}

Result<std::vector<Tag>> TagService::Of(const TaggedId& resource) {
  ATELIER_TRY(auto known, Known(resource));
  return repository_.Of(known);
}

Result<std::vector<TagCondition>> TagService::Used(const std::string& project_id, TaggedKind kind) {
  ATELIER_TRY(auto all, repository_.All(project_id, kind));
  std::map<std::string, std::set<std::string>> values;
  for (const auto& [id, tags] : all)
    for (const auto& [key, value] : tags) values[key].insert(value);
  std::vector<TagCondition> used;
  for (const auto& [key, of_key] : values) used.push_back({key, {of_key.begin(), of_key.end()}});
  return used;
}

Result<TaggedPage> TagService::Search(const std::string& project_id, TaggedKind kind, const TagQuery& query,
                                      std::size_t offset, std::size_t limit) {
  ATELIER_TRY(auto resources, resources_.List(project_id, kind));
  ATELIER_TRY(auto all, repository_.All(project_id, kind));
  const auto name = ToLower(query.name);
  TaggedPage page;
  for (auto& resource : resources) {
    auto& tags = all[resource.id];
    bool here = query.workspace_id.empty() || resource.workspace_id == query.workspace_id;
    if (!here || !Fits(query, tags) || ToLower(resource.name).find(name) == std::string::npos) continue;
    if (page.total++ < offset || page.resources.size() >= limit) continue;
    page.resources.push_back({std::move(resource), std::move(tags)});
  }
  return page;
}

}  // namespace atelier::tenancy
