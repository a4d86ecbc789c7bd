// Gives the requests of one replica to its workers: bounded queue, one deadline per request, reconnecting.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/task.h"

namespace atelier::serving {

struct PredictRequest {
  std::string content_type, body;
};
struct PredictReply {
  int status = 200;
  std::string content_type, body;
  std::string warning;  // for the caller, beside the answer
};

struct DispatcherOptions {
  std::size_t workers = 1;
  std::size_t queue_limit = 256;
  std::chrono::milliseconds request_deadline{40'000};  // queueing and run
};
struct DispatcherStats {
  std::size_t queued = 0, running = 0, connected = 0;
};

// Lives on one executor (one thread): no locks, every call on it. Keeps a connection to each worker, connecting again
// with back-off while a worker restarts.
class Dispatcher {
 public:
  Dispatcher(boost::asio::any_io_executor executor, const std::filesystem::path& run_directory,
             DispatcherOptions options);
  ~Dispatcher();

  // ResourceExhausted: the queue is full. DeadlineExceeded: no answer in time; a worker that has had one request for
  // the whole deadline is killed, for its user code cannot be interrupted otherwise. Unavailable: the worker died while
  // answering (says how), or the dispatcher was closed. A request that its worker cannot have begun, or that was in a
  // batch with others when the worker died, is given to another, a few times at most.
  Task<Result<PredictReply>> Predict(PredictRequest request);
  DispatcherStats stats() const;
  // Refuses what waits, cuts what runs, connects no more.
  void Close();

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the coroutines under way
};

}  // namespace atelier::serving
