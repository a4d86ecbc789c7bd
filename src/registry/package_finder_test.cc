#include "registry/package_finder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "object_store/testing/service_fixture.h"

namespace atelier::registry {
namespace {

using object_store::CodeOf;
using testing::HasSubstr;

constexpr std::string_view kConfig = R"({"model_type": "TensorFlow", "apis": []})";

TEST(SourceLocation, TakesEveryFormThatClientsSend) {
  struct Case {
    std::string text, bucket, prefix;
  };
  for (const auto& [text, bucket, prefix] : std::vector<Case>{
           {"/bucket/mnist-model/", "bucket", "mnist-model/"},
           {"/bucket/mnist-model", "bucket", "mnist-model/"},
           {"bucket/a/b", "bucket", "a/b/"},
           {"/bucket", "bucket", ""},
           {"obs://bucket/a/", "bucket", "a/"},
           {"s3://bucket/a", "bucket", "a/"},
           {"https://bucket.obs.eu-de.otc.t-systems.com/a/b", "bucket", "a/b/"},
           {"https://my.bucket.obs.region.domain/a", "my.bucket", "a/"},
       }) {
    auto location = ParseSourceLocation(text);
    ASSERT_TRUE(location) << text << ": " << location.error().message;
    EXPECT_EQ(location->bucket, bucket) << text;
    EXPECT_EQ(location->prefix, prefix) << text;
  }
  for (const char* text : {"", "/", "//a", "https://example.com/a", "obs://", "/No/a", "/../a"})
    EXPECT_EQ(CodeOf(ParseSourceLocation(text)), "ModelArts.3017") << text;
}

class PackageFinderTest : public object_store::ServiceFixture {
 protected:
  void Store(const std::vector<std::pair<std::string, std::string_view>>& files) {
    for (const auto& [key, bytes] : files) ASSERT_TRUE(Put(key, bytes)) << key;
  }
  Result<FoundPackage> FindIn(const std::string& location, const std::string& initial_config = "") {
    ATELIER_TRY(auto parsed, ParseSourceLocation(location));
    return FindPackage(*service_, me_, parsed, initial_config);
  }
};

TEST_F(PackageFinderTest, FindsTheModelFolderFromAboveAndFromWithin) {
  Store({{"m/model/saved_model.pb", "pb"},
         {"m/model/config.json", kConfig},
         {"m/model/customize_service.py", "code"},
         {"m/model/variables/variables.index", "12345"},
         {"m/model/", ""},
         {"m/checkpoint", "not part of the package"}});
  for (const char* location : {"/bucket/m/", "obs://bucket/m", "/bucket/m/model/", "/bucket/m/model"}) {
    auto found = FindIn(location);
    ASSERT_TRUE(found) << location << ": " << found.error().message;
    EXPECT_EQ(found->bucket, "bucket");
    EXPECT_EQ(found->prefix, "m/model/") << location;
    EXPECT_EQ(found->config.model_type, "TensorFlow");
    EXPECT_EQ(found->execution_code, "/bucket/m/model/customize_service.py");
    EXPECT_EQ(found->size_bytes, 2 + kConfig.size() + 4 + 5);
  }
}

TEST_F(PackageFinderTest, APackageMayBeTheWholeBucket) {
  Store({{"saved_model.pb", "pb"}, {"config.json", kConfig}});
  auto found = FindIn("/bucket");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->prefix, "");
  EXPECT_EQ(found->execution_code, "");
}

TEST_F(PackageFinderTest, RefusalsSayWhatWasLookedForAndWhatLiesThere) {
  Store({{"none/readme.txt", "x"},
         {"nopb/model/config.json", kConfig},
         {"nopb/model/weights.h5", "x"},
         {"noconfig/model/saved_model.pb", "x"},
         {"elsewhere/model/saved_model.pb", "x"},
         {"elsewhere/config.json", kConfig},
         {"two/model/saved_model.pb", "x"},
         {"two/model/config.json", kConfig},
         {"two/config.json", kConfig},
         {"code/model/saved_model.pb", "x"},
         {"code/model/config.json", kConfig},
         {"code/model/customize_service.py", "a"},
         {"code/model/old/customize_service.py", "b"},
         {"broken/model/saved_model.pb", "x"},
         {"broken/model/config.json", "{\n  \"model_type\": \"TensorFlow\"\n  \"apis\": []}"},
         {"torch/model/saved_model.pb", "x"},
         {"torch/model/config.json", R"({"model_type": "PyTorch"})"}});
  struct Case {
    std::string location, code, says;
  };
  for (const auto& [location, code, says] : std::vector<Case>{
           {"nothing", "ModelArts.3017", "nothing under /bucket/nothing/"},
           {"none", "ModelArts.3017",
            "looked for /bucket/none/model/ and for saved_model.pb in /bucket/none/; it holds readme.txt"},
           {"nopb", "ModelArts.3017", "/bucket/nopb/model/saved_model.pb is missing; it holds config.json, weights.h5"},
           {"noconfig", "ModelArts.3015", "/bucket/noconfig/model/config.json"},
           {"elsewhere", "ModelArts.3015", "/bucket/elsewhere/model/config.json"},
           {"two", "ModelArts.3015", "found 2: /bucket/two/config.json, /bucket/two/model/config.json"},
           {"code", "ModelArts.3017", "at most one customize_service.py"},
           {"broken", "ModelArts.3015", "/bucket/broken/model/config.json"},
           {"broken", "ModelArts.3015", "line 3, column"},
           {"torch", "ModelArts.3016", "'PyTorch' is not served"},
       }) {
    auto refused = FindIn("/bucket/" + location + "/");
    ASSERT_FALSE(refused) << location;
    EXPECT_EQ(refused.error().code, code) << location;
    EXPECT_THAT(refused.error().message, HasSubstr(says)) << location;
  }
  EXPECT_EQ(FindIn("/bucket/torch/").error().kind, ErrorKind::kUnimplemented);
}

TEST_F(PackageFinderTest, AConfigInTheCallReplacesTheFile) {
  Store({{"m/model/saved_model.pb", "pb"}});
  auto found = FindIn("/bucket/m/", R"({"model_type": "TensorFlow", "model_algorithm": "given"})");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->config.model_algorithm, "given");
  EXPECT_EQ(CodeOf(FindIn("/bucket/m/", "{")), "ModelArts.3015");
}

TEST_F(PackageFinderTest, BucketsOfOthersAreClosed) {
  ASSERT_TRUE(service_->CreateBucket({"other"}, *object_store::BucketName::Parse("foreign"), ""));
  EXPECT_EQ(FindIn("/foreign/m/").error().kind, ErrorKind::kPermissionDenied);
  EXPECT_EQ(FindIn("/missing-bucket/m/").error().kind, ErrorKind::kNotFound);
}

TEST_F(PackageFinderTest, ReadsEveryPageOfTheListing) {
  for (int i = 0; i < 1005; ++i) ASSERT_TRUE(Put("m/model/a/" + std::to_string(i), "x"));
  Store({{"m/model/saved_model.pb", "pb"}, {"m/model/config.json", kConfig}});
  auto found = FindIn("/bucket/m/");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size_bytes, 1005 + 2 + kConfig.size());
}

}  // namespace
}  // namespace atelier::registry
