// Who asks the object store: AWS V2, AWS V4, OBS signatures, in headers, query or a form (obs-s3-api sections 1 and 6).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/post_policy.h"
#include "base/clock.h"
#include "base/error.h"
#include "http/message.h"
#include "iam/identity_service.h"

namespace atelier::auth {

enum class Dialect { kS3, kObs };
enum class Scheme {
  kAnonymous,
  kHeaderV2,
  kHeaderV4,
  kHeaderObs,
  kQueryV2,
  kQueryV4,
  kQueryObs,
  kFormV2,
  kFormV4,
  kFormObs,
};

// The dialect of a request by its looks (section 1's table), before any verification: errors are rendered in it.
Dialect DialectOf(const http::Request& request);
// "obs-sdk-*" user agents: an OBS SDK, whatever its signature.
bool IsHuaweiSdk(const http::Request& request);
// The dialect of a form upload by its fields; that of its request when they do not tell.
Dialect DialectOfForm(const FormFields& fields, Dialect of_request);

// Where a request points: bucket and key from path style or virtual-host style (section 1.1).
struct Address {
  std::string bucket;  // empty: the service itself
  std::string key;     // decoded bytes; empty: the bucket
  bool virtual_host = false;
  std::string raw_resource;  // "/bucket/raw-key" as it stands in V2/OBS canonical resources, raw path kept
};
// `base_domains`, and "localhost" always: host names below which all labels are the bucket; an IP literal or a bare
// base domain means path style. Of any other host of three labels or more the first is the bucket, when it can be one.
// InvalidArgument (code InvalidURI) when the path does not decode.
Result<Address> AddressOf(const http::Request& request, const std::vector<std::string>& base_domains);

// What the signature promises about the body.
struct PayloadRule {
  enum class Kind { kUnsigned, kSha256, kChunkedSigned, kChunkedSignedTrailer, kChunkedUnsignedTrailer };
  Kind kind = Kind::kUnsigned;
  std::string sha256;  // raw 32 bytes, for kSha256
  // For the signed chunk kinds (section 6.5).
  std::string signing_key, timestamp, scope, seed_signature;
  std::optional<std::uint64_t> decoded_length;  // x-amz-decoded-content-length
};

struct ObjectStoreIdentity {
  Dialect dialect = Dialect::kS3;
  Scheme scheme = Scheme::kAnonymous;
  std::optional<iam::Principal> principal;  // nullopt: anonymous
  PayloadRule payload;
};

struct FormIdentity {
  ObjectStoreIdentity identity;
  LengthRange file_length;  // what the form's policy allows
};

class SigningKeyCache;

// Thread-safe. Errors carry S3 codes: InvalidAccessKeyId, SignatureDoesNotMatch (its details say what was signed,
// signature_mismatch.h), RequestTimeTooSkewed, AccessDenied ("Request has expired"), AuthorizationHeaderMalformed,
// AuthorizationQueryParametersError, InvalidArgument (two mechanisms at once), InvalidToken and ExpiredToken (the
// security token of a temporary key, security_token.h).
class ObjectStoreAuthenticator {
 public:
  ObjectStoreAuthenticator(iam::IdentityService& identities, const Clock& clock);
  Result<ObjectStoreIdentity> Authenticate(const http::Request& request, const Address& address) const;
  // A form upload, whose fields sign it; ${filename} is already replaced in them. Besides: InvalidPolicyDocument, and
  // AccessDenied for what the policy does not allow.
  Result<FormIdentity> AuthenticateForm(const FormFields& fields, std::string_view bucket) const;

 private:
  iam::IdentityService& identities_;
  const Clock& clock_;
  std::shared_ptr<SigningKeyCache> signing_keys_;
};

}  // namespace atelier::auth
