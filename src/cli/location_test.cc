#include "cli/location.h"

#include <gtest/gtest.h>

#include "cli/connection.h"
#include "cli/lookup.h"

namespace atelier::cli {
namespace {

TEST(Location, SplitsBucketAndKey) {
  struct Case {
    std::string text, bucket, key;
  };
  for (const auto& [text, bucket, key] : std::vector<Case>{{"obs://b/a/c.txt", "b", "a/c.txt"},
                                                           {"s3://b/a/", "b", "a/"},
                                                           {"obs://b", "b", ""},
                                                           {"/b/k", "b", "k"},
                                                           {"b/k", "b", "k"},
                                                           {"obs://b//k", "b", "/k"}}) {
    auto location = ParseLocation(text);
    ASSERT_TRUE(location) << text;
    EXPECT_EQ(location->bucket, bucket) << text;
    EXPECT_EQ(location->key, key) << text;
  }
  for (const char* text : {"", "obs://", "s3:///k", "/"}) EXPECT_FALSE(ParseLocation(text)) << text;
  EXPECT_TRUE(IsRemote("obs://b"));
  EXPECT_TRUE(IsRemote("s3://b/k"));
  EXPECT_FALSE(IsRemote("/b/k"));
}

TEST(ObjectTarget, EscapesWhatAPathMayNotHold) {
  EXPECT_EQ(ObjectTarget("b", "a/c.txt"), "/b/a/c.txt");
  EXPECT_EQ(ObjectTarget("b", "a b?c#d%"), "/b/a%20b%3Fc%23d%25");
}

TEST(Lookup, ReadsMembersAsTextAndNumber) {
  json::object object{{"text", "a"}, {"number", 5}, {"nothing", nullptr}, {"digits", "70"}, {"list", json::array{1}}};
  EXPECT_EQ(Text(object, "text"), "a");
  EXPECT_EQ(Text(object, "number"), "5");
  EXPECT_EQ(Text(object, "nothing"), "");
  EXPECT_EQ(Text(object, "absent"), "");
  EXPECT_EQ(Text(object, "list"), "[1]");
  EXPECT_EQ(Number(object, "number"), 5);
  EXPECT_EQ(Number(object, "digits"), 70);
  EXPECT_EQ(Number(object, "text"), 0);
  EXPECT_EQ(Number(object, "absent"), 0);
}

}  // namespace
}  // namespace atelier::cli
