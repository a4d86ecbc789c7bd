// Bucket policies: read once, then asked for each request.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/access_request.h"
#include "access/condition.h"
#include "access/pattern.h"
#include "access/principal.h"
#include "base/error.h"

namespace atelier::access {

enum class Effect { kAllow, kDeny, kNone };

// Whom, what and which resources a statement is about: those listed, or (NotPrincipal, ...) all but those.
template <class T>
struct Choice {
  std::vector<T> listed;
  bool all_but = false;
};

struct Statement {
  std::string sid;
  Effect effect = Effect::kDeny;
  Choice<Principal> principals;
  Choice<Pattern> actions;    // of "s3:GetObject", in any case
  Choice<Pattern> resources;  // of "bucket" and "bucket/key"
  std::vector<Condition> conditions;
};

// Immutable once parsed; may be shared by threads.
struct BucketPolicy {
  std::vector<Statement> statements;
};

inline constexpr std::size_t kMaxPolicyBytes = 20 * 1024;

// Reads a policy in either dialect:
//   S3   Principal "*" or {"AWS": ...}, actions "s3:GetObject", resources "arn:aws:s3:::bucket/key*"
//   OBS  Principal {"ID": "domain/<id>:user/<id>"}, actions "GetObject", resources "bucket/key*"
// MalformedPolicy names the statement and says what is wrong with it: an element, operator or condition key that is not
// known, an action of another service, a resource of another bucket, Allow with NotPrincipal, more than 20 KB. Any
// action name is accepted, for one that no operation needs does no harm. Variables are read in policies of Version
// 2012-10-17 only, as S3 does.
Result<BucketPolicy> ParsePolicy(std::string_view json, std::string_view bucket);

// kDeny when a statement denies it, else kAllow when one allows it. The order of statements does not matter.
Effect Evaluate(const BucketPolicy& policy, const AccessRequest& request);

// Whether it allows something to everybody, as S3 documents for the policy status: a statement that allows is public
// unless it names accounts or users, or a condition binds it to fixed values of where requests come from. A very wide
// range of addresses does not bind it.
bool IsPublic(const BucketPolicy& policy);

}  // namespace atelier::access
