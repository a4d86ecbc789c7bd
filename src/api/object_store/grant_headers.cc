#include "api/object_store/grant_headers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "api/object_store/acl_groups.h"
#include "api/object_store/xml_acl.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using access::Grant;
using access::Grantee;
using access::Permission;

struct GrantHeader {
  std::string_view suffix;  // after "grant-"
  Permission permission;
  bool delivered = false;
};

constexpr auto kHeaders = std::to_array<GrantHeader>({
    {"read", Permission::kRead},
    {"write", Permission::kWrite},
    {"read-acp", Permission::kReadAcp},
    {"write-acp", Permission::kWriteAcp},
    {"full-control", Permission::kFullControl},
    {"read-delivered", Permission::kRead, true},
    {"full-control-delivered", Permission::kFullControl, true},
});

// The pieces between commas; a comma within quotes does not divide.
std::vector<std::string_view> Items(std::string_view list) {
  std::vector<std::string_view> items;
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t at = 0; at < list.size(); ++at) {
    if (list[at] == '"') quoted = !quoted;
    if (list[at] != ',' || quoted) continue;
    items.push_back(Trim(list.substr(start, at - start)));
    start = at + 1;
  }
  items.push_back(Trim(list.substr(start)));
  return items;
}

std::string_view Unquoted(std::string_view text) {
  bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

Result<Grantee> ParseGrantee(std::string_view item) {
  auto equals = item.find('=');
  std::string_view kind = Trim(item.substr(0, equals));
  std::string_view value = equals == std::string_view::npos ? "" : Unquoted(Trim(item.substr(equals + 1)));
  if (EqualsIgnoreCase(kind, "id")) return access::AccountGrantee(value);
  if (!value.empty() && EqualsIgnoreCase(kind, "emailAddress")) return UnresolvableEmail(value);
  if (EqualsIgnoreCase(kind, "uri")) {
    if (auto group = ParseGroup(value)) return Grantee{*group, ""};
  }
  return InvalidArgument(
      fmt::format("\"{}\" is not a grantee; write id=\"<project id>\" or uri=\"<the URI of a group>\"", item),
      "InvalidArgument", std::string(item));
}

}  // namespace

Result<std::vector<Grant>> ParseGrantHeaders(auth::Dialect dialect, const http::Headers& headers) {
  std::string_view prefix = dialect == auth::Dialect::kObs ? "x-obs-grant-" : "x-amz-grant-";
  std::vector<Grant> grants;
  for (const auto& [name, value] : headers) {
    if (!StartsWithIgnoreCase(name, prefix)) continue;
    std::string suffix = ToLower(std::string_view(name).substr(prefix.size()));
    const auto* header = std::ranges::find(kHeaders, suffix, &GrantHeader::suffix);
    if (header == kHeaders.end()) {
      return InvalidArgument(fmt::format("the header {} grants nothing known; use one such as {}read", name, prefix),
                             "InvalidArgument", name);
    }
    for (std::string_view item : Items(value)) {
      auto grantee = ParseGrantee(item);
      if (!grantee) return std::unexpected(std::move(grantee).error().Within(name));
      grants.push_back({*std::move(grantee), header->permission, header->delivered});
    }
  }
  return grants;
}

}  // namespace atelier::api::s3
