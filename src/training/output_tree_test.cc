#include "training/output_tree.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

namespace atelier::training {
namespace {

class OutputTreeTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(MakeDirectories(root_ / "model"));
    ASSERT_TRUE(WriteFileDurably(root_ / "model" / "saved_model.pb", "graph"));
    ASSERT_TRUE(WriteFileDurably(folder_.path() / "secret", "keep out"));
  }
  TemporaryDirectory folder_;
  fs::path root_ = folder_.path() / "outputs";
};

TEST_F(OutputTreeTest, ListsPlainFilesAndNamesTheRest) {
  fs::create_symlink(folder_.path() / "secret", root_ / "link");
  fs::create_directory_symlink(folder_.path(), root_ / "folder-link");
  ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0600), 0);
  auto scan = ScanTree(root_);
  ASSERT_TRUE(scan);
  ASSERT_EQ(scan->files.size(), 1U);
  EXPECT_EQ(scan->files.begin()->first, "model/saved_model.pb");
  EXPECT_EQ(scan->files.begin()->second.size, 5U);
  std::ranges::sort(scan->skipped);
  EXPECT_EQ(scan->skipped, (std::vector<std::string>{"folder-link", "link", "pipe"}));
  EXPECT_GT(scan->disk_bytes, 0U);
  EXPECT_TRUE(ScanTree(folder_.path() / "absent")->files.empty());
}

TEST_F(OutputTreeTest, NeverFollowsLinks) {
  fs::create_symlink(folder_.path() / "secret", root_ / "link");
  fs::create_directory_symlink(folder_.path(), root_ / "folder-link");
  ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0600), 0);
  EXPECT_TRUE(OpenBeneath(root_, "model/saved_model.pb"));
  for (const char* path : {"link", "folder-link/secret", "pipe", "model"}) {
    auto opened = OpenBeneath(root_, path);
    ASSERT_FALSE(opened) << path;
    EXPECT_EQ(opened.error().kind, ErrorKind::kFailedPrecondition) << path;
  }
  EXPECT_EQ(OpenBeneath(root_, "model/gone").error().kind, ErrorKind::kNotFound);
}

TEST_F(OutputTreeTest, RemovesWhatAScriptLocked) {
  ASSERT_TRUE(MakeDirectories(root_ / "deep" / "deeper"));
  ASSERT_TRUE(WriteFileDurably(root_ / "deep" / "deeper" / "file", "x"));
  fs::permissions(root_ / "deep" / "deeper", fs::perms::none);
  fs::permissions(root_ / "deep", fs::perms::owner_read);
  EXPECT_TRUE(RemoveScriptTree(root_));
  EXPECT_FALSE(fs::exists(root_));
  EXPECT_TRUE(RemoveScriptTree(root_)) << "absent is fine";
}

}  // namespace
}  // namespace atelier::training
