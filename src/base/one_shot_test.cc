#include "base/one_shot.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace atelier {
namespace {

namespace asio = boost::asio;

TEST(OneShot, GoesOnInsideSetAndAtOnceWhenSet) {
  asio::io_context loop;
  OneShot event;
  int waited = 0;
  auto wait = [&]() -> Task<void> {
    EXPECT_TRUE(co_await event.Wait());
    ++waited;
  };
  asio::co_spawn(loop, wait(), asio::detached);
  loop.poll();
  EXPECT_EQ(waited, 0);
  event.Set();
  EXPECT_EQ(waited, 1);
  asio::co_spawn(loop, wait(), asio::detached);
  loop.restart();
  loop.poll();
  EXPECT_EQ(waited, 2);
}

TEST(OneShot, AWaitCanBeCancelled) {
  asio::io_context loop;
  OneShot event;
  asio::cancellation_signal cancel;
  bool ended = false;
  auto wait = [&]() -> Task<void> {
    EXPECT_FALSE(co_await event.Wait());
    ended = true;
  };
  asio::co_spawn(loop, wait(), asio::bind_cancellation_slot(cancel.slot(), asio::detached));
  loop.poll();
  cancel.emit(asio::cancellation_type::terminal);
  loop.restart();
  loop.run();
  EXPECT_TRUE(ended);
  event.Set();  // nobody waits any more
}

}  // namespace
}  // namespace atelier
