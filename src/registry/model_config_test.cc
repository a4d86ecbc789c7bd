#include "registry/model_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atelier::registry {
namespace {

using testing::HasSubstr;

TEST(ModelConfig, AcceptsTheSpellingsFoundInTheWild) {
  auto config = ParseModelConfig(R"({
    "model_type": "TensorFlow", // the framework
    "model_algorithm": "image_classification",
    "colour": "blue",
    "metrics": {"f1": 0, "accuracy": 0.91},
    "dependencies": [{"installer": "pip", "packages": [
      {"restraint": "ATLEAST", "package_version": "1.15.0", "package_name": "numpy"},
      {"restraint": "", "package_version": "", "package_name": "h5py"}]}],
    "apis": [{"procotol": "http", "url": "/", "method": "post",
      "request": {"Content-type": "multipart/form-data", "data": {"type": "object", "properties": {"images": {"type": "file"}}}},
      "response": {"Content-type": "applicaton/json", "data": {"type": "object"}}}]
  })");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->model_type, "TensorFlow");
  ASSERT_EQ(config->apis.size(), 1U);
  EXPECT_EQ(config->apis[0].protocol, "http");
  EXPECT_EQ(config->apis[0].method, "POST");
  EXPECT_EQ(config->apis[0].request_content_type, "multipart/form-data");
  EXPECT_THAT(config->apis[0].request_schema, HasSubstr("images"));
  ASSERT_EQ(config->dependencies.size(), 1U);
  EXPECT_EQ(config->dependencies[0].packages[0].name, "numpy");
  EXPECT_EQ(config->warnings.size(), 3U);
}

TEST(ModelConfig, RefusalsNamePlaceAndKey) {
  struct Case {
    std::string text, expected;
  };
  for (
      const auto& [text, expected] : std::vector<Case>{
          {"{\n  \"model_type\": \"TensorFlow\",\n  \"apis\" []\n}", "config.json: line 3, column "},
          {"[]", "expected a JSON object"},
          {"{}", "'model_type' is missing"},
          {R"({"model_type": 3})", "'model_type' must be a string"},
          {R"({"model_type": "TensorFlow", "apis": {}})", "'apis' must be an array"},
          {R"({"model_type": "TensorFlow", "apis": [{"protocol": "ftp"}]})",
           "apis[0]: 'protocol' must be http or https"},
          {R"({"model_type": "TensorFlow", "apis": [{"url": "x"}]})", "apis[0]: 'url' must begin with '/'"},
          {R"({"model_type": "TensorFlow", "dependencies": [{"installer": "conda"}]})", "'installer' must be pip"},
          {R"({"model_type": "TensorFlow", "dependencies": [{"packages": [{"package_name": "a", "package_version": "1"}]}]})",
           "dependencies[0].packages[0]: 'restraint' is needed"},
      }) {
    auto config = ParseModelConfig(text);
    ASSERT_FALSE(config) << text;
    EXPECT_THAT(config.error().message, HasSubstr(expected));
    EXPECT_EQ(config.error().code, "ModelArts.3015");
  }
}

TEST(ModelConfig, CommentsInsideStringsStay) {
  auto config = ParseModelConfig(R"({"model_type": "TensorFlow", "runtime": "a//b"})");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->runtime, "a//b");
  EXPECT_TRUE(config->warnings.empty());
}

}  // namespace
}  // namespace atelier::registry
