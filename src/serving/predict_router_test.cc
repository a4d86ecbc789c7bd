#include "serving/predict_router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <set>
#include <thread>

#include "serving/testing/fake_predictor.h"

namespace atelier::serving {
namespace {

using predictor::Frame;
using predictor::FrameKind;
using testing::HasSubstr;

// Answers with its own name.
FakePredictor::Behaviour Says(const std::string& name, std::uint16_t status = 200) {
  return [name, status](int connection, const Frame& request) {
    return predictor::WriteFrame(connection, FrameKind::kReply, request.header.id, status, "text/plain", "", name)
        .has_value();
  };
}

class PredictRouterTest : public testing::Test {
 protected:
  template <class Call>
  auto OnLoop(Call call) {
    std::promise<decltype(call())> done;
    boost::asio::post(loop_, [&] { done.set_value(call()); });
    return done.get_future().get();
  }

  PredictRouterTest() {
    router_ = std::make_unique<PredictRouter>(loop_.get_executor(), PredictRouterOptions{});
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~PredictRouterTest() override {
    OnLoop([this] {
      router_.reset();
      return true;
    });
    guard_.reset();
    thread_.join();
  }

  std::future<Result<PredictReply>> Send(const std::string& service = "s") {
    auto promise = std::make_shared<std::promise<Result<PredictReply>>>();
    auto run = [this, promise, service]() -> Task<void> {
      PredictRequest request{"text/plain", "x"};
      auto reply = co_await router_->Predict(service, std::move(request));
      promise->set_value(std::move(reply));
    };
    boost::asio::co_spawn(loop_, std::move(run), boost::asio::detached);
    return promise->get_future();
  }
  static ServiceRoute Route(std::vector<ServiceRoute::Target> targets, ServiceStatus status = ServiceStatus::kRunning) {
    return {"s", "digits", "p", status, std::move(targets), false};
  }
  static ServiceRoute::Replica Replica(const std::string& id, const FakePredictor& predictor) {
    return {id, predictor.folder(), 1};
  }

  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{loop_.get_executor()};
  std::unique_ptr<PredictRouter> router_;
  std::thread thread_;
};

TEST_F(PredictRouterTest, SharesTheRequestsByWeight) {
  FakePredictor light(Says("light")), heavy(Says("heavy")), never(Says("never"));
  router_->Publish(
      Route({{"m1", 30, {Replica("a", light)}}, {"m2", 70, {Replica("b", heavy)}}, {"m3", 0, {Replica("c", never)}}}));
  constexpr int kRequests = 1000;
  std::map<std::string, int> answers;
  for (int i = 0; i < kRequests; ++i) {
    auto reply = Send().get();
    ASSERT_TRUE(reply) << reply.error().message;
    ++answers[reply->body];
  }
  EXPECT_EQ(answers["light"], 300) << "the turns are taken by weight, not by chance";
  EXPECT_EQ(answers["heavy"], 700);
  EXPECT_EQ(answers["never"], 0);
  EXPECT_EQ(router_->Counts("s").invocations, static_cast<std::uint64_t>(kRequests));
  EXPECT_EQ(router_->Counts("s").failures, 0U);
  EXPECT_EQ(router_->Counts("s").by_model.at("m2").invocations, 700U);
  EXPECT_GT(router_->Counts("s").last_minute, 0U);
  EXPECT_EQ(OnLoop([this] { return router_->InFlight(); }), 0U);
}

TEST_F(PredictRouterTest, AVersionWithoutReplicasLeavesItsShareToTheOthers) {
  FakePredictor only(Says("only"));
  router_->Publish(Route({{"m1", 90, {}}, {"m2", 10, {Replica("b", only)}}}, ServiceStatus::kConcerning));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(Send().get());
  router_->Publish(Route({{"m1", 100, {}}, {"m2", 0, {Replica("b", only)}}}, ServiceStatus::kConcerning));
  EXPECT_TRUE(Send().get()) << "a weight of 0 serves when nothing else can";
}

TEST_F(PredictRouterTest, RefusesWhatItCannotServe) {
  auto unknown = Send("nobody").get();
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(unknown.error().code, "APIG.0101");
  router_->Publish(Route({{"m1", 100, {}}}, ServiceStatus::kDeploying));
  auto early = Send().get();
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(early.error().message, HasSubstr("digits is deploying"));
  EXPECT_EQ(router_->Counts("s").failures, 1U);
  EXPECT_EQ(router_->Counts("nobody").invocations, 0U);
  EXPECT_EQ(OnLoop([this] { return router_->Admit("nobody", "p").error().kind; }), ErrorKind::kNotFound);
  EXPECT_EQ(OnLoop([this] { return router_->Admit("s", "q").error().kind; }), ErrorKind::kPermissionDenied);
  EXPECT_TRUE(OnLoop([this] { return router_->Admit("s", "p").has_value(); }));
}

TEST_F(PredictRouterTest, ErrorsOfTheModelCountAsFailures) {
  FakePredictor broken(Says("no", 500));
  router_->Publish(Route({{"m1", 100, {Replica("a", broken)}}}));
  auto reply = Send().get();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 500);
  EXPECT_EQ(router_->Counts("s").failures, 1U);
}

TEST_F(PredictRouterTest, TakesTheLeastLoadedReplica) {
  std::promise<void> gate;
  std::atomic<int> busy{0};
  auto open = gate.get_future().share();
  FakePredictor slow([&busy, open](int connection, const Frame& request) {
    ++busy;
    open.wait();
    return Echo(connection, request);
  });
  FakePredictor quick(Says("quick"));
  router_->Publish(Route({{"m1", 100, {Replica("a", slow), Replica("b", quick)}}}));
  auto held = Send();  // to the first of two idle ones
  for (int i = 0; i < 20; ++i) {
    auto reply = Send().get();
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->body, "quick");
  }
  gate.set_value();
  EXPECT_TRUE(held.get());
  EXPECT_EQ(busy, 1);
}

TEST_F(PredictRouterTest, ARouteThatChangesKeepsWhatStillServes) {
  FakePredictor first(Says("first")), second(Says("second"));
  router_->Publish(Route({{"m1", 100, {Replica("a", first)}}}));
  EXPECT_EQ(Send().get()->body, "first");
  router_->Publish(Route({{"m1", 100, {Replica("a", first), Replica("b", second)}}}));
  std::set<std::string> seen;
  for (int i = 0; i < 4; ++i) seen.insert(Send().get()->body);
  EXPECT_EQ(seen.size(), 2U);
  router_->Publish(Route({{"m1", 100, {Replica("b", second)}}}));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(Send().get()->body, "second");
}

TEST_F(PredictRouterTest, AReplicaThatLeavesFinishesWhatItHas) {
  std::promise<void> begun, gate;
  auto open = gate.get_future().share();
  FakePredictor slow([&begun, open](int connection, const Frame& request) {
    begun.set_value();
    open.wait();
    return Echo(connection, request);
  });
  FakePredictor fresh(Says("fresh"));
  router_->Publish(Route({{"m1", 100, {Replica("a", slow)}}}));
  auto held = Send();
  begun.get_future().wait();
  auto next = Route({{"m2", 100, {Replica("b", fresh)}}});
  next.leaving = {"a"};
  router_->Publish(next);
  EXPECT_EQ(Send().get()->body, "fresh");
  EXPECT_FALSE(router_->Drained("a")) << "it has a request to answer";
  gate.set_value();
  auto reply = held.get();
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_TRUE(router_->Drained("a"));
  EXPECT_FALSE(router_->Drained("b"));
}

TEST_F(PredictRouterTest, NothingHasDrainedBeforeItsRouteIsApplied) {
  FakePredictor first(Says("first")), second(Says("second"));
  bool drained = OnLoop([&] {
    router_->Publish(Route({{"m1", 100, {Replica("a", first)}}}));
    auto next = Route({{"m2", 100, {Replica("b", second)}}});
    next.leaving = {"a"};
    router_->Publish(next);
    return router_->Drained("a");
  });
  EXPECT_FALSE(drained);
  EXPECT_EQ(Send().get()->body, "second");
  EXPECT_TRUE(router_->Drained("a")) << "it had nothing to answer";
  EXPECT_TRUE(router_->Drained("never known"));
}

TEST_F(PredictRouterTest, ADeletedServiceIsUnknownAndItsRequestsEnd) {
  std::promise<void> begun, gate;
  auto open = gate.get_future().share();
  FakePredictor predictor([&begun, open](int, const Frame&) {
    begun.set_value();
    open.wait();
    return false;
  });
  router_->Publish(Route({{"m1", 100, {Replica("a", predictor)}}}));
  auto running = Send();
  begun.get_future().wait();
  ServiceRoute gone = Route({{"m1", 100, {}}}, ServiceStatus::kDeleting);
  gone.gone = true;
  router_->Publish(gone);
  auto reply = running.get();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(Send().get().error().kind, ErrorKind::kNotFound);
  gate.set_value();
}

}  // namespace
}  // namespace atelier::serving
