#include "api/modelarts/tag_routes.h"

#include <fmt/format.h>

#include "api/modelarts/json_fields.h"
#include "api/modelarts/paging.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

using tenancy::Tag;
using tenancy::TaggedId;
using tenancy::TaggedKind;
using tenancy::TagService;

constexpr std::string_view kIllegal = "ModelArts.0104";
constexpr std::size_t kMostRows = 1000;
constexpr std::size_t kMostOffset = 1'000'000;

http::Response Answer(const json::object& body) { return http::Response::Json(200, CompactJson(body)); }

// A service's calls and a training job's differ in their path and in how many rows they give when nobody says.
struct Surface {
  TagService& tags;
  TaggedKind kind;
  std::size_t rows;
};

TaggedId ResourceOf(const Surface& surface, const PlatformCall& call) {
  return {call.principal.project_id, surface.kind, call.arguments.at("resource_id")};
}

Result<std::vector<Tag>> ReadTags(const PlatformCall& call) {
  ATELIER_TRY(auto body, ReadBody(call.body, kIllegal, kIllegal));
  ATELIER_TRY(auto items, body.Objects("tags"));
  if (items.empty())
    return InvalidArgument("tags: expected an array of at least one key and value", std::string(kIllegal), "tags");
  std::vector<Tag> tags;
  for (const auto& item : items) {
    Tag tag;
    ATELIER_CHECK(item.Text("key", tag.key));
    ATELIER_CHECK(item.Text("value", tag.value));
    tags.push_back(std::move(tag));
  }
  return tags;
}

json::array TagsJson(const std::vector<Tag>& tags) {
  json::array items;
  for (const auto& [key, value] : tags) items.push_back(json::object{{"key", key}, {"value", value}});
  return items;
}

Result<http::Response> CreateTags(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto tags, ReadTags(call));
  ATELIER_CHECK(surface.tags.Add(ResourceOf(surface, call), tags));
  return http::Response::Empty(204);
}

Result<http::Response> DeleteTags(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto tags, ReadTags(call));
  ATELIER_CHECK(surface.tags.Remove(ResourceOf(surface, call), tags));
  return http::Response::Empty(204);
}

Result<http::Response> ShowTags(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto tags, surface.tags.Of(ResourceOf(surface, call)));
  return Answer({{"tags", TagsJson(tags)}});
}

// limit and offset count keys.
Result<http::Response> ListTags(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto limit, QueryNumber(call.request.query, "limit", kMostRows, 1, kMostRows));
  ATELIER_TRY(auto offset, QueryNumber(call.request.query, "offset", 0, 0, kMostOffset));
  ATELIER_TRY(auto used, surface.tags.Used(call.principal.project_id, surface.kind));
  json::array items;
  for (auto i = offset; i < used.size() && items.size() < limit; ++i) {
    json::array values;
    for (const auto& value : used[i].values) values.emplace_back(value);
    items.push_back(json::object{{"key", used[i].key}, {"values", values}});
  }
  return Answer({{"tags", items}});
}

Result<tenancy::TagQuery> ReadQuery(const FieldReader& body) {
  tenancy::TagQuery query;
  ATELIER_CHECK(body.Flag("without_any_tag", query.without_any_tag));
  ATELIER_CHECK(body.Scalar("workspace_id", query.workspace_id));
  ATELIER_TRY(auto conditions, body.Objects("tags"));
  for (const auto& item : conditions) {
    tenancy::TagCondition condition;
    ATELIER_CHECK(item.Text("key", condition.key));
    ATELIER_CHECK(item.Scalars("values", condition.values));
    query.tags.push_back(std::move(condition));
  }
  ATELIER_TRY(auto matches, body.Objects("matches"));
  for (const auto& match : matches) {
    std::string key;
    ATELIER_CHECK(match.Text("key", key));
    if (key != "resource_name")
      return InvalidArgument(fmt::format("matches: expected the key resource_name, got '{}'", key),
                             std::string(kIllegal), "matches");
    ATELIER_CHECK(match.Text("value", query.name));
  }
  return query;
}

// A row count of the query part, or else of the body: clients send either.
Result<std::size_t> RowNumber(const PlatformCall& call, const FieldReader& body, std::string_view name,
                              std::size_t absent, std::size_t least, std::size_t most) {
  if (call.request.query.Has(name)) return QueryNumber(call.request.query, name, absent, least, most);
  std::string text;
  ATELIER_CHECK(body.Scalar(name, text));
  if (text.empty()) return absent;
  auto number = ParseNumber<std::size_t>(text);
  if (number && *number >= least && *number <= most) return *number;
  return InvalidArgument(fmt::format("{}: expected a number from {} to {}, got '{}'", name, least, most, text),
                         std::string(kIllegal), std::string(name));
}

Result<tenancy::TaggedPage> Search(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto body, ReadBody(Trim(call.body).empty() ? "{}" : call.body, kIllegal, kIllegal));
  ATELIER_TRY(auto query, ReadQuery(body));
  if (query.workspace_id.empty()) query.workspace_id = QueryText(call.request.query, "workspace_id");
  ATELIER_TRY(auto limit, RowNumber(call, body, "limit", surface.rows, 1, kMostRows));
  ATELIER_TRY(auto offset, RowNumber(call, body, "offset", 0, 0, kMostOffset));
  return surface.tags.Search(call.principal.project_id, surface.kind, query, offset, limit);
}

Result<http::Response> FilterResources(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto page, Search(surface, call));
  json::array items;
  for (const auto& [resource, tags] : page.resources)
    items.push_back(json::object{{"resource_id", resource.shown_id},
                                 {"resource_name", resource.name},
                                 {"workspace_id", resource.workspace_id},
                                 {"resource_detail", json::object{}},
                                 {"tags", TagsJson(tags)}});
  return Answer({{"resources", items}, {"total_count", page.total}});
}

Result<http::Response> CountResources(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto page, Search(surface, call));
  return Answer({{"total_count", page.total}});
}

void AddRoutes(std::vector<PlatformRoute>& routes, const Surface& surface, const std::string& base,
               const std::string& noun) {
  auto add = [&](const char* method, const char* path, const std::string& action,
                 Result<http::Response> (*handler)(const Surface&, const PlatformCall&), bool reads) {
    PlatformTarget target{[surface, handler](const PlatformCall& call) { return handler(surface, call); },
                          ErrorShape::kModelArts};
    if (reads) target.need = iam::Need{iam::Operation::kRead, iam::Scope::kProject};
    routes.push_back({method, "/v2/{project_id}/" + base + path, action, std::move(target)});
  };
  add("GET", "/tags", "List" + noun + "Tags", ListTags, true);
  add("GET", "/{resource_id}/tags", "Show" + noun + "Tags", ShowTags, true);
  add("POST", "/{resource_id}/tags/create", "Create" + noun + "Tags", CreateTags, false);
  add("DELETE", "/{resource_id}/tags/delete", "Delete" + noun + "Tags", DeleteTags, false);
  add("POST", "/resource-instances/filter", "List" + noun + "sByTags", FilterResources, true);
  add("POST", "/resource-instances/count", "Count" + noun + "sByTags", CountResources, true);
}

}  // namespace

std::vector<PlatformRoute> TagRoutes(TagService& tags) {
  std::vector<PlatformRoute> routes;
  AddRoutes(routes, {tags, TaggedKind::kService, 10}, "modelarts-service-v2", "Service");
  AddRoutes(routes, {tags, TaggedKind::kTrainingJob, 1000}, "modelarts-training-job", "TrainingJob");
  return routes;
}

}  // namespace atelier::api
