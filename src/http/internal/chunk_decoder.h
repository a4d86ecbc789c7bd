// The framing of "Transfer-Encoding: chunked" (RFC 9112 section 7.1), without buffers of its own: it says which bytes
// are framing and how many that follow are data, so that data can be read straight into its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace atelier::http {

class ChunkDecoder {
 public:
  // Takes framing off the front of `input` and says how many bytes that was. It stops before data (data_left() > 0), at
  // the end (done()), or when the input is used up. InvalidArgument on bad framing. Trailers are read and dropped.
  Result<std::size_t> TakeFraming(std::string_view input);
  // Bytes of data that come next.
  std::uint64_t data_left() const { return state_ == State::kData ? left_ : 0; }
  // `count` bytes of data (at most data_left()) were taken.
  void TookData(std::uint64_t count);
  bool done() const { return state_ == State::kDone; }

 private:
  enum class State {
    kSizeStart,
    kSize,
    kExtension,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailerStart,
    kTrailer,
    kTrailerLf,
    kEndLf,
    kDone,
  };
  bool TakeByte(char c);
  bool TakeSizeByte(char c);

  State state_ = State::kSizeStart;
  std::uint64_t left_ = 0;
  std::size_t overhead_ = 0;  // bytes of the current extension, or of all trailers
};

}  // namespace atelier::http
