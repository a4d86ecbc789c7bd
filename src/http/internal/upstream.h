// A connection to a server behind a socket file: one request, one answer, every wait with a deadline.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/task.h"
#include "http/internal/chunk_decoder.h"
#include "http/internal/head_parser.h"

namespace atelier::http {

// On one executor. The peer is not trusted: what it sends is bounded and parsed strictly. After an error it is of no
// further use. Errors: Unavailable, or DeadlineExceeded.
class Upstream {
 public:
  explicit Upstream(const boost::asio::any_io_executor& executor);
  ~Upstream();
  Upstream(const Upstream&) = delete;
  Upstream& operator=(const Upstream&) = delete;

  // The file must be a socket itself: the folder may belong to who listens there, and a link is not followed.
  Task<Result<void>> Connect(const std::filesystem::path& folder, const std::string& name);
  // Without progress for `timeout` it fails.
  Task<Result<void>> Send(std::string_view bytes, std::chrono::milliseconds timeout);
  // The final head. `bodiless`: the request was a HEAD.
  Task<Result<ResponseHead>> ReadHead(bool bodiless, std::chrono::milliseconds timeout);
  // The next bytes of the body; empty at its proper end. An answer that breaks off is an error.
  Task<Result<std::string>> ReadPiece(std::chrono::milliseconds timeout);

 private:
  enum class Framing { kNone, kLength, kChunked, kUntilClose };
  using Socket = boost::asio::local::stream_protocol::socket;
  struct Wire;  // shared with the timer's callback, which may outlive this

  // False at the end of the stream.
  Task<Result<bool>> ReadMore(std::chrono::milliseconds timeout);
  Task<Result<ResponseHead>> ReadOneHead(std::chrono::milliseconds timeout);
  Result<void> ChooseFraming(const ResponseHead& head, bool bodiless);
  // What of the input is body and can be given away; empty when more is needed or it has ended.
  Result<std::string> TakePiece();
  bool AtEnd() const;

  std::shared_ptr<Wire> wire_;
  std::string input_;  // received, not yet used
  Framing framing_ = Framing::kNone;
  std::uint64_t left_ = 0;  // of Content-Length
  ChunkDecoder chunks_;
  bool closed_ = false;  // the peer has ended the stream
};

}  // namespace atelier::http
