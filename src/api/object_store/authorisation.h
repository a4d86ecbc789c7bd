// Whether a request may do what it asks for, before its controller runs: fills in what access/decision.h needs to know.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/object_store/call.h"
#include "base/error.h"

namespace atelier::api::s3 {

// Decides about the call's own bucket and key. Afterwards `call.view` is set when the operation concerns a bucket that
// exists, and `call.caller` may do what was allowed. AccessDenied, NoSuchBucket; InvalidArgument for a grant to nobody.
// May read rows: runs on the pool.
Result<void> Authorise(Call& call, std::string_view operation);

// The same when it can be decided without waiting, which is so for most requests of a bucket's own project; else
// nullopt. Runs on the loop.
std::optional<Result<void>> AuthoriseAtOnce(Call& call, std::string_view operation);

// About another object than the call's own: the source of a copy, or one of many to delete. Runs on the pool.
struct OtherObject {
  std::string bucket, key;
  object_store::VersionChoice version;
};
Result<void> AuthoriseOther(const Call& call, std::string_view operation, const OtherObject& object);

// About the tags in the body of PutObjectTagging, which are not known before it is read. Runs on the pool.
Result<void> AuthoriseTags(const Call& call, const object_store::Tags& tags);

// For who is admitted because the bucket is of his own project: whether he may also read this object of it, or its ACL,
// for another project may have written it (access/decision.h). `view`: of the object's bucket. Reads no rows.
Result<void> CheckObjectOwner(const Call& call, std::string_view operation, const BucketView& view,
                              const object_store::ObjectRecord& record);

// Whether nothing but the project counts: the bucket is of the caller's own and has no policy.
bool IsUnrestricted(const Call& call, const BucketView& view);

access::Requester RequesterOf(const Call& call);

}  // namespace atelier::api::s3
