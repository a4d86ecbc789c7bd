#include "http/internal/chunk_decoder.h"

namespace atelier::http {
namespace {

constexpr std::size_t kOverheadLimit = 8 * 1024;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Result<std::size_t> ChunkDecoder::TakeFraming(std::string_view input) {
  std::size_t taken = 0;
  while (taken < input.size() && state_ != State::kData && state_ != State::kDone) {
    if (!TakeByte(input[taken]))
      return InvalidArgument("the chunked request body is malformed: expected \"<hex size>CRLF<data>CRLF\"");
    ++taken;
  }
  return taken;
}

void ChunkDecoder::TookData(std::uint64_t count) {
  left_ -= count;
  if (left_ == 0) state_ = State::kDataCr;
}

bool ChunkDecoder::TakeSizeByte(char c) {
  if (int digit = HexDigit(c); digit >= 0) {
    if (left_ >> 60 != 0) return false;
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    state_ = State::kSize;
    return true;
  }
  if (state_ == State::kSizeStart) return false;
  overhead_ = 0;
  if (c == '\r') {
    state_ = State::kSizeLf;
  } else if (c == ';' || c == ' ' || c == '\t') {
    state_ = State::kExtension;
  } else {
    return false;
  }
  return true;
}

bool ChunkDecoder::TakeByte(char c) {
  auto expect = [&](char wanted, State next) {
    state_ = next;
    return c == wanted;
  };
  switch (state_) {
    case State::kSizeStart:
    case State::kSize:
      return TakeSizeByte(c);
    case State::kExtension:
      if (c == '\r') state_ = State::kSizeLf;
      return c != '\n' && ++overhead_ <= kOverheadLimit;
    case State::kSizeLf:
      overhead_ = 0;
      return expect('\n', left_ > 0 ? State::kData : State::kTrailerStart);
    case State::kDataCr:
      return expect('\r', State::kDataLf);
    case State::kDataLf:
      return expect('\n', State::kSizeStart);
    case State::kTrailerStart:
      state_ = c == '\r' ? State::kEndLf : State::kTrailer;
      return c != '\n' && ++overhead_ <= kOverheadLimit;
    case State::kTrailer:
      if (c == '\r') state_ = State::kTrailerLf;
      return c != '\n' && ++overhead_ <= kOverheadLimit;
    case State::kTrailerLf:
      return expect('\n', State::kTrailerStart);
    case State::kEndLf:
      return expect('\n', State::kDone);
    case State::kData:
    case State::kDone:
      return false;
  }
  return false;
}

}  // namespace atelier::http
