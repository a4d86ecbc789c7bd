#include "backup/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace atelier::backup {
namespace {

using testing::HasSubstr;

Manifest Example() {
  Manifest manifest;
  manifest.format = 2;
  manifest.program = "0.1.0";
  manifest.made = FromUnixMillis(1'700'000'000'123);
  manifest.files = {{"control.db", 10, 0600, "ab"}, {"models/m/model/x \"quoted\"", 0, 0444, "cd"}};
  manifest.blobs = 3;
  manifest.blob_bytes = 1ULL << 41;
  manifest.damaged = {"00000001000000ff"};
  return manifest;
}

TEST(Manifest, ComesBackAsItWasWritten) {
  TemporaryDirectory folder;
  ASSERT_TRUE(Example().Write(folder.path()));
  auto back = Manifest::Read(folder.path());
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->ToJson(), Example().ToJson());
  EXPECT_EQ(back->files, Example().files);
}

TEST(Manifest, AFolderWithoutOneIsNoBackup) {
  TemporaryDirectory folder;
  auto absent = Manifest::Read(folder.path());
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, ErrorKind::kFailedPrecondition);
  EXPECT_THAT(absent.error().message, HasSubstr("not finished"));
}

TEST(Manifest, WrongOnesAreRefused) {
  struct Case {
    std::string key;
    json::value value;
    std::string said;
  };
  const json::object outside{{"path", "../x"}, {"size", 1}, {"mode", 420}, {"sha256", ""}};
  const json::object rooted{{"path", "/etc/x"}, {"size", 1}, {"mode", 420}, {"sha256", ""}};
  for (const auto& [key, value, said] : std::vector<Case>{
           {"version", 2, "newer version"},
           {"version", nullptr, "'version'"},
           {"format", -1, "'format'"},
           {"made", "yesterday", "'made'"},
           {"files", json::array{1}, "no object"},
           {"files", json::array{outside}, "leads out"},
           {"files", json::array{rooted}, "leads out"},
           {"damaged", json::array{1}, "'damaged'"},
       }) {
    json::object object = Example().ToJson();
    object[key] = value;
    auto parsed = Manifest::Parse(CompactJson(object));
    ASSERT_FALSE(parsed) << key;
    EXPECT_THAT(parsed.error().message, HasSubstr(said)) << key;
  }
}

}  // namespace
}  // namespace atelier::backup
