// The aws-chunked payload encoding (obs-s3-api section 4.7): bytes in, payload bytes out, signatures and framing
// checked. Pure: no sockets. A chunk's bytes are handed on only as verified input of a commit that Finish() may still
// refuse.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/object_store_authenticator.h"
#include "base/error.h"

namespace atelier::auth {

// Not thread-safe. Any split of the input gives the same output.
class AwsChunkedDecoder {
 public:
  using Sink = std::function<Result<void>(std::string_view)>;
  explicit AwsChunkedDecoder(PayloadRule rule);
  ~AwsChunkedDecoder();

  // Errors: InvalidArgument with code IncompleteBody, MalformedTrailerError or InvalidRequest; PermissionDenied with
  // SignatureDoesNotMatch. A chunk is at most 16 MiB for signed kinds (it is held until its signature is checked).
  Result<void> Feed(std::string_view bytes, const Sink& sink);
  // At the end of the body: the trailer fields (lower-case names), signature already checked.
  Result<std::vector<std::pair<std::string, std::string>>> Finish();
  std::uint64_t decoded_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace atelier::auth
