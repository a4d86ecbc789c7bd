#include "boards/event_mirror.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "boards/object_event_source.h"
#include "boards/testing/memory_event_source.h"
#include "object_store/testing/service_fixture.h"

namespace atelier::boards {
namespace {

using testing::ElementsAre;
using training::ObsPath;

class EventMirrorTest : public testing::Test {
 protected:
  EventMirrorTest() { source_.MakeBucket("b", "p"); }
  void Put(const std::string& path, const std::string& bytes) { source_.Put("b", "out/" + path, bytes); }
  MirrorReport Look() {
    auto report = EventMirror(source_, limits_).Look("p", ObsPath{"b", "out/"}, target_, memory_);
    EXPECT_TRUE(report) << report.error().message;
    return report.value_or(MirrorReport{});
  }
  std::string Local(const std::string& path) { return ReadFile(target_ / path).value_or("<none>"); }

  TemporaryDirectory folder_;
  fs::path target_ = folder_.path() / "events";
  MemoryEventSource source_;
  MirrorLimits limits_;
  MirrorMemory memory_;
};

TEST_F(EventMirrorTest, BringsEventsAndNothingElse) {
  Put("events.out.tfevents.1.host", "one");
  Put("V0002/events.out.tfevents.2.host", "two");
  Put("model/saved_model.pb", "model");
  Put("tfevents/readme", "a folder's name does not count");
  source_.Put("b", "output/tfevents", "another folder");
  auto report = Look();
  EXPECT_EQ(report.added, 2U);
  EXPECT_EQ(Local("events.out.tfevents.1.host"), "one");
  EXPECT_EQ(Local("V0002/events.out.tfevents.2.host"), "two");
  EXPECT_FALSE(fs::exists(target_ / "model"));
  EXPECT_FALSE(fs::exists(target_ / "tfevents"));
}

TEST_F(EventMirrorTest, AGrownFileGrowsInPlace) {
  Put("tfevents.1", "abc");
  Look();
  auto open = OpenFile(target_ / "tfevents.1", O_RDONLY);
  Put("tfevents.1", "abcdef");
  auto report = Look();
  EXPECT_EQ(report.grown, 1U);
  EXPECT_EQ(report.replaced, 0U);
  EXPECT_EQ(PreadExactly(open->get(), 0, 6).value(), "abcdef") << "who has it open reads on";
  auto read = source_.bytes_read();
  report = Look();
  EXPECT_EQ(report.grown + report.added, 0U);
  EXPECT_EQ(source_.bytes_read(), read) << "nothing changed: nothing is read";
}

TEST_F(EventMirrorTest, OtherBytesAreANewFile) {
  Put("tfevents.1", "abc");
  Look();
  auto open = OpenFile(target_ / "tfevents.1", O_RDONLY);
  for (const char* bytes : {"xbcdef", "xb"}) {
    Put("tfevents.1", bytes);
    EXPECT_EQ(Look().replaced, 1U) << bytes;
    EXPECT_EQ(Local("tfevents.1"), bytes);
  }
  EXPECT_EQ(PreadExactly(open->get(), 0, 3).value(), "abc") << "who has the old one open is not confused";
}

TEST_F(EventMirrorTest, DeletedOnesVanishWithTheirFolders) {
  Put("a/b/tfevents.1", "1");
  Put("a/tfevents.2", "2");
  Look();
  source_.Delete("b", "out/a/b/tfevents.1");
  EXPECT_EQ(Look().removed, 1U);
  EXPECT_FALSE(fs::exists(target_ / "a/b"));
  EXPECT_EQ(Local("a/tfevents.2"), "2");
  source_.RemoveBucket("b");
  EXPECT_EQ(Look().removed, 1U) << "an absent bucket has no events";
  EXPECT_TRUE(fs::is_empty(target_));
}

TEST_F(EventMirrorTest, AfterARestartOnlyWhatDiffersIsWritten) {
  Put("tfevents.same", "same");
  Put("tfevents.grown", "abc");
  Put("tfevents.other", "abc");
  Put("tfevents.gone", "abc");
  Look();
  auto open = OpenFile(target_ / "tfevents.grown", O_RDONLY);
  memory_ = {};
  Put("tfevents.grown", "abcdef");
  Put("tfevents.other", "xyz");
  source_.Delete("b", "out/tfevents.gone");
  auto report = Look();
  EXPECT_EQ(report.added, 0U);
  EXPECT_EQ(report.grown, 1U);
  EXPECT_EQ(report.replaced, 1U);
  EXPECT_EQ(report.removed, 1U);
  EXPECT_EQ(PreadExactly(open->get(), 0, 6).value(), "abcdef");
  EXPECT_EQ(Local("tfevents.other"), "xyz");
}

TEST_F(EventMirrorTest, ALookReadsNoMoreThanItsBudget) {
  limits_.bytes_per_look = 1;
  std::string large(3 << 20, 'x');
  Put("tfevents.1", large);
  Put("tfevents.2", "small");
  int looks = 1;
  for (auto report = Look(); report.more; report = Look()) {
    ASSERT_LT(++looks, 20);
    EXPECT_EQ(report.replaced, 0U);
  }
  EXPECT_GT(looks, 3);
  EXPECT_EQ(Local("tfevents.1"), large);
  EXPECT_EQ(Local("tfevents.2"), "small");
}

TEST_F(EventMirrorTest, KeysThatAreNoFilesAreLeftOut) {
  Put("../tfevents.up", "1");
  Put("a//tfevents.empty", "1");
  Put("./tfevents.dot", "1");
  Put(std::string(300, 'n') + "tfevents", "1");
  Put("tfevents.both", "a file");
  Put("tfevents.both/tfevents.1", "and a folder");
  auto report = Look();
  EXPECT_EQ(report.left_out, 5U);
  EXPECT_EQ(report.added, 1U);
  EXPECT_EQ(Local("tfevents.both"), "a file");
  EXPECT_FALSE(fs::exists(folder_.path() / "tfevents.up"));
  limits_.bytes = 8;
  Put("tfevents.next", "123");
  EXPECT_EQ(Look().left_out, 6U) << "a file of 6 bytes and one of 3";
  source_.Delete("b", "out/tfevents.next");
  limits_.files = 1;
  Put("tfevents.zzz", "too many");
  EXPECT_EQ(Look().left_out, 6U);
}

class ObjectEventSourceTest : public object_store::ServiceFixture {};

TEST_F(ObjectEventSourceTest, ListsAndReadsObjects) {
  ObjectEventSource source(*service_);
  const auto& project = me_.project_id;
  std::string large(3'000'000, 'x');
  ASSERT_TRUE(Put("out/tfevents.large", large));
  ASSERT_TRUE(Put("out/run/tfevents.small", "0123456789"));
  ASSERT_TRUE(Put("out/model.pb", "model"));
  auto listing = source.List(project, ObsPath{"bucket", "out/"}, 100);
  ASSERT_TRUE(listing) << listing.error().message;
  ASSERT_EQ(listing->files.size(), 2U);
  EXPECT_EQ(listing->files[0].path, "run/tfevents.small");
  EXPECT_EQ(listing->files[1].size, large.size());
  EXPECT_EQ(source.List(project, ObsPath{"bucket", "out/"}, 1)->left_out, 1U);

  auto reader = source.Open(project, ObsPath{"bucket", "out/run/tfevents.small"});
  ASSERT_TRUE(reader);
  ASSERT_TRUE(Put("out/run/tfevents.small", "other bytes"));
  EXPECT_EQ((*reader)->size(), 10U);
  EXPECT_EQ((*reader)->etag(), listing->files[0].etag);
  EXPECT_EQ((*reader)->Read(2, 5).value(), "23456");
  EXPECT_EQ((*source.Open(project, ObsPath{"bucket", "out/tfevents.large"}))->Read(1, 2'999'999).value(),
            large.substr(1));
  EXPECT_EQ(source.Open(project, ObsPath{"bucket", "out/absent"}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(source.CheckBucket(project, "absent").error().message, "there is no bucket absent; create it first");
  EXPECT_EQ(source.CheckBucket("other", "bucket").error().kind, ErrorKind::kPermissionDenied);
  EXPECT_EQ(source.List("other", ObsPath{"bucket", "out/"}, 1).error().kind, ErrorKind::kPermissionDenied);
}

}  // namespace
}  // namespace atelier::boards
