// What the dispatcher and a worker say to each other over a Unix socket (docs/formats/predictor-protocol.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace atelier::predictor {

enum class FrameKind : std::uint8_t {
  kHello = 1,    // worker -> dispatcher, once per connection: `status` is a Manner, body = decimal pid
  kPredict = 2,  // dispatcher -> worker
  kReply = 3,    // worker -> dispatcher, one per predict and in their order: `status` is the HTTP status
  kRecall = 4,   // dispatcher -> worker: do not begin the request `id`; if it was not begun its reply is kNotBegun
};

// How a worker goes about the requests that it has been given.
enum class Manner : std::uint16_t {
  kOneByOne = 0,  // the oldest unanswered request is the one it runs
  kBatches = 1,   // it may run several at once
};

// Status of the reply to a request that was recalled in time.
constexpr std::uint16_t kNotBegun = 0;

constexpr std::uint32_t kMagic = 0x31505441;  // "ATP1"
constexpr std::size_t kHeaderBytes = 32;
constexpr std::uint32_t kMaxBody = 1U << 30;
constexpr std::uint16_t kMaxText = 1024;  // of the content type, and of the warning

// The fixed part of a frame. After it come content type, warning and body.
struct FrameHeader {
  FrameKind kind = FrameKind::kHello;
  std::uint16_t status = 0;
  std::uint16_t content_type_length = 0;
  std::uint16_t warning_length = 0;
  std::uint32_t body_length = 0;
  std::uint32_t deadline_ms = 0;  // of a predict: what is left of its time
  std::uint64_t id = 0;           // a reply has its request's

  std::size_t payload_bytes() const { return std::size_t{content_type_length} + warning_length + body_length; }
};

std::array<char, kHeaderBytes> EncodeHeader(const FrameHeader& header);
// InvalidArgument for another magic, an unknown kind or lengths beyond the limits.
Result<FrameHeader> DecodeHeader(std::string_view bytes);  // exactly kHeaderBytes

// A whole frame in memory.
struct Frame {
  FrameHeader header;
  std::string content_type, warning, body;
};
// Header, content type and warning as one piece of text to be written before the body.
std::string EncodePrefix(FrameKind kind, std::uint64_t id, std::uint16_t status, std::uint32_t deadline_ms,
                         std::string_view content_type, std::string_view warning, std::size_t body_length);

// Bytes in, frames out, for both ends. Keeps what a connection has delivered but nobody has taken.
class FrameBuffer {
 public:
  // Where to read to: what the frame under way still lacks, and at least 16 KiB.
  std::span<char> Room();
  void Added(std::size_t count) { end_ += count; }
  // Nullopt: no whole frame yet. InvalidArgument as DecodeHeader.
  Result<std::optional<Frame>> Take();
  // Bytes of a frame that is not whole.
  std::size_t buffered() const { return end_ - begin_; }

 private:
  std::vector<char> bytes_;
  std::size_t begin_ = 0, end_ = 0;
};

// Blocking, over a descriptor. ReadFrame: NotFound at a clean end, Cancelled when interrupted by a
// signal before the first byte.
Result<Frame> ReadFrame(int fd);
Result<void> WriteFrame(int fd, FrameKind kind, std::uint64_t id, std::uint16_t status, std::string_view content_type,
                        std::string_view warning, std::string_view body);

}  // namespace atelier::predictor
