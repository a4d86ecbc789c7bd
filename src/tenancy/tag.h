// Keys and values that a service or training job carries, and which ones a search finds. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace atelier::tenancy {

enum class TaggedKind { kService, kTrainingJob };
std::string_view ToString(TaggedKind kind);  // "service", "training-job": in the database

struct Tag {
  std::string key, value;
  auto operator<=>(const Tag&) const = default;
};

constexpr std::size_t kMostTags = 20;  // of one resource

// Characters as people count them, not bytes: a key of 1 to 128, a value of at most 255, letters and digits of any
// alphabet, spaces and some signs; no space around a key, which does not begin with "_sys_". InvalidArgument,
// ModelArts.0104.
Result<void> CheckTags(const std::vector<Tag>& tags);

// A key with any of some values; no values: any.
struct TagCondition {
  std::string key;
  std::vector<std::string> values = {};
};
struct TagQuery {
  std::vector<TagCondition> tags = {};  // all of them
  bool without_any_tag = false;         // instead of `tags`
  std::string name = {};                // part of the resource's name; case does not matter
  std::string workspace_id = {};        // empty: any
};
bool Fits(const TagQuery& query, const std::vector<Tag>& tags);

}  // namespace atelier::tenancy
