#include "serving/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "serving/testing/fake_predictor.h"

namespace atelier::serving {
namespace {

using predictor::Frame;
using predictor::FrameKind;
using testing::HasSubstr;

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

  void Replace(const fs::path& folder) {
    std::promise<void> done;
    boost::asio::post(loop_, [&] {
      dispatcher_ = std::make_unique<Dispatcher>(loop_.get_executor(), folder, DispatcherOptions{});
      done.set_value();
    });
    done.get_future().wait();
  }
  // Returns when so many workers are connected.
  void Connected(std::size_t count) {
    for (std::size_t connected = 0; connected < count;) {
      std::promise<std::size_t> seen;
      boost::asio::post(loop_, [&] { seen.set_value(dispatcher_->stats().connected); });
      connected = seen.get_future().get();
    }
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

// Both workers ended and came back while nobody asked: the request finds two dead connections and is answered all the
// same.
TEST_F(DispatcherTest, StaleConnectionsAreReplacedBeforeTheRequestIsLost) {
  FakePredictor predictor(Echo, 2);
  Open(predictor, {.workers = 2});
  Connected(2);
  for (std::size_t i = 0; i < 2; ++i) predictor.StopWorker(i);
  for (std::size_t i = 0; i < 2; ++i) predictor.StartWorker(i);
  auto reply = Send("x").get();
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body, "<x>");
}

TEST_F(DispatcherTest, ARequestThatWasNeverReadGoesToAnotherWorker) {
  FakePredictor predictor(Echo, 2);
  Open(predictor, {.workers = 2});
  Connected(2);
  predictor.StopWorker(0);
  for (int i = 0; i < 4; ++i) {
    auto reply = Send("x").get();
    ASSERT_TRUE(reply) << reply.error().message;
  }
  EXPECT_THAT(predictor.asked(), testing::IsEmpty()) << "nobody died while answering";
}

TEST_F(DispatcherTest, WorkersAnswerAtTheSameTime) {
  std::atomic<int> inside{0};
  std::promise<void> both;
  auto together = both.get_future().share();
  FakePredictor predictor(
      [&inside, &both, together](int connection, const Frame& request) {
        if (++inside == 2) both.set_value();
        together.wait();
        return Echo(connection, request);
      },
      2);
  Open(predictor, {.workers = 2});
  auto one = Send("1");
  auto two = Send("2");
  EXPECT_TRUE(one.get());
  EXPECT_TRUE(two.get());
}

TEST_F(DispatcherTest, AWaitingRequestEndsAtItsDeadlineAndNobodyIsKilledForIt) {
  FakePredictor predictor(Echo);
  predictor.StopWorker();
  Open(predictor, {.workers = 1, .request_deadline = std::chrono::milliseconds(50)});
  auto reply = Send("x").get();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::kDeadlineExceeded);
  EXPECT_EQ(reply.error().message, "No worker was free within 0.05 s.");
  EXPECT_THAT(predictor.asked(), testing::IsEmpty());
}

TEST_F(DispatcherTest, WarningsAndStatusComeThroughAndTheConnectionIsKept) {
  std::atomic<int> answered{0};
  FakePredictor predictor([&answered](int connection, const Frame& request) {
    ++answered;
    return predictor::WriteFrame(connection, FrameKind::kReply, request.header.id, 500, "application/json", "careful",
                                 "")
               .has_value() &&
           request.content_type == "text/plain" && request.header.deadline_ms > 0;
  });
  Open(predictor, {.workers = 1});
  for (int i = 1; i <= 2; ++i) {
    auto reply = Send("x").get();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->status, 500);
    EXPECT_EQ(reply->warning, "careful");
    EXPECT_EQ(reply->content_type, "application/json");
    EXPECT_EQ(reply->body, "");
    EXPECT_EQ(answered, i);
  }
}

TEST_F(DispatcherTest, BytesOfAnotherProtocolAreRefused) {
  FakePredictor predictor(
      [](int connection, const Frame&) { return WriteAll(connection, std::string(64, 'a')).has_value(); });
  Open(predictor, {.workers = 1});
  auto reply = Send("x").get();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::kUnavailable);
}

// Closing, and dropping the whole dispatcher, while one request runs and one waits.
TEST_F(DispatcherTest, ClosingCutsWhatRunsAndRefusesWhatWaits) {
  for (bool drop : {false, true}) {
    std::promise<void> begun, gate;
    auto open = gate.get_future().share();
    FakePredictor predictor([&begun, open](int, const Frame&) {
      begun.set_value();
      open.wait();
      return false;
    });
    if (dispatcher_ == nullptr)
      Open(predictor, {.workers = 1});
    else
      Replace(predictor.folder());
    auto running = Send("x");
    auto waiting = Send("y");
    begun.get_future().wait();
    if (drop)
      Replace(predictor.folder());
    else
      boost::asio::post(loop_, [this] { dispatcher_->Close(); });
    for (auto* request : {&running, &waiting}) {
      auto reply = request->get();
      ASSERT_FALSE(reply);
      EXPECT_EQ(reply.error().message, "The service is being stopped.");
    }
    gate.set_value();
  }
}

// Requests are sent ahead once the model is known to be quick.
class AheadTest : public DispatcherTest {
 protected:
  void WarmUp() {
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(Send("warm").get());
  }
};

TEST_F(AheadTest, WhatWaitsBehindASlowRequestIsAnsweredByAnother) {
  std::promise<void> gate;
  auto open = gate.get_future().share();
  FakePredictor predictor(
      [open](int connection, const Frame& request) {
        if (request.body == "slow") open.wait();
        return Echo(connection, request);
      },
      2);
  Open(predictor, {.workers = 2});
  Connected(2);
  WarmUp();
  auto slow = Send("slow");
  std::vector<std::future<Result<PredictReply>>> replies;
  for (int i = 0; i < 30; ++i) replies.push_back(Send(std::to_string(i)));
  for (int i = 0; i < 30; ++i) {
    auto reply = replies[static_cast<std::size_t>(i)].get();
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->body, "<" + std::to_string(i) + ">");
  }
  EXPECT_EQ(slow.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  gate.set_value();
  EXPECT_EQ(slow.get()->body, "<slow>");
  EXPECT_THAT(predictor.asked(), testing::IsEmpty());
  EXPECT_TRUE(Send("after").get()) << "the answers to recalled requests are not mixed up with later ones";
}

// With one worker there is nobody else: what was recalled waits, and is not sent behind the same request again.
TEST_F(AheadTest, ARecalledRequestIsNotSentBehindTheSlowOneAgain) {
  std::promise<void> gate;
  auto open = gate.get_future().share();
  std::atomic<int> runs{0};
  FakePredictor predictor([open, &runs](int connection, const Frame& request) {
    if (request.body == "slow") open.wait();
    if (request.body == "behind") ++runs;
    return Echo(connection, request);
  });
  Open(predictor, {.workers = 1});
  Connected(1);
  WarmUp();
  auto slow = Send("slow");
  std::vector<std::future<Result<PredictReply>>> replies;
  for (int i = 0; i < 5; ++i) replies.push_back(Send("behind"));
  EXPECT_EQ(slow.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);  // ten times the patience
  gate.set_value();
  for (auto& reply : replies) EXPECT_TRUE(reply.get());
  EXPECT_TRUE(Send("last").get());  // behind everything that was sent
  EXPECT_LE(runs, 10) << "this worker does not heed recalls: each request once for each time that it was sent";
}

TEST_F(AheadTest, WhatWaitsBehindADeathIsAnswered) {
  FakePredictor predictor(
      [](int connection, const Frame& request) { return request.body != "die" && Echo(connection, request); });
  Open(predictor, {.workers = 1});
  WarmUp();
  std::vector<std::future<Result<PredictReply>>> replies;
  for (int i = 0; i < 30; ++i) replies.push_back(Send(i == 5 ? "die" : "live"));
  for (int i = 0; i < 30; ++i) {
    auto reply = replies[static_cast<std::size_t>(i)].get();
    EXPECT_EQ(reply.has_value(), i != 5) << i;
    if (!reply) EXPECT_THAT(reply.error().message, HasSubstr("killed by signal 11"));
  }
}

TEST_F(AheadTest, AHangKillsItsWorkerAndCostsNobodyElse) {
  std::promise<void> gate;
  auto open = gate.get_future().share();
  FakePredictor predictor(
      [open](int connection, const Frame& request) {
        if (request.body != "hang") return Echo(connection, request);
        open.wait();
        return false;
      },
      2);
  Open(predictor, {.workers = 2, .request_deadline = std::chrono::milliseconds(300)});
  Connected(2);
  WarmUp();
  auto hang = Send("hang");
  std::vector<std::future<Result<PredictReply>>> replies;
  for (int i = 0; i < 30; ++i) replies.push_back(Send("live"));
  for (auto& reply : replies) EXPECT_TRUE(reply.get());
  EXPECT_EQ(hang.get().error().kind, ErrorKind::kDeadlineExceeded);
  EXPECT_EQ(predictor.asked().size(), 1U);
  gate.set_value();
}

// Which request of a batch is at fault nobody knows: each is tried once more, alone.
TEST_F(AheadTest, ADeathInABatchCostsTheOneAtFault) {
  FakePredictor predictor(
      [](int connection, const Frame& request) { return request.body != "die" && Echo(connection, request); }, 2,
      predictor::Manner::kBatches);
  Open(predictor, {.workers = 2});
  Connected(2);
  WarmUp();
  std::vector<std::future<Result<PredictReply>>> replies;
  for (int i = 0; i < 30; ++i) replies.push_back(Send(i == 7 ? "die" : "live"));
  for (int i = 0; i < 30; ++i) {
    auto reply = replies[static_cast<std::size_t>(i)].get();
    EXPECT_EQ(reply.has_value(), i != 7) << i << (reply ? "" : reply.error().message);
  }
}

// A request that began late is answered at its deadline, and the worker, which has had less time, lives on.
TEST_F(DispatcherTest, AWorkerIsNotKilledForTheTimeThatARequestHasWaited) {
  std::promise<void> first, second;
  auto open_first = first.get_future().share(), open_second = second.get_future().share();
  FakePredictor predictor([open_first, open_second](int connection, const Frame& request) {
    (request.body == "first" ? open_first : open_second).wait();
    return Echo(connection, request);
  });
  Open(predictor, {.workers = 1, .request_deadline = std::chrono::milliseconds(400)});
  auto one = Send("first");
  auto two = Send("second");
  // Half of its time the second waits for the first.
  EXPECT_EQ(two.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
  first.set_value();
  EXPECT_TRUE(one.get());
  auto late = two.get();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::kDeadlineExceeded);
  EXPECT_THAT(late.error().message, HasSubstr("waited"));
  EXPECT_THAT(predictor.asked(), testing::IsEmpty());
  second.set_value();
  auto reply = Send("third").get();
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->body, "<third>");
}

}  // namespace
}  // namespace atelier::serving
