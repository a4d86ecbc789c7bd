// Writers, readers, copies, deletes and the cleaner at the same few keys.
#include <atomic>
#include <thread>

#include "base/strings.h"
#include "object_store/testing/service_fixture.h"

namespace atelier::object_store {
namespace {

using ConcurrencyTest = ServiceFixture;

TEST_F(ConcurrencyTest, EveryReadSeesOneWholeObject) {
  options_.background_cleaning = true;
  Start();
  constexpr int kWriters = 3, kReaders = 3, kRounds = 60, kKeys = 4;
  std::atomic<int> writing = kWriters;
  std::atomic<int> read = 0;
  std::vector<std::thread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int i = 0; i < kRounds; ++i) {
        std::string key = "k" + std::to_string((w + i) % kKeys), other = "k" + std::to_string((w + i + 1) % kKeys);
        auto size = static_cast<std::size_t>(100 + (i % 3) * 3000);
        EXPECT_TRUE(Put(key, Pattern(size, static_cast<unsigned>(w * 1000 + i))));
        auto copied = service_->Copy(
            me_, {.source_bucket = "bucket", .source_key = key, .target_bucket = "bucket", .target_key = other});
        EXPECT_TRUE(copied || copied.error().code == "NoSuchKey") << copied.error().message;
        if (i % 5 == 0) EXPECT_TRUE(service_->Delete(me_, "bucket", {.key = key}));
        if (i % 9 == 0) EXPECT_TRUE(blobs_->Clean());
      }
      --writing;
    });
  }
  for (int r = 0; r < kReaders; ++r) {
    threads.emplace_back([&, r] {
      for (int i = r; writing > 0; ++i) {
        auto opened = service_->Open(me_, "bucket", "k" + std::to_string(i % kKeys));
        if (!opened) {
          EXPECT_EQ(opened.error().code, "NoSuchKey") << opened.error().message;
          continue;
        }
        std::string bytes = ReadExtents(opened->extents);
        EXPECT_EQ(HexEncode(ComputeDigest(DigestKind::kMd5, bytes)), opened->record.etag);
        ++read;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(read, 0);
  auto report = service_->VerifyAll([](const auto&) { return true; });
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->damage.empty());
}

}  // namespace
}  // namespace atelier::object_store
