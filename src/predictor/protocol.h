// What the dispatcher and a worker say to each other over a Unix socket (docs/formats/predictor-protocol.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace atelier::predictor {

enum class FrameKind : std::uint8_t {
  kHello = 1,    // worker -> dispatcher, once per connection: `status` unused, body = decimal pid
  kPredict = 2,  // dispatcher -> worker
  kReply = 3,    // worker -> dispatcher: `status` is the HTTP status
};

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

// Blocking, over a descriptor; for the worker. ReadFrame: NotFound at a clean end, Cancelled when interrupted by a
// signal before the first byte.
Result<Frame> ReadFrame(int fd);
Result<void> WriteFrame(int fd, FrameKind kind, std::uint64_t id, std::uint16_t status, std::string_view content_type,
                        std::string_view warning, std::string_view body);

}  // namespace atelier::predictor
