// What a form upload may say: the policy that its signer wrote (obs-s3-api section 4.5). Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace atelier::auth {

// The fields of a form before its file, by lower-case name.
using FormFields = std::map<std::string, std::string, std::less<>>;

// How many bytes a file may have; both ends are included.
struct LengthRange {
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
};

// What one field must be, or how it must begin.
struct PolicyCondition {
  std::string name;  // lower case
  std::string value;
  bool is_prefix = false;
};

class PostPolicy {
 public:
  // `base64` is base64 of {"expiration":"2026-01-02T03:04:05.000Z","conditions":[{"bucket":"b"},
  // ["starts-with","$key","a/"],["content-length-range",1,1000]]}. InvalidArgument, code InvalidPolicyDocument, for
  // whatever is not understood: nothing in a policy is ignored.
  static Result<PostPolicy> Parse(std::string_view base64);

  // AccessDenied when the policy has expired, a condition does not hold, or a field, or the bucket, has no condition.
  // An absent field counts as empty. Fields that sign the form, and those named x-ignore-*, need no condition.
  Result<void> Check(const FormFields& fields, std::string_view bucket, TimePoint now) const;
  const LengthRange& length() const { return length_; }

 private:
  TimePoint expiration_;
  std::vector<PolicyCondition> conditions_;
  LengthRange length_;
};

}  // namespace atelier::auth
