#include "base/work_strand.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace atelier {
namespace {

// Work that says when it began and ends when it is released.
struct Gate {
  std::latch begun{1}, release{1};
  std::function<void()> work() {
    return [this] {
      begun.count_down();
      release.wait();
    };
  }
};

TEST(WorkerPool, TellsWhetherWorkWaits) {
  Gate gate;
  WorkerPool pool(1, 8);
  EXPECT_FALSE(pool.HasWaiting());
  ASSERT_TRUE(pool.TryPost(gate.work()));
  gate.begun.wait();
  EXPECT_FALSE(pool.HasWaiting());
  ASSERT_TRUE(pool.TryPost([] {}));
  EXPECT_TRUE(pool.HasWaiting());
  gate.release.count_down();
}

TEST(WorkStrand, RunsInOrderAndNeverTwoAtOnce) {
  constexpr int kCount = 2000;
  WorkerPool pool(4, 64);
  std::vector<int> seen;  // unguarded: ThreadSanitizer sees whether one function's writes reach the next
  std::atomic<int> at_once = 0, most = 0;
  std::latch all(kCount);
  WorkStrand strand(pool, kCount);
  for (int i = 0; i < kCount; ++i) {
    ASSERT_TRUE(strand.TryPost([&, i] {
      most = std::max<int>(most, ++at_once);
      seen.push_back(i);
      --at_once;
      all.count_down();
    }));
  }
  all.wait();
  EXPECT_EQ(most, 1);
  ASSERT_EQ(seen.size(), static_cast<std::size_t>(kCount));
  for (int i = 0; i < kCount; ++i) ASSERT_EQ(seen[static_cast<std::size_t>(i)], i);
}

TEST(WorkStrand, TwoStrandsRunBesideEachOther) {
  WorkerPool pool(2, 8);
  std::latch met(2), ended(2);
  auto meet = [&] {
    met.arrive_and_wait();
    ended.count_down();
  };
  WorkStrand one(pool, 1), other(pool, 1);
  ASSERT_TRUE(one.TryPost(meet));
  ASSERT_TRUE(other.TryPost(meet));
  ended.wait();
}

TEST(WorkStrand, LetsOthersHaveTheThread) {
  Gate gate;
  std::string order;
  std::latch ended(1);
  WorkerPool pool(1, 8);
  WorkStrand strand(pool, 8);
  ASSERT_TRUE(strand.TryPost(gate.work()));
  gate.begun.wait();
  ASSERT_TRUE(strand.TryPost([&] {
    order += "strand";
    ended.count_down();
  }));
  ASSERT_TRUE(pool.TryPost([&] { order += "other "; }));
  gate.release.count_down();
  ended.wait();
  EXPECT_EQ(order, "other strand");
}

TEST(WorkStrand, GoesOnWhenThePoolIsFull) {
  Gate gate;
  std::latch ended(1);
  WorkerPool pool(1, 1);
  WorkStrand strand(pool, 8);
  ASSERT_TRUE(strand.TryPost(gate.work()));
  gate.begun.wait();
  ASSERT_TRUE(pool.TryPost([] {}));  // the pool's queue is full now
  ASSERT_TRUE(strand.TryPost([&] { ended.count_down(); }));
  gate.release.count_down();
  ended.wait();
}

TEST(WorkStrand, RefusesBeyondItsQueue) {
  Gate gate;
  WorkerPool pool(1, 8);
  WorkStrand strand(pool, 1);
  ASSERT_TRUE(strand.TryPost(gate.work()));
  gate.begun.wait();
  EXPECT_TRUE(strand.TryPost([] {}));
  EXPECT_FALSE(strand.TryPost([] { ADD_FAILURE() << "refused work ran"; }));
  gate.release.count_down();
}

TEST(WorkStrand, RefusesWhenThePoolDoesAndRecovers) {
  Gate gate;
  WorkerPool pool(1, 1);
  ASSERT_TRUE(pool.TryPost(gate.work()));
  gate.begun.wait();
  std::latch between(1);
  ASSERT_TRUE(pool.TryPost([&] { between.count_down(); }));
  WorkStrand strand(pool, 8);
  EXPECT_FALSE(strand.TryPost([] { ADD_FAILURE() << "refused work ran"; }));
  gate.release.count_down();
  between.wait();
  std::latch ran(1);
  EXPECT_TRUE(strand.TryPost([&] { ran.count_down(); }));
  ran.wait();
}

TEST(WorkStrand, ItsDestructorWaitsForWhatRuns) {
  Gate gate;
  auto held = std::make_shared<int>(0);
  std::atomic<bool> ended = false;
  WorkerPool pool(1, 8);
  std::optional<WorkStrand> strand(std::in_place, pool, 8);
  ASSERT_TRUE(strand->TryPost([&, held] {
    gate.work()();
    ended = true;
  }));
  gate.begun.wait();
  std::thread release([&] { gate.release.count_down(); });
  strand.reset();
  EXPECT_TRUE(ended);
  EXPECT_EQ(held.use_count(), 1) << "what the work held is let go";
  release.join();
}

TEST(WorkStrand, ItsDestructorDropsWhatHasNotBegun) {
  Gate gate;
  WorkerPool pool(1, 8);
  ASSERT_TRUE(pool.TryPost(gate.work()));
  {
    WorkStrand strand(pool, 8);
    ASSERT_TRUE(strand.TryPost([] { ADD_FAILURE() << "dropped work ran"; }));
  }
  gate.release.count_down();
}

}  // namespace
}  // namespace atelier
