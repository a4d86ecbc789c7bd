#include "batch/mapping.h"

#include <gtest/gtest.h>

#include "batch/places.h"

namespace atelier::batch {
namespace {

TEST(Mapping, TheFormIsWhatTheApiDeclares) {
  registry::ModelConfig config;
  EXPECT_EQ(FormOf(config, "/").field, "images");
  EXPECT_TRUE(FormOf(config, "/").takes_json);
  registry::Api json, photo;
  photo.url = "/photo";
  photo.request_content_type = "multipart/form-data";
  photo.request_schema = R"({"properties":{"note":{"type":"string"},"photo":{"type":"file"}}})";
  config.apis = {json, photo};
  EXPECT_TRUE(FormOf(config, "/").takes_json);
  EXPECT_TRUE(FormOf(config, "/unknown").takes_json) << "the first stands for it";
  EXPECT_FALSE(FormOf(config, "/photo").takes_json);
  EXPECT_EQ(FormOf(config, "/photo").field, "photo");
}

TEST(Mapping, AFileIsAFormUnlessItIsTheJsonThatTheApiTakes) {
  auto json = FileRequest({"images", true}, "in/a.JSON", "{}");
  EXPECT_EQ(json.content_type, "application/json");
  EXPECT_EQ(json.body, "{}");
  auto form = FileRequest({"images", false}, "in/a\"\r\n.json", "bytes");
  EXPECT_TRUE(form.content_type.starts_with("multipart/form-data; boundary="));
  EXPECT_NE(form.body.find("name=\"images\"; filename=\"a___.json\"\r\n"), std::string::npos) << form.body;
  EXPECT_NE(form.body.find("\r\n\r\nbytes\r\n--"), std::string::npos) << form.body;
}

TEST(Places, ParsedAsClientsWriteThem) {
  for (const char* text : {"/b/in/x/", "obs://b/in/x", "S3://b/in/x/"}) {
    auto place = ParsePlace(text, "src_path");
    ASSERT_TRUE(place) << text;
    EXPECT_EQ(place->bucket, "b");
    EXPECT_EQ(place->prefix, "in/x/");
  }
  EXPECT_EQ(ParsePlace("/b", "src_path")->prefix, "");
  for (const char* text : {"", "b/in", "/", "//in", "obs://", "/b//in"})
    EXPECT_EQ(ParsePlace(text, "src_path").error().subject, "src_path") << text;
}

TEST(Places, AResultIsNamedAfterItsObject) {
  EXPECT_EQ(ResultKey({"b", "in/"}, {"b", "out/"}, "in/x/1.png", "_result.txt"), "out/x/1.png_result.txt");
  EXPECT_EQ(ResultKey({"b", ""}, {"c", ""}, "1.png", "_result.txt"), "1.png_result.txt");
}

}  // namespace
}  // namespace atelier::batch
