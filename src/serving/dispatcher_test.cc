#include "serving/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

#include "base/files.h"
#include "base/strings.h"
#include "predictor/protocol.h"
#include "predictor/worker.h"

namespace atelier::serving {
namespace {

using predictor::Frame;
using predictor::FrameKind;
using testing::HasSubstr;

// A predictor's sockets, served by threads of the test: a worker that does with each request what it is told, and a
// zygote that notes what it is asked.
class FakePredictor {
 public:
  // What the worker does with a request: answers (returns true) or hangs up (false).
  using Behaviour = std::function<bool(int connection, const Frame& request)>;

  explicit FakePredictor(Behaviour behaviour) : behaviour_(std::move(behaviour)) {
    std::signal(SIGPIPE, SIG_IGN);  // as the worker does: an answer may come after the dispatcher has hung up
    control_ = *predictor::ListenUnix(folder_.path(), "control.sock");
    zygote_ = std::thread([this] { ServeControl(); });
    StartWorker();
  }
  ~FakePredictor() {
    StopWorker();
    ::shutdown(control_.get(), SHUT_RDWR);
    zygote_.join();
  }

  void StartWorker() {
    stopping_ = false;  // no thread reads it now
    worker_socket_ = *predictor::ListenUnix(folder_.path(), "worker-0.sock");
    worker_ = std::thread([this] { ServeWorker(); });
  }
  void StopWorker() {
    if (!worker_.joinable()) return;
    ::shutdown(worker_socket_.get(), SHUT_RDWR);
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      if (connection_ >= 0) ::shutdown(connection_, SHUT_RDWR);
    }
    worker_.join();
    worker_socket_.Reset();
  }

  const fs::path& folder() const { return folder_.path(); }
  std::vector<std::string> asked() {
    std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void ServeWorker() {
    for (;;) {
      UniqueFd connection(::accept4(worker_socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection.valid()) return;
      {
        std::lock_guard lock(mutex_);
        if (stopping_) return;  // it came in while the worker was being stopped
        connection_ = connection.get();
      }
      (void)predictor::WriteFrame(connection.get(), FrameKind::kHello, 0, 0, "", "", "4711");
      for (;;) {
        auto request = predictor::ReadFrame(connection.get());
        if (!request || !behaviour_(connection.get(), *request)) break;
      }
      std::lock_guard lock(mutex_);
      connection_ = -1;
    }
  }
  void ServeControl() {
    for (;;) {
      UniqueFd connection(::accept4(control_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection.valid()) return;
      char buffer[128];
      auto got = ::read(connection.get(), buffer, sizeof buffer);
      std::string line(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
      {
        std::lock_guard lock(mutex_);
        asked_.emplace_back(Trim(line));
      }
      (void)WriteAll(connection.get(),
                     line.starts_with("exit") ? "killed by signal 11 (Segmentation fault)\n" : "ok\n");
    }
  }

  TemporaryDirectory folder_;
  Behaviour behaviour_;
  UniqueFd control_, worker_socket_;
  std::mutex mutex_;
  std::vector<std::string> asked_;  // guarded by mutex_
  int connection_ = -1;             // guarded by mutex_
  bool stopping_ = false;           // guarded by mutex_ while the worker's thread runs
  std::thread worker_, zygote_;
};

bool Echo(int connection, const Frame& request) {
  return predictor::WriteFrame(connection, FrameKind::kReply, request.header.id, 200, "text/plain", "",
                               "<" + request.body + ">")
      .has_value();
}

// Runs the dispatcher's loop in a thread; calls into it wait for the answer.
class DispatcherTest : public testing::Test {
 protected:
  void Open(FakePredictor& predictor, DispatcherOptions options) {
    dispatcher_ = std::make_unique<Dispatcher>(loop_.get_executor(), predictor.folder(), options);
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~DispatcherTest() override {
    auto close = std::make_shared<std::promise<void>>();
    boost::asio::post(loop_, [this, close] {
      dispatcher_->Close();
      close->set_value();
    });
    close->get_future().wait();
    work_.reset();
    thread_.join();  // the loop ends when every coroutine has
    dispatcher_.reset();
  }

  std::future<Result<PredictReply>> Send(const std::string& body) {
    auto promise = std::make_shared<std::promise<Result<PredictReply>>>();
    auto run = [this, promise, body]() -> Task<void> {
      PredictRequest request{"text/plain", body};
      auto reply = co_await dispatcher_->Predict(std::move(request));
      promise->set_value(std::move(reply));
    };
    boost::asio::co_spawn(loop_, std::move(run), boost::asio::detached);
    return promise->get_future();
  }

  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{loop_.get_executor()};
  std::unique_ptr<Dispatcher> dispatcher_;
  std::thread thread_;
};

TEST_F(DispatcherTest, GivesEachRequestItsOwnAnswer) {
  FakePredictor predictor(Echo);
  Open(predictor, {.workers = 1});
  std::vector<std::future<Result<PredictReply>>> replies;
  for (int i = 0; i < 50; ++i) replies.push_back(Send(std::to_string(i)));
  for (int i = 0; i < 50; ++i) {
    auto reply = replies[static_cast<std::size_t>(i)].get();
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->body, "<" + std::to_string(i) + ">");
  }
}

TEST_F(DispatcherTest, AFullQueueRefuses) {
  std::promise<void> gate;
  auto open = gate.get_future().share();
  FakePredictor predictor([open](int connection, const Frame& request) {
    open.wait();
    return Echo(connection, request);
  });
  Open(predictor, {.workers = 1, .queue_limit = 2});
  std::vector<std::future<Result<PredictReply>>> replies;
  for (int i = 0; i < 8; ++i) replies.push_back(Send("x"));
  int refused = 0;
  std::vector<Result<PredictReply>> outcomes;
  // The refusals come at once; the others wait for the gate.
  for (auto& reply : replies)
    if (reply.wait_for(std::chrono::seconds(1)) == std::future_status::ready) {
      auto outcome = reply.get();
      ASSERT_FALSE(outcome);
      EXPECT_EQ(outcome.error().kind, ErrorKind::kResourceExhausted);
      EXPECT_EQ(outcome.error().code, "ModelArts.4206");
      ++refused;
    }
  EXPECT_GE(refused, 5);
  gate.set_value();
  for (auto& reply : replies)
    if (reply.valid()) EXPECT_TRUE(reply.get());
}

TEST_F(DispatcherTest, AHangingRequestEndsAtItsDeadlineAndItsWorkerIsKilled) {
  std::promise<void> gate;
  auto open = gate.get_future().share();
  FakePredictor predictor([open](int, const Frame&) {
    open.wait();
    return false;
  });
  Open(predictor, {.workers = 1, .request_deadline = std::chrono::milliseconds(100)});
  auto reply = Send("x").get();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::kDeadlineExceeded);
  EXPECT_THAT(predictor.asked(), testing::Contains("kill 0 4711"));
  gate.set_value();
}

TEST_F(DispatcherTest, ADeathCostsItsOwnRequestAndSaysWhy) {
  FakePredictor predictor(
      [](int connection, const Frame& request) { return request.body != "die" && Echo(connection, request); });
  Open(predictor, {.workers = 1});
  auto killed = Send("die");
  auto next = Send("live");
  auto reply = killed.get();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(reply.error().message, HasSubstr("killed by signal 11"));
  auto after = next.get();
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(after->body, "<live>");
}

TEST_F(DispatcherTest, AnAnswerToAnotherRequestIsRefused) {
  FakePredictor predictor([](int connection, const Frame& request) {
    return predictor::WriteFrame(connection, FrameKind::kReply, request.header.id + 1, 200, "", "", "mixed up")
        .has_value();
  });
  Open(predictor, {.workers = 1});
  auto reply = Send("x").get();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::kUnavailable);
}

TEST_F(DispatcherTest, FindsAWorkerThatComesBack) {
  FakePredictor predictor(Echo);
  Open(predictor, {.workers = 1});
  EXPECT_TRUE(Send("one").get());
  predictor.StopWorker();
  predictor.StartWorker();
  // The first request after the death may be the one that finds the dead connection; what follows is answered.
  (void)Send("two").get();
  auto reply = Send("three").get();
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body, "<three>");
}

TEST_F(DispatcherTest, ClosingEndsWhatWaits) {
  FakePredictor predictor(Echo);
  predictor.StopWorker();
  Open(predictor, {.workers = 1});
  auto waiting = Send("x");
  std::promise<void> closed;
  boost::asio::post(loop_, [&] {
    dispatcher_->Close();
    closed.set_value();
  });
  closed.get_future().wait();
  auto reply = waiting.get();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::kUnavailable);
  auto late = Send("y").get();  // at once, not at its deadline
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::kUnavailable);
}

}  // namespace
}  // namespace atelier::serving
