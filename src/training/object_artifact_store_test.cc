#include "training/object_artifact_store.h"

#include <fcntl.h>

#include <fstream>

#include "object_store/testing/service_fixture.h"

namespace atelier::training {
namespace {

class ObjectArtifactStoreTest : public object_store::ServiceFixture {
 protected:
  void SetUp() override {
    ServiceFixture::SetUp();
    store_ = std::make_unique<ObjectArtifactStore>(*service_);
  }
  static ObsPath Path(const std::string& key) { return {.bucket = "bucket", .key = key}; }
  std::string Me() const { return me_.project_id; }
  std::unique_ptr<ObjectArtifactStore> store_;
};

TEST_F(ObjectArtifactStoreTest, BucketsOfOthersAndNone) {
  EXPECT_TRUE(store_->CheckBucket(Me(), "bucket"));
  auto absent = store_->CheckBucket(Me(), "nowhere");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(absent.error().message, "there is no bucket nowhere; create it first");
  auto foreign = store_->CheckBucket("other", "bucket");
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().kind, ErrorKind::kPermissionDenied);
}

TEST_F(ObjectArtifactStoreTest, CountsFolders) {
  ASSERT_TRUE(Put("empty/", ""));
  ASSERT_TRUE(Put("data/a", "1"));
  ASSERT_TRUE(Put("data/b/c", "2"));
  EXPECT_EQ(store_->CountFolder(Me(), Path("data/"))->files, 2U);
  EXPECT_TRUE(store_->CountFolder(Me(), Path("empty/"))->exists);
  EXPECT_EQ(store_->CountFolder(Me(), Path("empty/"))->files, 0U);
  EXPECT_FALSE(store_->CountFolder(Me(), Path("absent/"))->exists);
  EXPECT_TRUE(*store_->HasObject(Me(), Path("data/a")));
  EXPECT_FALSE(*store_->HasObject(Me(), Path("data")));
}

TEST_F(ObjectArtifactStoreTest, StoresCopiesAndTakesBack) {
  auto file = folder_.path() / "file";
  std::ofstream(file) << std::string(3'000'000, 'x');
  auto fd = OpenFile(file, O_RDONLY);
  ASSERT_TRUE(fd);
  auto etag = store_->Store(Me(), Path("out/model"), fd->get());
  ASSERT_TRUE(etag) << etag.error().message;
  EXPECT_EQ(Get("out/model"), std::string(3'000'000, 'x'));
  ASSERT_TRUE(store_->Copy(Me(), Path("out/model"), Path("out/V0001/model")));
  EXPECT_EQ(Get("out/V0001/model").size(), 3'000'000U);
  EXPECT_EQ(store_->Copy(Me(), Path("gone"), Path("x")).error().kind, ErrorKind::kNotFound);
  ASSERT_TRUE(store_->DeleteIfUnchanged(Me(), Path("out/model"), "another etag"));
  EXPECT_TRUE(*store_->HasObject(Me(), Path("out/model")));
  ASSERT_TRUE(store_->DeleteIfUnchanged(Me(), Path("out/model"), *etag));
  EXPECT_FALSE(*store_->HasObject(Me(), Path("out/model")));
  EXPECT_TRUE(store_->DeleteIfUnchanged(Me(), Path("out/model"), *etag)) << "absent is fine";
}

TEST_F(ObjectArtifactStoreTest, MaterializesAFolder) {
  ASSERT_TRUE(Put("data/", ""));
  ASSERT_TRUE(Put("data/a", "1"));
  ASSERT_TRUE(Put("data/b/c", std::string(100'000, 'c')));
  for (bool link : {false, true}) {
    auto target = folder_.path() / (link ? "linked" : "copied");
    auto made = store_->Materialize(Me(), Path("data/"), target, link);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(*ReadFile(target / "a"), "1");
    EXPECT_EQ(ReadFile(target / "b" / "c")->size(), 100'000U);
  }
}

}  // namespace
}  // namespace atelier::training
