#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/files.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/strings.h"
#include "base/worker_pool.h"

namespace atelier {
namespace {

TEST(Strings, Base64RoundTripsAndRefusesNoise) {
  for (std::string_view text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"})
    EXPECT_EQ(Base64Decode(Base64Encode(text)), text);
  EXPECT_EQ(Base64Encode("foobar"), "Zm9vYmFy");
  EXPECT_FALSE(Base64Decode("Zg="));
  EXPECT_FALSE(Base64Decode("Z!=="));
  EXPECT_FALSE(Base64Decode("=m9v"));
}

TEST(Strings, PercentEncodingKeepsTheUnreservedSet) {
  EXPECT_EQ(PercentEncode("a b/\xC3\xBC+~*'"), "a%20b%2F%C3%BC%2B~%2A%27");
  EXPECT_EQ(PercentEncode("a/b", true), "a/b");
  EXPECT_EQ(PercentDecode("a%20b+c"), "a b+c");
  EXPECT_EQ(PercentDecode("a+c", true), "a c");
  EXPECT_FALSE(PercentDecode("%4"));
  EXPECT_FALSE(PercentDecode("%zz"));
}

TEST(Strings, Utf8IsChecked) {
  EXPECT_TRUE(IsValidUtf8("a\xC3\xBC\xE4\xB8\xAD\xF0\x9F\x98\x80"));
  EXPECT_FALSE(IsValidUtf8("\xC3"));
  EXPECT_FALSE(IsValidUtf8("\xC0\x80"));
  EXPECT_FALSE(IsValidUtf8("\xED\xA0\x80"));
  EXPECT_FALSE(IsValidUtf8("\xFF"));
}

TEST(Strings, NumbersAreWholeOrNothing) {
  EXPECT_EQ(ParseNumber<int>("-12"), -12);
  EXPECT_FALSE(ParseNumber<int>("12x"));
  EXPECT_FALSE(ParseNumber<int>(""));
  EXPECT_FALSE(ParseNumber<unsigned>("-1"));
  EXPECT_FALSE(ParseNumber<std::int8_t>("300"));
}

TEST(Clock, FormatsAndParsesTheFourForms) {
  auto time = FromUnixMillis(1767323045678);  // 2026-01-02T03:04:05.678Z
  EXPECT_EQ(FormatIso8601(time), "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(FormatIso8601Micros(time), "2026-01-02T03:04:05.678000Z");
  EXPECT_EQ(FormatIsoBasic(time), "20260102T030405Z");
  EXPECT_EQ(FormatHttpDate(time), "Fri, 02 Jan 2026 03:04:05 GMT");
  EXPECT_EQ(ParseIso8601("2026-01-02T03:04:05.678Z"), time);
  EXPECT_EQ(ParseIso8601("2026-01-02T03:04:05Z"), FromUnixMillis(1767323045000));
  EXPECT_EQ(ParseIsoBasic("20260102T030405Z"), FromUnixMillis(1767323045000));
  EXPECT_EQ(ParseHttpDate("Fri, 02 Jan 2026 03:04:05 GMT"), FromUnixMillis(1767323045000));
  EXPECT_FALSE(ParseIso8601("2026-13-02T03:04:05Z"));
  EXPECT_FALSE(ParseHttpDate("Fri, 32 Jan 2026 03:04:05 GMT"));
  EXPECT_FALSE(ParseIsoBasic("20260102 030405Z"));
}

TEST(Digest, KnownAnswers) {
  EXPECT_EQ(HexEncode(ComputeDigest(DigestKind::kMd5, "abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(HexEncode(ComputeDigest(DigestKind::kSha1, "abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  // The check values of the CRC catalogue, over "123456789".
  EXPECT_EQ(HexEncode(ComputeDigest(DigestKind::kCrc32, "123456789")), "cbf43926");
  EXPECT_EQ(HexEncode(ComputeDigest(DigestKind::kCrc32c, "123456789")), "e3069283");
  EXPECT_EQ(HexEncode(ComputeDigest(DigestKind::kCrc64Nvme, "123456789")), "ae8b14860a799888");
  EXPECT_EQ(HexEncode(ComputeDigest(DigestKind::kCrc64Ecma, "123456789")), "995dc9bbdf1939fa");
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283U);
  EXPECT_EQ(Crc32c("6789", Crc32c("12345")), 0xe3069283U);
  EXPECT_EQ(HexEncode(HmacSha256("key", "The quick brown fox jumps over the lazy dog")),
            "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
}

TEST(Digest, PiecesEqualTheWhole) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += static_cast<char>(i * 7);
  for (auto kind : {DigestKind::kMd5, DigestKind::kSha256, DigestKind::kCrc32, DigestKind::kCrc32c,
                    DigestKind::kCrc64Nvme, DigestKind::kCrc64Ecma}) {
    Digest pieces(kind);
    for (std::size_t at = 0; at < text.size(); at += 13) pieces.Update(std::string_view(text).substr(at, 13));
    EXPECT_EQ(pieces.Finish(), ComputeDigest(kind, text));
  }
}

TEST(Json, ErrorsNameLineAndColumn) {
  auto broken = ParseJson("{\n  \"a\": 1,\n  \"b\" 2\n}");
  ASSERT_FALSE(broken);
  EXPECT_TRUE(broken.error().message.starts_with("line 3, column ")) << broken.error().message;
  EXPECT_FALSE(ParseJson("{} x"));
  EXPECT_FALSE(ParseJson(""));
  EXPECT_TRUE(ParseJson("\xEF\xBB\xBF{}"));
  EXPECT_FALSE(ParseJson(std::string(100, '[') + std::string(100, ']')));
}

TEST(Json, ReadersNameTheKey) {
  auto object = *ParseJsonObject(R"({"n":"70","s":5,"z":null,"d":2.0})");
  EXPECT_EQ(**ReadInt(object, "n"), 70);
  EXPECT_EQ(**ReadInt(object, "d"), 2);
  EXPECT_FALSE(ReadInt(object, "z")->has_value());
  auto wrong = ReadString(object, "s");
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("'s' must be a string"), std::string::npos);
}

TEST(Files, DurableWriteReplacesAtomically) {
  TemporaryDirectory directory;
  auto path = directory.path() / "f";
  ASSERT_TRUE(WriteFileDurably(path, "one"));
  ASSERT_TRUE(WriteFileDurably(path, "two", 0600));
  EXPECT_EQ(*ReadFile(path), "two");
  EXPECT_EQ(ReadFile(directory.path() / "absent").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(ReadFile(path, 2).error().kind, ErrorKind::kResourceExhausted);
}

TEST(WorkerPool, RefusesBeyondItsQueue) {
  std::mutex gate;
  std::unique_lock hold(gate);
  int ran = 0;
  {
    WorkerPool pool(1, 2);
    auto work = [&] {
      std::lock_guard wait(gate);
      ++ran;
    };
    int accepted = 0;
    while (pool.TryPost(work)) ASSERT_LE(++accepted, 4);
    EXPECT_GE(accepted, 2);
    hold.unlock();
  }
  EXPECT_GE(ran, 2);
}

TEST(Ids, LookRight) {
  EXPECT_EQ(NewUuid().size(), 36U);
  EXPECT_EQ(NewUuid()[14], '4');
  EXPECT_EQ(RandomHex(7).size(), 7U);
  EXPECT_EQ(RandomAlphanumeric(40).size(), 40U);
}

}  // namespace
}  // namespace atelier
