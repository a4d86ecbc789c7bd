#include "iam/sealed_text.h"

#include <gtest/gtest.h>

namespace atelier::iam {
namespace {

TEST(SealedTextTest, ComesBack) {
  for (std::string payload : {std::string(), std::string("x"), std::string("\0\xff?>", 4), std::string(1000, 'y')}) {
    std::string text = Seal("p1.", payload, "secret");
    EXPECT_EQ(Unseal("p1.", text, "secret"), payload);
    EXPECT_EQ(text.find_first_of("+/= "), std::string::npos) << "it goes into headers and links as it is";
  }
}

TEST(SealedTextTest, NothingElseDoes) {
  const std::string text = Seal("p1.", "payload", "secret");
  EXPECT_FALSE(Unseal("p1.", text, "another secret"));
  EXPECT_FALSE(Unseal("p2.", text, "secret"));
  EXPECT_FALSE(Unseal("p1.p", text, "secret"));
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string altered = text;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(Unseal("p1.", altered, "secret")) << at;
    EXPECT_FALSE(Unseal("p1.", text.substr(0, at), "secret")) << at;
  }
  EXPECT_FALSE(Unseal("p1.", text + "A", "secret"));
  for (std::string_view other : {"", ".", "p1", "p1.", "p1..", "p1.e30.x"})
    EXPECT_FALSE(Unseal("p1.", other, "secret"));
}

}  // namespace
}  // namespace atelier::iam
