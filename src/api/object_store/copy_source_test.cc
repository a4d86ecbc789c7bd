#include "api/object_store/copy_source.h"

#include <gtest/gtest.h>

namespace atelier::api::s3 {
namespace {

TEST(CopySourceHeader, NamesBucketAndKey) {
  for (std::string_view header : {"/b/a%20b/c", "b/a%20b/c", "b/a%20b/c?versionId=null", "/b/a b/c", "/b/a+b/c"}) {
    auto source = ParseCopySource(header);
    ASSERT_TRUE(source) << header;
    EXPECT_EQ(source->bucket, "b");
    EXPECT_EQ(source->key, "a b/c");
  }
  EXPECT_EQ(ParseCopySource("b//a").value().key, "/a");
  EXPECT_EQ(ParseCopySource("b%2Fk").value().key, "k");
  EXPECT_EQ(ParseCopySource("b/a%2Bb").value().key, "a+b");
  EXPECT_EQ(ParseCopySource("b/what%3FversionId%3Dx").value().key, "what?versionId=x");
}

TEST(CopySourceHeader, RefusesOthers) {
  for (std::string_view header : {"", "/", "b", "/b", "b/", "//k", "b/%zz"}) {
    EXPECT_EQ(ParseCopySource(header).error().code, "InvalidArgument") << header;
  }
  EXPECT_EQ(ParseCopySource("b/k?versionId=7")->version, "7");
  EXPECT_EQ(ParseCopySource("b/k?versionId=null")->version, "");
  EXPECT_FALSE(ParseCopySource("b/k?versionId=")->version);
}

}  // namespace
}  // namespace atelier::api::s3
