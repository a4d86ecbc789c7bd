#include "training/obs_path.h"

#include <gtest/gtest.h>

namespace atelier::training {
namespace {

TEST(ObsPathTest, ReadsEveryForm) {
  struct Row {
    std::string_view text, bucket, key;
  };
  for (const auto& row :
       {Row{"/b/dir/", "b", "dir/"}, Row{"/b/dir", "b", "dir"}, Row{"/b/", "b", ""}, Row{"/b", "b", ""},
        Row{"obs://b/x/y/", "b", "x/y/"}, Row{"s3://b/x", "b", "x"}, Row{"OBS://b/x", "b", "x"}}) {
    auto path = ObsPath::Parse(row.text, "f");
    ASSERT_TRUE(path) << row.text;
    EXPECT_EQ(path->bucket, row.bucket) << row.text;
    EXPECT_EQ(path->key, row.key) << row.text;
  }
}

TEST(ObsPathTest, RefusesWhatIsNoFolder) {
  for (std::string_view text :
       {"", "b/dir/", "//dir/", "obs:///x", "/b//x/", "/b/../x/", "/b/./x", "file:///x", "/b//"}) {
    auto path = ObsPath::Parse(text, "config.app_url");
    ASSERT_FALSE(path) << text;
    EXPECT_EQ(path.error().kind, ErrorKind::kInvalidArgument);
    EXPECT_EQ(path.error().code, "ModelArts.0104");
    EXPECT_TRUE(path.error().message.starts_with("config.app_url: ")) << path.error().message;
  }
}

TEST(ObsPathTest, NamesFoldersAndChildren) {
  auto path = *ObsPath::Parse("/b/mnist/code", "f");
  EXPECT_EQ(path.AsFolder().key, "mnist/code/");
  EXPECT_EQ(path.Child("train.py").ToText(), "/b/mnist/code/train.py");
  EXPECT_EQ(path.AsFolder().LastName(), "code");
  EXPECT_EQ(path.AsFolder().ToS3Url(), "s3://b/mnist/code/");
  auto bucket = *ObsPath::Parse("/b/", "f");
  EXPECT_EQ(bucket.AsFolder().key, "");
  EXPECT_EQ(bucket.LastName(), "b");
  EXPECT_EQ(bucket.Child("x").key, "x");
}

}  // namespace
}  // namespace atelier::training
