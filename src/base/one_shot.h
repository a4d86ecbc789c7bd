// Something that one coroutine waits for and that happens once.
#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "base/task.h"

namespace atelier {

// One thread. The coroutine goes on inside Set(), not in a later turn of the loop: whoever calls Set must be ready for
// anything that the coroutine may do.
class OneShot {
 public:
  // At once when it has happened. False: the wait was cancelled.
  Task<bool> Wait() {
    if (!set_) {
      co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
          [this](auto handler) { Keep(std::move(handler)); }, boost::asio::use_awaitable);
    }
    co_return set_;
  }
  void Set() {
    set_ = true;
    if (auto waiter = std::move(waiter_)) waiter->Resume();
  }

 private:
  struct Waiter {
    virtual ~Waiter() = default;
    virtual void Resume() = 0;
  };
  template <class Handler>
  struct HandlerWaiter final : Waiter {
    explicit HandlerWaiter(Handler h) : handler(std::move(h)) {}
    void Resume() override {
      auto slot = boost::asio::get_associated_cancellation_slot(handler);
      if (slot.is_connected()) slot.clear();
      std::move(handler)();
    }
    Handler handler;
  };

  template <class Handler>
  void Keep(Handler handler) {
    auto slot = boost::asio::get_associated_cancellation_slot(handler);
    auto executor = boost::asio::get_associated_executor(handler);
    waiter_ = std::make_unique<HandlerWaiter<Handler>>(std::move(handler));
    if (!slot.is_connected()) return;
    // In a later turn: going on clears the slot, which must not happen while it is being called.
    slot.assign([this, executor](boost::asio::cancellation_type) {
      boost::asio::post(executor, [waiter = std::shared_ptr<Waiter>(std::move(waiter_))] {
        if (waiter) waiter->Resume();
      });
    });
  }

  bool set_ = false;
  std::unique_ptr<Waiter> waiter_;
};

}  // namespace atelier
