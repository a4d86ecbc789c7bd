#include "object_store/settings_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "object_store/testing/random_settings.h"
#include "object_store/versioning.h"

namespace atelier::object_store {
namespace {

using testing::HasSubstr;

constexpr int kRounds = 500;

TEST(SettingsCodec, GivesBackWhatWasWritten) {
  Chance chance(4711);
  for (int round = 0; round < kRounds; ++round) {
    Tags tags = RandomTags(chance, 50);
    EXPECT_EQ(DecodeTags(EncodeTags(tags)), tags);
    CorsRules cors = RandomCors(chance);
    ASSERT_TRUE(CheckCors(cors));
    EXPECT_EQ(DecodeCors(EncodeCors(cors)), cors);
    LifecycleRules rules = RandomLifecycle(chance);
    auto checked = CheckLifecycle(rules);
    ASSERT_TRUE(checked) << checked.error().message;
    EXPECT_EQ(DecodeLifecycle(EncodeLifecycle(rules)), rules) << EncodeLifecycle(rules);
  }
}

TEST(SettingsCodec, OfTheSmallOnes) {
  for (auto algorithm : {EncryptionAlgorithm::kAes256, EncryptionAlgorithm::kKms, EncryptionAlgorithm::kKmsTwice}) {
    for (std::optional<bool> bucket_key : {std::optional<bool>(), std::optional(false), std::optional(true)}) {
      DefaultEncryption encryption{
          .algorithm = algorithm, .kms_key = "key/1", .kms_project = "p", .bucket_key = bucket_key};
      EXPECT_EQ(DecodeEncryption(EncodeEncryption(encryption)), encryption);
    }
  }
  for (std::int64_t bytes : {std::int64_t{0}, std::int64_t{1}, Quota::kMaxBytes}) {
    EXPECT_EQ(DecodeQuota(EncodeQuota({bytes})), Quota{bytes});
  }
  for (auto state : {VersioningState::kNever, VersioningState::kEnabled, VersioningState::kSuspended}) {
    EXPECT_EQ(VersioningOf(WordOf(state)), state);
  }
  EXPECT_FALSE(VersioningOf("enabled"));
}

TEST(SettingsCodec, IsCompact) {
  EXPECT_EQ(EncodeTags({}), R"({"form":1})");
  EXPECT_EQ(EncodeTags({{"a", "1"}}), R"({"form":1,"tags":{"a":"1"}})");
  LifecycleRule rule;
  rule.id = "r";
  rule.enabled = true;
  rule.filter.prefix = "p/";
  rule.expiration.emplace().days = 3;
  EXPECT_EQ(EncodeLifecycle({rule}),
            R"({"form":1,"rules":[{"id":"r","enabled":true,"filter":{"prefix":"p/"},"expiration":{"days":3}}]})");
}

TEST(SettingsCodec, SaysWhatItCannotRead) {
  auto message = [](const auto& decoded) {
    if (decoded) return std::string("accepted");
    EXPECT_EQ(decoded.error().kind, ErrorKind::kInternal);
    return decoded.error().message;
  };
  EXPECT_THAT(message(DecodeTags("")), HasSubstr("the stored tagging"));
  EXPECT_THAT(message(DecodeTags("{}")), HasSubstr("'form' is missing"));
  EXPECT_THAT(message(DecodeTags(R"({"form":2})")), HasSubstr("a newer server"));
  EXPECT_THAT(message(DecodeTags(R"({"form":1,"tags":{"a":1}})")), HasSubstr("'tags'"));
  EXPECT_THAT(message(DecodeCors(R"({"form":1,"rules":[1]})")), HasSubstr("'rules'"));
  EXPECT_THAT(message(DecodeCors(R"({"form":1,"rules":[{"origins":[1]}]})")), HasSubstr("'origins'"));
  EXPECT_THAT(message(DecodeCors(R"({"form":1,"rules":[{"max_age":3000000000}]})")), HasSubstr("out of range"));
  EXPECT_THAT(message(DecodeLifecycle(R"({"form":1,"rules":[{"id":"r"}]})")), HasSubstr("'enabled'"));
  EXPECT_THAT(message(DecodeLifecycle(R"({"form":1,"rules":[{"enabled":true,"filter":{"larger_than":"x"}}]})")),
              HasSubstr("'larger_than'"));
  EXPECT_THAT(
      message(DecodeLifecycle(R"({"form":1,"rules":[{"enabled":true,"filter":{},"noncurrent_expiration":{}}]})")),
      HasSubstr("'days'"));
  EXPECT_THAT(message(DecodeEncryption(R"({"form":1,"algorithm":"rot13"})")), HasSubstr("rot13"));
  EXPECT_THAT(message(DecodeQuota(R"({"form":1,"bytes":-1})")), HasSubstr("'bytes'"));
}

}  // namespace
}  // namespace atelier::object_store
