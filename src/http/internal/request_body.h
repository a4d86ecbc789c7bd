// The body of the current request on a connection: by Content-Length, chunked, or none.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include "http/exchange.h"
#include "http/internal/chunk_decoder.h"
#include "http/internal/connection.h"
#include "http/internal/head_parser.h"

namespace atelier::http {

// Never reads past the end of the body: the next request may already follow. After an error every Read repeats it.
class RequestBody final : public BodyReader {
 public:
  RequestBody(Connection& connection, const RequestHead& head, std::chrono::milliseconds timeout);

  Task<Result<std::size_t>> Read(std::span<std::byte> into) override;
  std::optional<std::uint64_t> remaining() const override;

  // Whether the connection can serve another request once at most `limit` unread bytes are read away.
  bool CanDrain(std::uint64_t limit);
  // Reads them away. False when that failed or there was more.
  Task<bool> Drain(std::uint64_t limit);
  bool finished() const { return finished_; }
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  Task<Result<std::size_t>> ReadSized(std::span<std::byte> into);
  Task<Result<std::size_t>> ReadChunked(std::span<std::byte> into);
  Task<Result<std::size_t>> ReadData(std::span<std::byte> into, std::uint64_t available);
  Task<Result<void>> SendContinue();
  Result<void> TakeFraming();
  std::unexpected<Error> CutShort() const;

  Connection& connection_;
  const std::chrono::milliseconds timeout_;
  const bool chunked_;
  bool continue_awaited_;
  bool finished_ = false;
  std::uint64_t left_ = 0;  // of Content-Length
  std::uint64_t bytes_read_ = 0;
  ChunkDecoder chunks_;
  std::optional<Error> failure_;
};

}  // namespace atelier::http
