// One accepted socket: buffered reads, writes and sendfile, each with a deadline. Belongs to one loop thread.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/task.h"

namespace atelier::http {

using SteadyTime = std::chrono::steady_clock::time_point;

inline SteadyTime DeadlineIn(std::chrono::milliseconds delay) { return std::chrono::steady_clock::now() + delay; }

// Deadlines cost no timer per operation: a waiting operation notes when it must end, and the loop sweeps its
// connections a few times per deadline (EventLoop), calling Expire on those that are late. Errors of the operations:
// Cancelled (the peer is gone, or the server cuts), DeadlineExceeded.
class Connection {
 public:
  // The input buffer grows to `buffer_limit` bytes at most.
  Connection(boost::asio::ip::tcp::socket socket, std::size_t buffer_limit);

  // Input that has been read but not consumed.
  std::string_view buffered() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void Consume(std::size_t count);
  // Reads more into the buffer, which must not be full: the number of bytes, or 0 at the end of the stream.
  Task<Result<std::size_t>> Fill(SteadyTime deadline);

  // Reads past the (empty) buffer straight into `into`.
  Task<Result<std::size_t>> ReadSome(std::span<std::byte> into, SteadyTime deadline);
  // Writes everything; `timeout` is without progress. With `more_follows` the kernel may hold back a last small packet.
  Task<Result<void>> Write(std::span<boost::asio::const_buffer> pieces, std::chrono::milliseconds timeout,
                           bool more_follows = false);
  Task<Result<void>> SendFile(int file, std::uint64_t offset, std::uint64_t length, std::chrono::milliseconds timeout,
                              std::uint64_t& sent);

  // Ends the sending side, reads what still comes for a moment, then closes: a plain close would make the kernel answer
  // late input with a reset, which can destroy our last answer before the peer reads it.
  Task<void> CloseGently();
  void Close();

  const std::string& remote_address() const { return remote_address_; }

  // For the sweep and the stop.
  void ExpireIfLate(SteadyTime now);
  void set_idle(bool idle) { idle_ = idle; }
  // Ends the connection now if it is between requests, else after the current one.
  void BeginStop();
  bool stopping() const { return stopping_; }
  // Ends it whatever it is doing.
  void Cut();
  bool cut() const { return cut_; }
  boost::asio::cancellation_slot cut_slot() { return cut_signal_.slot(); }

 private:
  Task<Result<void>> WaitWritable(SteadyTime deadline);
  void Arm(SteadyTime deadline);
  void Disarm() { deadline_ = SteadyTime::max(); }
  std::unexpected<Error> Failure(const boost::system::error_code& error, std::string_view doing) const;

  boost::asio::ip::tcp::socket socket_;
  std::string remote_address_;
  const std::size_t buffer_limit_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  SteadyTime deadline_ = SteadyTime::max();
  bool timed_out_ = false;
  bool idle_ = false;
  bool stopping_ = false;
  bool cut_ = false;
  boost::asio::cancellation_signal cut_signal_;
};

}  // namespace atelier::http
