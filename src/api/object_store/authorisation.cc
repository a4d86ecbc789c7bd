#include "api/object_store/authorisation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "access/canned_acl.h"
#include "access/decision.h"
#include "api/object_store/access_context.h"
#include "api/object_store/accounts.h"
#include "api/object_store/version_headers.h"

namespace atelier::api::s3 {
namespace {

// They concern no bucket that exists: whoever signed in may do them.
bool NeedsSignInOnly(std::string_view operation) { return operation == "CreateBucket" || operation == "ListBuckets"; }
// Nobody signs a preflight, and nobody is asked. Each key of a multi-delete is decided by itself, and where a policy
// asks for them, tags are decided about when they were read.
bool DecidesItself(std::string_view operation, const BucketView& view) {
  bool by_tags = operation == "PutObjectTagging" && AsksForRequestTags(view.Setting(setting::kPolicy));
  return operation == "PreflightCors" || operation == "DeleteObjects" || by_tags;
}

constexpr std::string_view kExpectedOwner = "expected-bucket-owner";

// Who names the account that he takes for the owner is not served by somebody else's bucket of that name.
Result<void> CheckExpectedOwner(const Call& call, std::string_view header, const BucketView& view) {
  auto expected = call.Prefixed(header);
  const auto& principal = call.identity.principal;
  const std::string& owner = view.bucket().project_id;
  bool own = principal && principal->project_id == owner;
  if (!expected || *expected == owner || (own && *expected == principal->domain_id)) return {};
  return PermissionDenied(fmt::format("the bucket \"{}\" does not belong to the account \"{}\" that {}{} expects",
                                      view.bucket().name, *expected, call.prefix(), header),
                          "AccessDenied");
}

Result<void> RequireSignIn(const Call& call) {
  if (call.identity.principal) return {};
  return PermissionDenied("this needs a signature: sign the request with an access key", "AccessDenied");
}

// What is decided about: an object, or with an empty key the bucket.
struct Target {
  std::string_view operation;
  const BucketView& view;
  const std::string& key;
  const object_store::VersionChoice& version;
  const object_store::Tags* tags = nullptr;  // in the body
};

Result<access::Acl> ObjectAcl(const BucketView& view, const object_store::ObjectRecord& record) {
  if (!record.attributes.acl.empty()) return access::DecodeAcl(record.attributes.acl);
  return access::PrivateAcl(OwnerOf(view, record));
}

// The object's row; nullopt when there is none. The store itself is asked in the owner's name: who may know of the
// object is being decided.
Result<std::optional<object_store::ObjectRecord>> FindObject(const Call& call, const Target& target) {
  object_store::Caller store{.project_id = target.view.bucket().project_id};
  auto record = call.objects().Head(store, target.view.bucket().name, target.key, target.version);
  if (record) return *std::move(record);
  ErrorKind kind = record.error().kind;
  if (kind == ErrorKind::kNotFound || kind == ErrorKind::kFailedPrecondition) return std::nullopt;
  return std::unexpected(std::move(record).error());
}

Result<access::Need> NeedOf(const Target& target) {
  auto need = access::NeedOf(target.operation, target.version.has_value());
  if (need) return *need;
  return Internal(fmt::format("the operation {} has no row in the table of needs", target.operation));
}

// A write may bring an ACL and tags along: a policy that denies setting those denies it then.
Result<void> CheckBroughtAlong(const Call& call, const Target& target, access::AccessRequest request) {
  constexpr auto kWrites = std::to_array<std::string_view>(
      {"PutObject", "CopyObject", "CreateMultipartUpload", "AppendObject", "PostObject"});
  if (!target.view.policy || std::ranges::find(kWrites, target.operation) == kWrites.end()) return {};
  std::vector<std::string_view> also;
  if (call.Prefixed("acl") || NamesGrants(call)) also.emplace_back("PutObjectAcl");
  if (call.Prefixed("tagging")) also.emplace_back("PutObjectTagging");
  for (std::string_view operation : also) {
    request.need = *access::NeedOf(operation, false);
    if (access::Evaluate(*target.view.policy, request) != access::Effect::kDeny) continue;
    return PermissionDenied(fmt::format("{} on {} is not allowed, and this request would do that as well",
                                        request.need.action, access::ResourceOf(request)),
                            "AccessDenied");
  }
  return {};
}

// `record`: of the object, when there is one and it matters.
Result<void> DecideWith(const Call& call, const Target& target,
                        const std::optional<object_store::ObjectRecord>& record) {
  ATELIER_TRY(access::Need need, NeedOf(target));
  const BucketView& view = target.view;
  access::AccessRequest request{
      .requester = RequesterOf(call), .need = need, .bucket = view.bucket().name, .key = target.key, .context = {}};
  access::BucketAccess known{.owner_project = view.bucket().project_id,
                             .policy = view.policy,
                             .acl = view.acl,
                             .object_acl = {},
                             .block = view.block,
                             .ownership = view.ownership};
  if (record) {
    ATELIER_TRY(known.object_acl, ObjectAcl(view, *record));
  }
  if (view.policy) request.context = ContextOf(call, {.object = record, .tags = target.tags});
  Result<void> decided = access::Decide(known, request);
  if (decided) ATELIER_CHECK(CheckBroughtAlong(call, target, request));
  bool missing = need.acl_of == access::AclOf::kObject && !target.key.empty() && !record;
  if (decided || !missing) return decided;
  // That an object does not exist is told to whoever may list the bucket.
  request.need = *access::NeedOf("ListObjects", false);
  request.key.clear();
  return access::Decide(known, request) ? Result<void>() : std::move(decided);
}

Result<void> DecideOn(const Call& call, const Target& target) {
  ATELIER_TRY(access::Need need, NeedOf(target));
  bool by_tags = AsksForObjectTags(target.view.Setting(setting::kPolicy));
  std::optional<object_store::ObjectRecord> record;
  if (!target.key.empty() && (need.acl_of == access::AclOf::kObject || by_tags)) {
    ATELIER_TRY(record, FindObject(call, target));
  }
  return DecideWith(call, target, record);
}

// From here on the store takes the caller's word for it.
void Admit(Call& call) {
  call.caller.authorised = true;
  access::Upload upload{call.caller.project_id, call.view->bucket().project_id,
                        call.Prefixed("acl") == "bucket-owner-full-control"};
  call.caller.project_id = access::OwnerOf(upload, call.view->ownership);
}

Result<void> DecideOnCall(Call& call, std::string_view operation) {
  ATELIER_CHECK(CheckExpectedOwner(call, kExpectedOwner, *call.view));
  if (!IsUnrestricted(call, *call.view) && !DecidesItself(operation, *call.view)) {
    ATELIER_CHECK(DecideOn(call, {operation, *call.view, call.key(), WantedVersion(call)}));
  }
  Admit(call);
  return {};
}

}  // namespace

access::Requester RequesterOf(const Call& call) {
  if (!call.identity.principal) return access::AnonymousRequester();
  const iam::Principal& principal = *call.identity.principal;
  access::Requester requester;
  requester.project_id = principal.project_id;
  requester.domain_id = principal.domain_id;
  requester.user_id = principal.user_id;
  requester.user_name = principal.user_name;
  requester.access_key = principal.access_key;
  return requester;
}

bool IsUnrestricted(const Call& call, const BucketView& view) {
  const auto& principal = call.identity.principal;
  return !view.policy && principal && principal->project_id == view.bucket().project_id;
}

std::optional<Result<void>> AuthoriseAtOnce(Call& call, std::string_view operation) {
  if (NamesGrants(call)) return std::nullopt;
  if (call.bucket().empty() || NeedsSignInOnly(operation)) return RequireSignIn(call);
  call.view = call.surface.views->Known(call.bucket());
  if (!call.view || !(IsUnrestricted(call, *call.view) || DecidesItself(operation, *call.view))) return std::nullopt;
  ATELIER_CHECK(CheckExpectedOwner(call, kExpectedOwner, *call.view));
  Admit(call);
  return Result<void>();
}

Result<void> Authorise(Call& call, std::string_view operation) {
  if (call.bucket().empty() || NeedsSignInOnly(operation)) {
    ATELIER_CHECK(RequireSignIn(call));
  } else {
    ATELIER_TRY(call.view, call.surface.views->Find(call.bucket()));
    ATELIER_CHECK(DecideOnCall(call, operation));
  }
  return CheckGrantHeaders(call);
}

Result<void> AuthoriseOther(const Call& call, std::string_view operation, const OtherObject& object) {
  ATELIER_TRY(auto view, call.surface.views->Find(object.bucket));
  if (operation == "GetObject") ATELIER_CHECK(CheckExpectedOwner(call, "source-expected-bucket-owner", *view));
  if (IsUnrestricted(call, *view)) return {};
  return DecideOn(call, {operation, *view, object.key, object.version});
}

Result<void> CheckObjectOwner(const Call& call, std::string_view operation, const BucketView& view,
                              const object_store::ObjectRecord& record) {
  if (!IsUnrestricted(call, view) || OwnerOf(view, record) == view.bucket().project_id) return {};
  object_store::VersionChoice version;  // no policy asks which
  return DecideWith(call, {operation, view, record.key, version}, record);
}

Result<void> AuthoriseTags(const Call& call, const object_store::Tags& tags) {
  if (IsUnrestricted(call, *call.view) || !AsksForRequestTags(call.view->Setting(setting::kPolicy))) return {};
  object_store::VersionChoice version = WantedVersion(call);
  return DecideOn(call, {"PutObjectTagging", *call.view, call.key(), version, &tags});
}

}  // namespace atelier::api::s3
