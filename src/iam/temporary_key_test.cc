#include "iam/temporary_key.h"

#include <gtest/gtest.h>

#include "iam/sealed_text.h"

namespace atelier::iam {
namespace {

constexpr auto kNow = TimePoint(Milliseconds(1'767'323'045'678));

TEST(TemporaryKeyTest, TheTokenSaysAllThereIsToKnow) {
  TemporaryKey made = TemporaryKeyCodec("secret").Make("user", "project", kNow, kNow + kShortestTemporaryKey);
  EXPECT_EQ(made.access_key.size(), 20U);
  EXPECT_EQ(made.secret_key.size(), 40U);
  auto opened = TemporaryKeyCodec("secret").Open(made.security_token);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->access_key, made.access_key);
  EXPECT_EQ(opened->secret_key, made.secret_key);
  EXPECT_EQ(opened->security_token, made.security_token);
  EXPECT_EQ(opened->user_id, "user");
  EXPECT_EQ(opened->project_id, "project");
  EXPECT_EQ(opened->issued, kNow);
  EXPECT_EQ(opened->expires, kNow + kShortestTemporaryKey);
}

TEST(TemporaryKeyTest, NoTwoAreAlikeAndTheTokenDoesNotShowTheSecret) {
  TemporaryKeyCodec codec("secret");
  TemporaryKey one = codec.Make("user", "project", kNow, kNow);
  TemporaryKey other = codec.Make("user", "project", kNow, kNow);
  EXPECT_NE(one.access_key, other.access_key);
  EXPECT_NE(one.secret_key, other.secret_key);
  EXPECT_NE(one.security_token, other.security_token);
  EXPECT_EQ(one.security_token.find(one.secret_key), std::string::npos);
}

TEST(TemporaryKeyTest, OtherTokensAreNotOpened) {
  TemporaryKeyCodec codec("secret");
  std::string good = codec.Make("user", "project", kNow, kNow).security_token;
  auto code = [&](std::string_view token) {
    auto opened = codec.Open(token);
    return opened ? "" : opened.error().code;
  };
  EXPECT_EQ(code(good), "");
  for (std::size_t at = 0; at < good.size(); at += 5) {
    std::string altered = good;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(code(altered), "InvalidToken") << at;
  }
  EXPECT_EQ(code(""), "InvalidToken");
  EXPECT_EQ(code(TemporaryKeyCodec("another").Make("user", "project", kNow, kNow).security_token), "InvalidToken");
  EXPECT_EQ(code(Seal("ast1.", R"({"access_key":"A"})", "secret")), "InvalidToken") << "not with the secret itself";
}

}  // namespace
}  // namespace atelier::iam
