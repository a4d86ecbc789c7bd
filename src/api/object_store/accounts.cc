#include "api/object_store/accounts.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/object_store/grant_headers.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using access::Grant;
using Kind = access::Grantee::Kind;

Result<void> CheckGrants(const Call& call, const std::vector<Grant>& grants) {
  if (!call.surface.options.account_name) return {};
  for (const Grant& grant : grants) {
    const std::string& id = grant.grantee.id;
    if (grant.grantee.kind != Kind::kCanonicalId) continue;
    ATELIER_TRY(auto name, call.surface.options.account_name(id));
    if (!name) {
      return InvalidArgument(fmt::format("there is no account \"{}\" to grant to; use the id of a project", id),
                             "InvalidArgument", id);
    }
  }
  return {};
}

}  // namespace

Result<void> CheckAccounts(const Call& call, const access::Acl& acl) { return CheckGrants(call, acl.grants); }

bool NamesGrants(const Call& call) {
  std::string prefix = fmt::format("{}grant-", call.prefix());
  return std::ranges::any_of(call.request.headers,
                             [&](const auto& header) { return StartsWithIgnoreCase(header.first, prefix); });
}

Result<void> CheckGrantHeaders(const Call& call) {
  if (!NamesGrants(call)) return {};
  ATELIER_TRY(std::vector<Grant> grants, ParseGrantHeaders(call.dialect, call.request.headers));
  return CheckGrants(call, grants);
}

Result<std::map<std::string, std::string>> AccountNames(const Call& call, const access::Acl& acl) {
  std::map<std::string, std::string> names;
  if (!call.surface.options.account_name) return names;
  std::vector<std::string> ids{acl.owner_id};
  for (const Grant& grant : acl.grants) {
    if (grant.grantee.kind == Kind::kCanonicalId) ids.push_back(grant.grantee.id);
  }
  for (const std::string& id : ids) {
    if (names.contains(id)) continue;
    ATELIER_TRY(auto name, call.surface.options.account_name(id));
    if (name) names.emplace(id, *std::move(name));
  }
  return names;
}

std::string OwnerOf(const BucketView& view, const object_store::ObjectRecord& record) {
  return record.attributes.owner_id.empty() ? view.bucket().project_id : record.attributes.owner_id;
}

}  // namespace atelier::api::s3
