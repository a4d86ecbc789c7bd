#include "http/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>

namespace atelier::http {
namespace {

std::unexpected<Error> TooLarge(std::uint64_t limit) {
  return ResourceExhausted(fmt::format("the request body may have at most {} bytes; send less", limit),
                           "EntityTooLarge");
}

// What a pool thread needs to give the outcome back. Shared, because std::function wants copyable work.
template <class Handler>
struct PendingWork {
  explicit PendingWork(Handler handler_in, const boost::asio::any_io_executor& executor_in)
      : handler(std::move(handler_in)), guard(executor_in) {}
  Handler handler;
  boost::asio::executor_work_guard<boost::asio::any_io_executor> guard;  // the loop stays until the work is back
};

template <class Handler>
void Complete(std::shared_ptr<PendingWork<Handler>> pending, bool ran) {
  auto executor = pending->guard.get_executor();
  auto resume = [handler = std::move(pending->handler), ran]() mutable { std::move(handler)(ran); };
  // The handler now lives in the loop's queue only: this thread must not be the one that destroys the coroutine.
  pending.reset();
  boost::asio::post(executor, std::move(resume));
}

}  // namespace

Task<Result<std::string>> ReadWholeBody(BodyReader& body, std::uint64_t limit) {
  constexpr std::size_t kFirstStep = 64 * 1024;
  std::string whole;
  for (;;) {
    auto announced = body.remaining();
    if (announced && *announced > limit - whole.size()) co_return TooLarge(limit);
    if (announced && *announced == 0) co_return whole;
    // Memory follows what has really come, not what was announced. One byte over the limit tells a body that is too
    // long.
    std::uint64_t step = std::max<std::uint64_t>(kFirstStep, whole.size());
    step = std::min(step, announced ? *announced : limit - whole.size() + 1);
    std::size_t before = whole.size();
    whole.resize(before + static_cast<std::size_t>(step));
    auto room = std::as_writable_bytes(std::span(whole).subspan(before));
    auto count = co_await body.Read(room);
    if (!count) co_return std::unexpected(std::move(count).error());
    whole.resize(before + *count);
    if (*count == 0) co_return whole;
    if (whole.size() > limit) co_return TooLarge(limit);
  }
}

std::unexpected<Error> PoolIsFull() {
  return Unavailable("the server is busy: its work queue is full; try again in a second");
}

Task<bool> Exchange::RunOnPool(std::function<void()>& work) {
  auto executor = co_await boost::asio::this_coro::executor;
  std::exception_ptr failure;
  auto start = [this, &work, &failure, executor](auto handler) {
    using Pending = PendingWork<decltype(handler)>;
    auto pending = std::make_shared<Pending>(std::move(handler), executor);
    std::function<void()> on_pool = [pending, &work, &failure]() mutable {
      try {
        work();
      } catch (...) {
        failure = std::current_exception();
      }
      Complete(std::move(pending), true);
    };
    if (!pool_.TryPost(std::move(on_pool))) Complete(std::move(pending), false);
  };
  bool ran = co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(bool)>(
      start, boost::asio::use_awaitable);
  if (failure) std::rethrow_exception(failure);
  co_return ran;
}

}  // namespace atelier::http
