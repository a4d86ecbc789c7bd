// One connection to one worker of a predictor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "base/task.h"
#include "serving/dispatcher.h"

namespace atelier::serving {

// Used by one coroutine at a time, on its executor.
class WorkerLink {
 public:
  WorkerLink(boost::asio::any_io_executor executor, std::filesystem::path run_directory, std::size_t index);

  // Connects and reads the worker's hello. Unavailable while it is not there.
  Task<Result<void>> Connect();
  struct Outcome {
    Result<PredictReply> reply;
    bool broken = false;  // the connection cannot be used again
    bool timed_out = false;
    bool never_read = false;  // the worker cannot have seen the request
  };
  Task<Outcome> Exchange(const PredictRequest& request, std::uint64_t id,
                         std::chrono::steady_clock::time_point deadline);
  // Asks the zygote: "kill" or "exit". Its answer, or Unavailable within a second.
  Task<Result<std::string>> AskZygote(std::string word);
  void Close();
  std::size_t index() const { return index_; }

 private:
  using Socket = boost::asio::local::stream_protocol::socket;

  Task<Result<void>> Open(Socket& socket, std::string name);
  Task<Result<PredictReply>> Talk(const PredictRequest& request, std::uint64_t id,
                                  std::chrono::steady_clock::time_point deadline, bool& sent);
  boost::asio::any_io_executor executor_;
  std::filesystem::path run_directory_;
  std::size_t index_;
  Socket socket_;
  std::string pid_;  // of the worker, from its hello
};

}  // namespace atelier::serving
