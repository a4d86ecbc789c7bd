#include "object_store/names.h"

#include <gtest/gtest.h>

namespace atelier::object_store {
namespace {

TEST(BucketNameTest, Rules) {
  for (const char* good : {"abc", "a-b.c", "0ab", "1.2.3", "a.b-c.d", "999.1.1.1234"})
    EXPECT_TRUE(BucketName::Parse(good)) << good;
  for (const char* bad :
       {"", "ab", "Abc", "a_b", "-abc", "abc-", ".abc", "abc.", "a..b", "192.168.1.1", "a b", "\xc3\xbc-x"})
    EXPECT_FALSE(BucketName::Parse(bad)) << bad;
  EXPECT_TRUE(BucketName::Parse(std::string(63, 'a')));
  EXPECT_FALSE(BucketName::Parse(std::string(64, 'a')));
  EXPECT_EQ(BucketName::Parse("A").error().code, "InvalidBucketName");
}

TEST(ObjectKeyTest, KeepsEveryByte) {
  for (const char* good :
       {"a", "a//b", "/a", "a/../b", ".", "..", "dir/", "%41", "\xe4\xb8\xad/\xe6\x96\x87", "a\nb", " "}) {
    auto key = ObjectKey::Parse(good);
    ASSERT_TRUE(key) << good;
    EXPECT_EQ(key->bytes(), good);
  }
  EXPECT_TRUE(ObjectKey::Parse(std::string(1024, 'k')));
}

TEST(ObjectKeyTest, RefusesWhatIsNoKey) {
  EXPECT_EQ(ObjectKey::Parse("").error().code, "InvalidArgument");
  EXPECT_EQ(ObjectKey::Parse(std::string(1025, 'k')).error().code, "KeyTooLongError");
  EXPECT_FALSE(ObjectKey::Parse("\xff\xfe"));
  EXPECT_FALSE(ObjectKey::Parse(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace atelier::object_store
