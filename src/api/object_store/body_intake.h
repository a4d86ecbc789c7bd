// Request bodies: what their headers promise, decoding, and the way from the socket into the store.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/object_store/call.h"
#include "auth/aws_chunked.h"
#include "base/error.h"
#include "base/task.h"
#include "object_store/types.h"

namespace atelier::api::s3 {

inline constexpr std::uint64_t kSmallBody = 128 * 1024;       // stored in one go
inline constexpr std::uint64_t kSinglePutLimit = 5ULL << 30;  // 5 GiB: one PUT, one part

// What a request's headers say about its body, checked before a byte of it is read.
struct BodyPlan {
  object_store::ExpectedDigests expected;  // Content-MD5, x-amz-content-sha256, a checksum header
  std::vector<DigestKind> digests;         // to compute beside MD5
  std::optional<DigestKind> trailer;       // the checksum that comes after the body
  std::optional<std::uint64_t> length;     // of the decoded body, when announced
};
// InvalidDigest, InvalidRequest, MalformedTrailerError, EntityTooLarge (more than `limit` announced). Without
// `checksum_of_body`, x-amz-checksum-* headers are about something else and are left alone.
Result<BodyPlan> PlanBody(const Call& call, std::uint64_t limit, bool checksum_of_body = true);

// MissingContentLength when neither a length nor chunked coding says where the body ends, or when what is inside
// aws-chunked coding has no length.
Result<void> RequireBodyLength(const Call& call);

// Undoes aws-chunked, counts, and at the end adds the trailing checksum to what is expected. Not thread-safe.
class BodyDecoder {
 public:
  BodyDecoder(const Call& call, const BodyPlan& plan, std::uint64_t limit);

  using Sink = std::function<Result<void>(std::string_view)>;
  Result<void> Feed(std::string_view bytes, const Sink& sink);
  // The same, but what is decoded is moved together at the front of `block` and returned. Chunks that must be held
  // until their signature is checked go to `held` instead.
  Result<std::string_view> DecodeInPlace(std::span<std::byte> block, const Sink& held);
  // IncompleteBody, MalformedTrailerError, SignatureDoesNotMatch. Returns all that the body must match.
  Result<object_store::ExpectedDigests> Finish();

 private:
  Result<void> Count(std::size_t bytes);

  const Call& call_;
  const BodyPlan& plan_;
  const std::uint64_t limit_;
  std::uint64_t decoded_ = 0;
  std::optional<auth::AwsChunkedDecoder> chunks_;
};

// Where a body goes. All run on the pool, one after the other but for `write`, which may run beside `digest`.
struct BodyTarget {
  std::function<Result<void>()> open;  // checks what can be checked before reading, and begins the write
  std::function<void(std::string_view)> digest;
  std::function<Result<void>(std::string_view)> write;
  std::function<Result<http::Response>(const object_store::ExpectedDigests&)> commit;
};

// Reads the request body into `target`. A small body is read whole and stored by one visit to the pool, unless the
// client waits to hear whether it is wanted (Expect: 100-continue); of a large one, blocks are received while the pool
// digests and writes others (body_pipeline.h). Nothing is left behind when it fails.
Task<Result<http::Response>> StoreBody(Call& call, const BodyPlan& plan, BodyTarget& target);

// Checks a body that was read whole against what its headers promise; returns it decoded. Runs on the pool.
Result<std::string> VerifyDocument(const Call& call, const std::string& raw, std::uint64_t limit,
                                   bool checksum_of_body);

}  // namespace atelier::api::s3
