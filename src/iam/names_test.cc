#include "iam/names.h"

#include <gtest/gtest.h>

namespace atelier::iam {
namespace {

TEST(NamesTest, WhichNamesCanBe) {
  const std::pair<std::string, bool> rows[] = {
      {"a", true},
      {"o'brien", true},
      {"Анна Ивановна", true},
      {"eu-de_sub@x.y", true},
      {std::string(64, 'x'), true},
      {"", false},
      {std::string(65, 'x'), false},
      {" a", false},
      {"a ", false},
      {"a\nb", false},
      {std::string("a\0b", 3), false},
      {"a\x7f", false},
      {"\xff", false},
  };
  for (const auto& [name, fine] : rows) EXPECT_EQ(CheckName("user name", name).has_value(), fine) << name;
  auto refused = CheckName("user name", "");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidArgument);
  EXPECT_TRUE(refused.error().message.starts_with("The user name must be 1 to 64 bytes")) << refused.error().message;
}

TEST(NamesTest, DescriptionsAndPasswords) {
  EXPECT_TRUE(CheckDescription(""));
  EXPECT_TRUE(CheckDescription(std::string(255, 'x')));
  EXPECT_FALSE(CheckDescription(std::string(256, 'x')));
  EXPECT_FALSE(CheckDescription("two\nlines"));
  EXPECT_FALSE(CheckPassword("seven77"));
  EXPECT_TRUE(CheckPassword("eight888"));
  EXPECT_TRUE(CheckPassword(std::string(128, 'x')));
  EXPECT_FALSE(CheckPassword(std::string(129, 'x')));
}

}  // namespace
}  // namespace atelier::iam
