// One request and what a handler may do with it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "base/task.h"
#include "base/worker_pool.h"
#include "http/message.h"

namespace atelier::http {

// The request body as a stream. HTTP chunking is already undone. The first Read sends "100 Continue" if the client
// waits for it: so authenticate, authorise and check limits before the first Read; answering without reading refuses
// the upload.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  // Reads at least one byte into `into`, or returns 0 at the end. Errors: Cancelled (client gone, body cut short),
  // DeadlineExceeded (idle for too long), InvalidArgument (bad chunk framing).
  virtual Task<Result<std::size_t>> Read(std::span<std::byte> into) = 0;
  // What is still to come, when known from Content-Length.
  virtual std::optional<std::uint64_t> remaining() const = 0;
};

// Reads everything. ResourceExhausted with code "EntityTooLarge" beyond `limit` bytes (checked before reading when the
// length is announced).
Task<Result<std::string>> ReadWholeBody(BodyReader& body, std::uint64_t limit);

// The answer when the pool refuses.
std::unexpected<Error> PoolIsFull();

class Exchange {
 public:
  Exchange(const Request& request, BodyReader& body, WorkerPool& pool) : request_(request), body_(body), pool_(pool) {}

  const Request& request() const { return request_; }
  BodyReader& body() { return body_; }
  // For work beyond what Offload does: whoever posts there must not let the request end before that work has.
  WorkerPool& pool() { return pool_; }

  // Runs blocking work on the pool and resumes here, on this connection's loop. Unavailable when the pool's queue is
  // full. The callable returns Result<T>; name it before co_await:
  //   auto work = [&] { return service.Find(id); };
  //   auto found = co_await exchange.Offload(work);
  template <class Work>
  Task<std::invoke_result_t<Work&>> Offload(Work& work) {
    std::optional<std::invoke_result_t<Work&>> outcome;
    std::function<void()> run = [&] { outcome.emplace(work()); };
    bool ran = co_await RunOnPool(run);
    if (!ran) co_return PoolIsFull();
    co_return *std::move(outcome);
  }

 private:
  // False when refused. `work` must live until it resumes (it does: the caller's frame owns it).
  Task<bool> RunOnPool(std::function<void()>& work);

  const Request& request_;
  BodyReader& body_;
  WorkerPool& pool_;
};

// A surface's entry point. Errors are rendered by the surface itself; an exception escaping it becomes a bare 500.
using Handler = std::function<Task<Response>(Exchange&)>;

}  // namespace atelier::http
