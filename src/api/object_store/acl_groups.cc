#include "api/object_store/acl_groups.h"

#include <algorithm>
#include <array>

namespace atelier::api::s3 {
namespace {

using Kind = access::Grantee::Kind;

struct Group {
  Kind kind;
  const char* uri;
  const char* word;
};

constexpr auto kGroups = std::to_array<Group>({
    {Kind::kAllUsers, "http://acs.amazonaws.com/groups/global/AllUsers", "Everyone"},
    {Kind::kAuthenticatedUsers, "http://acs.amazonaws.com/groups/global/AuthenticatedUsers", "AuthenticatedUsers"},
    {Kind::kLogDelivery, "http://acs.amazonaws.com/groups/s3/LogDelivery", "LogDelivery"},
});

}  // namespace

const char* GroupUri(Kind group) {
  const auto* row = std::ranges::find(kGroups, group, &Group::kind);
  return row == kGroups.end() ? nullptr : row->uri;
}

const char* GroupWord(Kind group) {
  const auto* row = std::ranges::find(kGroups, group, &Group::kind);
  return row == kGroups.end() ? nullptr : row->word;
}

std::optional<Kind> ParseGroup(std::string_view name) {
  if (name == "AllUsers") return Kind::kAllUsers;
  const auto* row = std::ranges::find_if(kGroups, [&](const Group& g) { return name == g.uri || name == g.word; });
  return row == kGroups.end() ? std::nullopt : std::optional(row->kind);
}

}  // namespace atelier::api::s3
