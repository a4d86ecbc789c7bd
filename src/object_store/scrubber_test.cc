#include "object_store/scrubber.h"

#include <gmock/gmock.h>

#include <future>

#include "object_store/testing/health_fixture.h"

namespace atelier::object_store {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(ScrubWait, KeepsTheRate) {
  struct Case {
    std::uint64_t bytes;
    nanoseconds elapsed;
    std::uint64_t rate;
    nanoseconds wait;
  };
  for (const auto& [bytes, elapsed, rate, wait] : std::vector<Case>{
           {0, nanoseconds(0), 1000, nanoseconds(0)},
           {1000, nanoseconds(0), 1000, seconds(1)},
           {1000, milliseconds(400), 1000, milliseconds(600)},
           {1000, seconds(3), 1000, nanoseconds(0)},
           {1ULL << 40, nanoseconds(0), 1ULL << 40, seconds(1)},
       })
    EXPECT_EQ(ScrubWait(bytes, elapsed, rate), wait) << bytes << " at " << rate;
}

class ScrubberTest : public HealthTest {
 protected:
  static constexpr Milliseconds kInterval = std::chrono::hours(1);

  void MakeScrubber(std::uint64_t rate = 1ULL << 40) {
    scrubber_.emplace(index_, *health_, record_, clock_, ScrubberOptions{rate, kInterval});
  }
  std::optional<Scrubber> scrubber_;
};

TEST_F(ScrubberTest, APassReadsEverythingAndFindsDamage) {
  ASSERT_TRUE(Put("large", Pattern(10'000)));
  ASSERT_TRUE(Put("small", Pattern(100)));
  Flip("large", 5);
  MakeScrubber();
  EXPECT_EQ(*scrubber_->NextPass(), clock_.Now()) << "there was none before";
  ASSERT_TRUE(scrubber_->RunPass());
  EXPECT_EQ(health_->verified_blobs(), 2U);
  EXPECT_EQ(Refusal("large"), "InternalError");
  EXPECT_EQ(Refusal("small"), "served");
  EXPECT_EQ(record_.Scrub()->last_ended, clock_.Now());
  EXPECT_FALSE(record_.Scrub()->started);
  EXPECT_EQ(*scrubber_->NextPass(), clock_.Now() + kInterval);
}

TEST_F(ScrubberTest, GoesOnWhereTheLastRunWas) {
  ASSERT_TRUE(Put("a", Pattern(10'000)));
  ASSERT_TRUE(Put("b", Pattern(10'000)));
  ASSERT_TRUE(Put("c", Pattern(10'000)));
  ASSERT_TRUE(record_.SaveScrub({BlobOf("a").id, FromUnixMillis(50), 1, 10'000, std::nullopt}));
  MakeScrubber();
  EXPECT_LE(*scrubber_->NextPass(), clock_.Now());
  ASSERT_TRUE(*scrubber_->RunPass());
  EXPECT_EQ(health_->verified_blobs(), 2U);
}

TEST_F(ScrubberTest, AStopEndsAPassAndRemembersItsPlace) {
  ASSERT_TRUE(Put("a", Pattern(10'000)));
  ASSERT_TRUE(Put("b", Pattern(10'000)));
  MakeScrubber(1);  // the second read would come after hours
  auto pass = std::async(std::launch::async, [&] { return scrubber_->RunPass(); });
  while (health_->verified_blobs() == 0) std::this_thread::yield();
  scrubber_->Stop();
  auto passed = pass.get();
  ASSERT_TRUE(passed);
  EXPECT_FALSE(*passed);
  EXPECT_EQ(record_.Scrub()->position, BlobOf("a").id);
  EXPECT_EQ(record_.Scrub()->blobs, 1U);
  EXPECT_TRUE(record_.Scrub()->started);
}

TEST_F(ScrubberTest, TheThreadRunsAPassThatIsDueAndEndsAtOnce) {
  ASSERT_TRUE(Put("a", Pattern(10'000)));
  MakeScrubber();
  scrubber_->Start();
  while (!record_.Scrub()->last_ended) std::this_thread::yield();
  scrubber_->Stop();
  EXPECT_EQ(health_->verified_blobs(), 1U);
}

}  // namespace
}  // namespace atelier::object_store
