#include "predictor/protocol.h"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace atelier::predictor {
namespace {

// Both ends are the same program on the same machine: native byte order.
template <class Number>
void Put(char* at, Number value) {
  std::memcpy(at, &value, sizeof value);
}
template <class Number>
Number Take(const char* at) {
  Number value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

Result<void> ReadExactly(int fd, char* into, std::size_t size, bool first) {
  std::size_t done = 0;
  while (done < size) {
    ssize_t got = ::read(fd, into + done, size - done);
    if (got < 0 && errno == EINTR) {
      if (first && done == 0) return MakeError(ErrorKind::kCancelled, "interrupted");
      continue;
    }
    if (got < 0) return ErrnoError("read", errno);
    if (got == 0 && done == 0 && first) return NotFound("the connection ended");
    if (got == 0) return InvalidArgument("the connection ended inside a frame");
    done += static_cast<std::size_t>(got);
  }
  return {};
}

}  // namespace

std::array<char, kHeaderBytes> EncodeHeader(const FrameHeader& header) {
  std::array<char, kHeaderBytes> bytes{};
  Put(bytes.data(), kMagic);
  Put(bytes.data() + 4, static_cast<std::uint8_t>(header.kind));
  Put(bytes.data() + 6, header.status);
  Put(bytes.data() + 8, header.content_type_length);
  Put(bytes.data() + 10, header.warning_length);
  Put(bytes.data() + 12, header.body_length);
  Put(bytes.data() + 16, header.deadline_ms);
  Put(bytes.data() + 24, header.id);
  return bytes;
}

Result<FrameHeader> DecodeHeader(std::string_view bytes) {
  if (bytes.size() != kHeaderBytes || Take<std::uint32_t>(bytes.data()) != kMagic)
    return InvalidArgument("no frame of this protocol");
  FrameHeader header;
  auto kind = Take<std::uint8_t>(bytes.data() + 4);
  if (kind < 1 || kind > 4) return InvalidArgument("unknown frame kind " + std::to_string(kind));
  header.kind = static_cast<FrameKind>(kind);
  header.status = Take<std::uint16_t>(bytes.data() + 6);
  header.content_type_length = Take<std::uint16_t>(bytes.data() + 8);
  header.warning_length = Take<std::uint16_t>(bytes.data() + 10);
  header.body_length = Take<std::uint32_t>(bytes.data() + 12);
  header.deadline_ms = Take<std::uint32_t>(bytes.data() + 16);
  header.id = Take<std::uint64_t>(bytes.data() + 24);
  if (header.content_type_length > kMaxText || header.warning_length > kMaxText || header.body_length > kMaxBody)
    return InvalidArgument("a frame is larger than the protocol allows");
  return header;
}

std::string EncodePrefix(FrameKind kind, std::uint64_t id, std::uint16_t status, std::uint32_t deadline_ms,
                         std::string_view content_type, std::string_view warning, std::size_t body_length) {
  content_type = content_type.substr(0, kMaxText);
  warning = warning.substr(0, kMaxText);
  FrameHeader header{kind,
                     status,
                     static_cast<std::uint16_t>(content_type.size()),
                     static_cast<std::uint16_t>(warning.size()),
                     static_cast<std::uint32_t>(body_length),
                     deadline_ms,
                     id};
  auto bytes = EncodeHeader(header);
  std::string prefix(bytes.data(), bytes.size());
  prefix += content_type;
  prefix += warning;
  return prefix;
}

std::span<char> FrameBuffer::Room() {
  constexpr std::size_t kAtLeast = 16 * 1024;
  constexpr std::size_t kKeep = 1024 * 1024;  // a buffer that one large frame has stretched is given back
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (bytes_.size() > kKeep) bytes_ = {};
  }
  std::size_t room = kAtLeast;
  if (buffered() >= kHeaderBytes)
    if (auto header = DecodeHeader({bytes_.data() + begin_, kHeaderBytes}))
      room = std::max(
          room, kHeaderBytes + header->payload_bytes() - std::min(buffered(), kHeaderBytes + header->payload_bytes()));
  if (bytes_.size() - end_ < room && begin_ > 0) {
    std::memmove(bytes_.data(), bytes_.data() + begin_, buffered());
    end_ -= begin_;
    begin_ = 0;
  }
  if (bytes_.size() - end_ < room) bytes_.resize(end_ + room);
  return std::span(bytes_).subspan(end_);
}

Result<std::optional<Frame>> FrameBuffer::Take() {
  if (buffered() < kHeaderBytes) return std::nullopt;
  const char* at = bytes_.data() + begin_;
  Frame frame;
  ATELIER_TRY(frame.header, DecodeHeader({at, kHeaderBytes}));
  const auto& header = frame.header;
  if (buffered() < kHeaderBytes + header.payload_bytes()) return std::nullopt;
  at += kHeaderBytes;
  for (auto [part, size] : {std::pair{&frame.content_type, std::size_t{header.content_type_length}},
                            {&frame.warning, std::size_t{header.warning_length}},
                            {&frame.body, std::size_t{header.body_length}}}) {
    part->assign(at, size);
    at += size;
  }
  begin_ += kHeaderBytes + header.payload_bytes();
  return frame;
}

Result<Frame> ReadFrame(int fd) {
  std::array<char, kHeaderBytes> bytes{};
  ATELIER_CHECK(ReadExactly(fd, bytes.data(), bytes.size(), true));
  Frame frame;
  ATELIER_TRY(frame.header, DecodeHeader({bytes.data(), bytes.size()}));
  frame.content_type.resize(frame.header.content_type_length);
  frame.warning.resize(frame.header.warning_length);
  frame.body.resize(frame.header.body_length);
  for (auto* part : {&frame.content_type, &frame.warning, &frame.body})
    ATELIER_CHECK(ReadExactly(fd, part->data(), part->size(), false));
  return frame;
}

Result<void> WriteFrame(int fd, FrameKind kind, std::uint64_t id, std::uint16_t status, std::string_view content_type,
                        std::string_view warning, std::string_view body) {
  std::string prefix = EncodePrefix(kind, id, status, 0, content_type, warning, body.size());
  std::size_t total = prefix.size() + body.size();
  std::size_t done = 0;
  while (done < total) {
    std::string_view head = std::string_view(prefix).substr(std::min(done, prefix.size()));
    std::string_view rest = body.substr(done > prefix.size() ? done - prefix.size() : 0);
    iovec pieces[2] = {{const_cast<char*>(head.data()), head.size()}, {const_cast<char*>(rest.data()), rest.size()}};
    ssize_t wrote = ::writev(fd, pieces, 2);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return ErrnoError("write", errno);
    done += static_cast<std::size_t>(wrote);
  }
  return {};
}

}  // namespace atelier::predictor
