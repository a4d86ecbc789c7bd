#include "app/data_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"

namespace atelier::app {
namespace {

using testing::HasSubstr;

unsigned ModeOf(const fs::path& path) {
  struct stat info{};
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 0777U;
}

TEST(DataDirectory, IsMadeAndClosedToOthers) {
  TemporaryDirectory folder;
  auto data = DataDirectory::Open(folder.path() / "a" / "data");
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_EQ(ModeOf(data->path()), 0700U);
  EXPECT_EQ(*data / "blobs", folder.path() / "a" / "data" / "blobs");
}

TEST(DataDirectory, ASecondServerIsRefusedWithThePidOfTheFirst) {
  TemporaryDirectory folder;
  {
    auto first = DataDirectory::Open(folder.path());
    ASSERT_TRUE(first);
    auto second = DataDirectory::Open(folder.path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::kFailedPrecondition);
    EXPECT_THAT(second.error().message, HasSubstr("pid " + std::to_string(::getpid())));
    EXPECT_THAT(second.error().message, HasSubstr(folder.path().string()));
  }
  EXPECT_TRUE(DataDirectory::Open(folder.path())) << "the lock goes with its holder";
}

TEST(DataDirectory, CredentialsAreForTheOwnerOnly) {
  TemporaryDirectory folder;
  auto data = DataDirectory::Open(folder.path());
  ASSERT_TRUE(data);
  iam::Credentials credentials;
  credentials.secret_key = "SK";
  credentials.password = "\"quoted\"";
  ASSERT_TRUE(data->WriteCredentials(credentials));
  EXPECT_EQ(ModeOf(folder.path() / "credentials.json"), 0600U);
  auto object = ParseJsonObject(ReadFile(folder.path() / "credentials.json").value_or(""));
  ASSERT_TRUE(object);
  EXPECT_EQ((*object)["secret_key"], "SK");
  EXPECT_EQ((*object)["password"], "\"quoted\"");
}

TEST(DataDirectory, TellsWhereTheServerListensWhileItRuns) {
  TemporaryDirectory folder;
  auto data = DataDirectory::Open(folder.path());
  ASSERT_TRUE(data);
  ASSERT_TRUE(data->WriteAddresses("127.0.0.1:1", "127.0.0.1:2"));
  EXPECT_EQ(ModeOf(folder.path() / "server.json"), 0600U);
  auto object = ParseJsonObject(ReadFile(folder.path() / "server.json").value_or(""));
  ASSERT_TRUE(object);
  EXPECT_EQ((*object)["object_store"], "127.0.0.1:2");
  EXPECT_EQ((*object)["pid"], ::getpid());
  data->RemoveAddresses();
  EXPECT_FALSE(fs::exists(folder.path() / "server.json"));
}

TEST(DataDirectory, KnowsTheFormatOfItsData) {
  TemporaryDirectory folder;
  {
    auto fresh = DataDirectory::Open(folder.path());
    ASSERT_TRUE(fresh);
    EXPECT_EQ(fresh->found_format(), kDataFormat);
  }
  ASSERT_TRUE(WriteFileDurably(folder.path() / "control.db", ""));
  {
    auto first = DataDirectory::Open(folder.path());
    ASSERT_TRUE(first);
    EXPECT_EQ(first->found_format(), 1) << "the first format had no file for it";
    ASSERT_TRUE(first->WriteFormat());
  }
  auto now = DataDirectory::Open(folder.path());
  ASSERT_TRUE(now);
  EXPECT_EQ(now->found_format(), kDataFormat);
}

TEST(DataDirectory, DataThatItCannotUnderstandIsRefused) {
  struct Case {
    std::string file, text, said;
  };
  for (const auto& [file, text, said] : std::vector<Case>{
           {"format.json", R"({"format": 99, "program": "7.0"})", "format 99, written by Atelier 7.0"},
           {"format.json", R"({"format": 0})", "is damaged"},
           {"format.json", R"({})", "is damaged"},
           {"format.json", "x", "syntax"},
           {"restoring", "", "has not ended"},
       }) {
    TemporaryDirectory folder;
    ASSERT_TRUE(WriteFileDurably(folder.path() / file, text));
    auto opened = DataDirectory::Open(folder.path());
    ASSERT_FALSE(opened) << text;
    EXPECT_THAT(opened.error().message, HasSubstr(said)) << text;
  }
}

TEST(DataDirectory, AFileInItsPlaceIsAnError) {
  TemporaryDirectory folder;
  ASSERT_TRUE(WriteFileDurably(folder.path() / "file", "x"));
  EXPECT_FALSE(DataDirectory::Open(folder.path() / "file"));
}

}  // namespace
}  // namespace atelier::app
