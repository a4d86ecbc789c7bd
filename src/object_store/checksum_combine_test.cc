#include "object_store/checksum_combine.h"

#include <gtest/gtest.h>

namespace atelier::object_store {
namespace {

class CombineTest : public testing::TestWithParam<DigestKind> {};

TEST_P(CombineTest, EqualsTheChecksumOfTheWhole) {
  std::string text;
  for (int i = 0; i < 70001; ++i) text.push_back(static_cast<char>(i * 7 + i / 251));
  const std::size_t cuts[] = {0, 1, 8, 255, 65536, 70000, 70001};
  for (std::size_t cut : cuts) {
    std::string_view all = text;
    std::string first = ComputeDigest(GetParam(), all.substr(0, cut));
    std::string second = ComputeDigest(GetParam(), all.substr(cut));
    EXPECT_EQ(CombineChecksums(GetParam(), first, second, all.size() - cut), ComputeDigest(GetParam(), all)) << cut;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, CombineTest,
                         testing::Values(DigestKind::kCrc32, DigestKind::kCrc32c, DigestKind::kCrc64Nvme,
                                         DigestKind::kCrc64Ecma));

TEST(CombineTest, HashesCannotBeCombined) {
  EXPECT_FALSE(IsCombinable(DigestKind::kMd5));
  EXPECT_FALSE(IsCombinable(DigestKind::kSha256));
}

}  // namespace
}  // namespace atelier::object_store
