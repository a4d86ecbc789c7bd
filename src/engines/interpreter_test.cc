#include "engines/interpreter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "engines/testing/fake_python.h"

namespace atelier::engines {
namespace {

using testing::HasSubstr;

TEST(InterpreterFolders, AreInTheOrderOfPreference) {
  TemporaryDirectory home;
  for (const char* version : {"3.6.15", "2.7.18"})
    ASSERT_TRUE(MakeDirectories(home.path() / ".pyenv/versions" / version / "bin"));
  auto folders = InterpreterFolders({{"PATH", "/opt/bin:relative:/usr/bin"}, {"HOME", home.path()}});
  EXPECT_EQ(folders, (std::vector<fs::path>{"/usr/bin", "/opt/bin", home.path() / ".pyenv/versions/2.7.18/bin",
                                            home.path() / ".pyenv/versions/3.6.15/bin"}));
  EXPECT_EQ(InterpreterFolders({}), std::vector<fs::path>{"/usr/bin"});
}

TEST(InterpreterFinder, TakesTheFirstThatFits) {
  TemporaryDirectory directory;
  auto first = directory.path() / "first", second = directory.path() / "second";
  WriteFakePython(first, {.version = "3.11.2", .has_ensurepip = false});
  WriteFakePython(second, {.version = "3.11.9", .base_prefix = "/opt/python"});
  InterpreterFinder finder({directory.path() / "absent", first, second});
  auto found = finder.Find({"3.11", false});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->executable, second / "python3.11");
  EXPECT_EQ(found->version, "3.11.9");
  EXPECT_EQ(found->base_prefix, "/opt/python");
}

TEST(InterpreterFinder, SaysWhyNoneFits) {
  TemporaryDirectory directory;
  WriteFakePython(directory.path(), {.version = "3.11.2", .has_ensurepip = false});
  WriteFakePython(directory.path(), {.version = "2.7.18", .ucs4 = false, .has_ensurepip = false});
  ASSERT_TRUE(WriteFileDurably(directory.path() / "python3.6", "#!/bin/sh\nexit 127\n", 0755));
  InterpreterFinder finder({directory.path()});
  EXPECT_THAT(finder.Find({"3.11", false}).error().message, HasSubstr("install the package python3.11-venv"));
  EXPECT_THAT(finder.Find({"2.7", true}).error().message, HasSubstr("it is a narrow (UCS2) build"));
  EXPECT_THAT(finder.Find({"3.6", false}).error().message, HasSubstr("python3.6: exit code 127"));
  EXPECT_TRUE(finder.Find({"2.7", false}));
  auto none = finder.Find({"3.7", false});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(none.error().message, "no Python 3.7 was found in /usr/bin, PATH or ~/.pyenv/versions");
}

TEST(InterpreterFinder, NoticesAChange) {
  TemporaryDirectory directory;
  InterpreterFinder finder({directory.path()});
  EXPECT_FALSE(finder.Find({"3.11", false}));
  WriteFakePython(directory.path(), {.version = "3.11.2"});
  EXPECT_EQ(finder.Find({"3.11", false})->version, "3.11.2");
  WriteFakePython(directory.path(), {.version = "3.11.4"});
  fs::last_write_time(directory.path() / "python3.11", fs::file_time_type::clock::now() + std::chrono::seconds(10));
  EXPECT_EQ(finder.Find({"3.11", false})->version, "3.11.4");
}

}  // namespace
}  // namespace atelier::engines
