// Limits, deadlines, the worker pool and the graceful stop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <latch>
#include <thread>

#include "http/client.h"
#include "http/testing/server_fixture.h"

namespace atelier::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

Task<Response> Ok(Exchange&) { co_return Response::Text(200, "ok"); }

// Answers after blocking work that waits for `release`; counts `begun` down when the work runs.
Handler Blocked(std::latch& begun, std::latch& release) {
  return [&](Exchange& exchange) -> Task<Response> {
    auto work = [&]() -> Result<std::string> {
      begun.count_down();
      release.wait();
      return "done";
    };
    auto text = co_await exchange.Offload(work);
    if (!text) co_return Response::Text(503, text.error().message);
    co_return Response::Text(200, *text);
  };
}

TEST(Deadlines, ASlowHeaderIsAnswered408) {
  TestServerOptions options;
  options.limits.header_timeout = 40ms;
  TestServer server(Ok, options);
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("GET / HTTP/1.1\r\nHo"));
  connection.CloseSending();
  connection.Close();
  RawConnection waiting(server.address());
  ASSERT_TRUE(waiting.Send("GET / HTTP/1.1\r\nHo"));
  EXPECT_THAT(waiting.ReadResponse(), StartsWith("HTTP/1.1 408 "));
  EXPECT_EQ(server.WaitForRecords(1)[0].status, 408);
}

TEST(Deadlines, AnIdleConnectionIsClosedSilently) {
  TestServerOptions options;
  options.limits.idle_timeout = 40ms;
  TestServer server(Ok, options);
  RawConnection unused(server.address());
  EXPECT_EQ(unused.ReadAll(), "");
  RawConnection used(server.address());
  ASSERT_TRUE(used.Send(kGet));
  EXPECT_THAT(used.ReadAll(), testing::EndsWith("\r\n\r\nok"));
  EXPECT_EQ(server.WaitForRecords(1).size(), 1U);
}

TEST(Deadlines, DoNotApplyWhileAHandlerWorks) {
  TestServerOptions options;
  options.limits.header_timeout = options.limits.idle_timeout = options.limits.body_timeout = 20ms;
  TestServer server(
      [](Exchange&) -> Task<Response> {
        auto executor = co_await boost::asio::this_coro::executor;
        boost::asio::steady_timer timer(executor, 100ms);
        co_await timer.async_wait(boost::asio::use_awaitable);
        co_return Response::Text(200, "late");
      },
      options);
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send(kGet));
  EXPECT_THAT(connection.ReadResponse(), testing::EndsWith("late"));
}

TEST(Limits, ConnectionsBeyondTheLimitWaitForAPlace) {
  TestServerOptions options;
  options.limits.connections = 1;
  TestServer server(Ok, options);
  RawConnection first(server.address());
  ASSERT_TRUE(first.Send(kGet));
  EXPECT_THAT(first.ReadResponse(), HasSubstr("200 OK"));
  RawConnection second(server.address());
  ASSERT_TRUE(second.Send("GET /second HTTP/1.1\r\nHost: h\r\n\r\n"));
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(first.Send(kGet));
    EXPECT_THAT(first.ReadResponse(), HasSubstr("200 OK"));
  }
  for (const auto& record : server.WaitForRecords(6)) EXPECT_EQ(record.path, "/");
  first.Close();
  EXPECT_THAT(second.ReadResponse(), HasSubstr("200 OK"));
  EXPECT_EQ(server.WaitForRecords(7)[6].path, "/second");
}

TEST(Offload, AFullPoolIsUnavailable) {
  std::latch begun(1), release(1);
  TestServerOptions options;
  options.pool_threads = 1;
  options.pool_queue = 1;
  TestServer server(Blocked(begun, release), options);
  RawConnection running(server.address());
  ASSERT_TRUE(running.Send(kGet));
  begun.wait();
  ASSERT_TRUE(server.pool().TryPost([] {}));  // now the queue is full
  RawConnection refused(server.address());
  ASSERT_TRUE(refused.Send(kGet));
  EXPECT_THAT(refused.ReadResponse(), HasSubstr("its work queue is full"));
  release.count_down();
  EXPECT_THAT(running.ReadResponse(), testing::EndsWith("done"));
}

TEST(Offload, AnExceptionOfTheWorkReachesTheHandlerAndSparesThePool) {
  TestServerOptions options;
  options.pool_threads = 1;
  TestServer server(
      [](Exchange& exchange) -> Task<Response> {
        auto work = [&]() -> Result<std::string> {
          if (exchange.request().path == "/throw") throw std::runtime_error("from the pool");
          return "fine";
        };
        auto text = co_await exchange.Offload(work);
        co_return Response::Text(200, *text);
      },
      options);
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(connection.ReadResponse(), StartsWith("HTTP/1.1 500 "));
  EXPECT_EQ(server.WaitForRecords(1)[0].error, "from the pool");
  ASSERT_TRUE(connection.Send(kGet));
  EXPECT_THAT(connection.ReadResponse(), testing::EndsWith("fine"));
}

TEST(Offload, ResumesOnTheConnectionsLoop) {
  TestServer server([](Exchange& exchange) -> Task<Response> {
    auto loop = std::this_thread::get_id();
    std::thread::id pool_thread;
    auto work = [&]() -> Result<bool> {
      pool_thread = std::this_thread::get_id();
      return true;
    };
    auto done = co_await exchange.Offload(work);
    bool right = done && pool_thread != loop && std::this_thread::get_id() == loop;
    co_return Response::Text(right ? 200 : 500, "");
  });
  Client client(server.address());
  ClientRequest request;
  for (int i = 0; i < 50; ++i) {
    auto response = client.Send(request);
    ASSERT_TRUE(response) << response.error().message;
    ASSERT_EQ(response->status, 200);
  }
}

TEST(Stop, LetsAnActiveRequestEndAndClosesIdleConnections) {
  std::latch begun(1), release(1);
  TestServer server(Blocked(begun, release));
  RawConnection idle(server.address());
  RawConnection active(server.address());
  ASSERT_TRUE(active.Send(kGet));
  begun.wait();
  std::thread stop([&] { server.server().Stop(60s); });
  EXPECT_EQ(idle.ReadAll(), "");  // the stop has begun
  release.count_down();
  auto answer = active.ReadResponse();
  active.Close();
  stop.join();
  EXPECT_THAT(answer, testing::EndsWith("done"));
  EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
  Client client(server.address());
  ClientRequest request;
  auto late = client.Send(request);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(late.error().message, HasSubstr(server.address()));
}

TEST(Stop, CutsWhatOutlivesTheGrace) {
  std::latch begun(1);
  TestServer server([&](Exchange& exchange) -> Task<Response> {
    Response response;
    if (exchange.request().path == "/wait") {
      begun.count_down();
      auto executor = co_await boost::asio::this_coro::executor;
      boost::asio::steady_timer forever(executor, boost::asio::steady_timer::time_point::max());
      co_await forever.async_wait(boost::asio::use_awaitable);
    }
    response.body = BodyProducer([]() -> Task<Result<std::string>> { co_return std::string(100'000, 'x'); });
    co_return response;
  });
  RawConnection endless(server.address());
  ASSERT_TRUE(endless.Send(kGet));
  EXPECT_THAT(endless.ReadUntil("\r\n\r\n"), HasSubstr("chunked"));
  RawConnection waiting(server.address());
  ASSERT_TRUE(waiting.Send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n"));
  begun.wait();
  server.server().Stop(10ms);
  EXPECT_EQ(server.WaitForRecords(2).size(), 2U);
  EXPECT_THAT(endless.ReadAll(), Not(HasSubstr("0\r\n\r\n<")));
  EXPECT_THAT(waiting.ReadAll(), testing::AnyOf("", "<reset>"));
}

TEST(Stop, WaitsForBlockingWorkThatUsesTheHandlersFrame) {
  std::latch begun(1), release(1);
  TestServer server(Blocked(begun, release));
  RawConnection active(server.address());
  ASSERT_TRUE(active.Send(kGet));
  begun.wait();
  std::thread stop([&] { server.server().Stop(0ms); });
  EXPECT_THAT(active.ReadAll(), Not(HasSubstr("HTTP")));  // cut
  release.count_down();
  stop.join();
  EXPECT_EQ(server.WaitForRecords(1).size(), 1U);
}

TEST(Stop, WithoutStartOrTwiceIsFine) {
  WorkerPool pool(1, 1);
  Server server({}, pool, {});
  ListenerOptions options{.name = "a", .handler = Ok};
  ASSERT_TRUE(server.AddListener(options));
  EXPECT_EQ(&server.Loop("a"), &server.Loop("a"));
  EXPECT_THROW(server.Loop("b"), std::invalid_argument);
  server.Stop(0ms);
  server.Stop(0ms);
}

TEST(Client, ReconnectsWhenAKeptConnectionWasClosed) {
  TestServerOptions options;
  options.limits.idle_timeout = 20ms;
  TestServer server(Ok, options);
  Client client(server.address());
  ClientRequest request{.method = "POST", .body = "x"};
  ASSERT_TRUE(client.Send(request));
  // Another connection that is closed as idle was opened later than the client's: that one is closed too.
  RawConnection later(server.address());
  EXPECT_EQ(later.ReadAll(), "");
  auto again = client.Send(request);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->status, 200);
}

TEST(Client, GivesUpOnAServerThatDoesNotAnswer) {
  std::latch begun(1), release(1);
  TestServer server(Blocked(begun, release));
  Client client(server.address());
  ClientRequest request{.timeout = 30ms};
  auto response = client.Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kDeadlineExceeded);
  release.count_down();
}

TEST(Client, StopsWhenTheSinkDoes) {
  TestServer server(Ok);
  Client client(server.address());
  ClientRequest request;
  request.body_sink = [](std::string_view) -> Result<void> { return ResourceExhausted("disk full"); };
  auto response = client.Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().message, "disk full");
  request.body_sink = {};
  EXPECT_TRUE(client.Send(request));
}

}  // namespace
}  // namespace atelier::http
