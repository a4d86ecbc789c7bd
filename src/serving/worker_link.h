// One connection to one worker of a predictor: requests out, replies in, whatever their number. It decides nothing.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "predictor/protocol.h"
#include "serving/dispatcher.h"

namespace atelier::serving {

// On one executor. Held by a shared_ptr: a write that waits for the socket keeps it alive.
class WorkerLink : public std::enable_shared_from_this<WorkerLink> {
 public:
  WorkerLink(const boost::asio::any_io_executor& executor, std::filesystem::path run_directory, std::size_t index);

  // Connects and reads the worker's hello. Unavailable while it is not there.
  Task<Result<void>> Connect();
  predictor::Manner manner() const { return manner_; }

  // A frame to be sent. `body` is kept until it is.
  void Queue(predictor::FrameKind kind, std::uint64_t id, std::uint32_t deadline_ms,
             std::shared_ptr<const PredictRequest> request);
  // Sends what the socket takes; the rest follows by itself.
  void Flush();
  // Whether every byte of the request has left. The worker cannot have begun one that has not.
  bool Sent(std::uint64_t id) const;
  // Nothing can be sent any more: the worker ends, or has ended. What it has read is still answered.
  bool deaf() const { return deaf_; }

  // Waits for replies: all that have arrived, in their order. An error when the connection has ended.
  Task<Result<std::vector<predictor::Frame>>> Receive();
  void Close();

  // Asks the zygote: "kill" or "exit". Its answer, or Unavailable within two seconds.
  Task<Result<std::string>> AskZygote(std::string word);
  std::size_t index() const { return index_; }

 private:
  using Socket = boost::asio::local::stream_protocol::socket;
  struct Outgoing {
    std::uint64_t id = 0;
    std::string prefix;
    std::shared_ptr<const PredictRequest> request;  // null: no body
    std::size_t size() const { return prefix.size() + (request ? request->body.size() : 0); }
  };

  Task<Result<void>> Open(Socket& socket, std::string name);
  void FlushWhenWritable();
  void DropSent(std::size_t bytes);

  boost::asio::any_io_executor executor_;
  std::filesystem::path run_directory_;
  std::size_t index_;
  Socket socket_;
  std::string pid_;  // of the worker, from its hello
  predictor::Manner manner_ = predictor::Manner::kOneByOne;
  predictor::FrameBuffer incoming_;
  std::deque<Outgoing> outgoing_;
  std::size_t front_sent_ = 0;  // bytes of outgoing_.front() that have left
  bool waiting_ = false, deaf_ = false;
  std::uint64_t connection_ = 0;  // counts, so that a wait on an earlier socket is known
};

}  // namespace atelier::serving
