// Bodies are built here from the formulas of obs-s3-api section 6.5, not with the code under test.
#include "auth/aws_chunked.h"

#include <gtest/gtest.h>

#include "auth/canonical.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

using Kind = PayloadRule::Kind;

std::string Sha(std::string_view text) { return HexEncode(ComputeDigest(DigestKind::kSha256, text)); }

std::string HexSize(std::size_t size) {
  char text[20];
  auto end = std::to_chars(text, text + sizeof(text), size, 16).ptr;
  return {text, end};
}

PayloadRule Rule(Kind kind, std::optional<std::uint64_t> length = std::nullopt) {
  PayloadRule rule;
  rule.kind = kind;
  rule.signing_key = "the derived key";
  rule.timestamp = "20260102T030405Z";
  rule.scope = "20260102/local-1/s3/aws4_request";
  rule.seed_signature = std::string(64, '5');
  rule.decoded_length = length;
  return rule;
}

class BodyWriter {
 public:
  explicit BodyWriter(PayloadRule rule) : rule_(std::move(rule)), previous_(rule_.seed_signature) {}

  BodyWriter& Chunk(std::string_view data) {
    text_ += HexSize(data.size());
    if (rule_.kind != Kind::kChunkedUnsignedTrailer) {
      previous_ = Sign("AWS4-HMAC-SHA256-PAYLOAD\n" + Chain() + Sha("") + "\n" + Sha(data));
      text_ += ";chunk-signature=" + previous_;
    }
    text_ += "\r\n";
    if (!data.empty()) text_ += std::string(data) + "\r\n";
    return *this;
  }
  BodyWriter& Trailer(const std::string& name, const std::string& value) {
    trailer_ += name + ":" + value + "\n";
    text_ += name + ":" + value + "\r\n";
    return *this;
  }
  std::string End() {
    if (rule_.kind == Kind::kChunkedSignedTrailer)
      text_ += "x-amz-trailer-signature:" + Sign("AWS4-HMAC-SHA256-TRAILER\n" + Chain() + Sha(trailer_)) + "\r\n";
    return text_ + "\r\n";
  }

 private:
  std::string Chain() const { return rule_.timestamp + "\n" + rule_.scope + "\n" + previous_ + "\n"; }
  std::string Sign(const std::string& text) const { return HexEncode(HmacSha256(rule_.signing_key, text)); }

  PayloadRule rule_;
  std::string previous_, text_, trailer_;
};

std::string BodyOf(Kind kind) {
  BodyWriter writer(Rule(kind));
  writer.Chunk("hello, ").Chunk("chunked\r\nworld").Chunk("");
  if (kind != Kind::kChunkedSigned) writer.Trailer("x-amz-checksum-crc32", "AAAAAA==");
  return writer.End();
}

// "ok:<bytes>|<trailer>" or the error's code.
std::string Decode(const PayloadRule& rule, const std::vector<std::string_view>& pieces) {
  AwsChunkedDecoder decoder(rule);
  std::string decoded;
  AwsChunkedDecoder::Sink sink = [&](std::string_view bytes) -> Result<void> {
    decoded += bytes;
    return {};
  };
  for (auto piece : pieces)
    if (auto fed = decoder.Feed(piece, sink); !fed) return fed.error().code;
  auto trailer = decoder.Finish();
  if (!trailer) return trailer.error().code;
  EXPECT_EQ(decoder.decoded_bytes(), decoded.size());
  std::string text = "ok:" + decoded + "|";
  for (const auto& [name, value] : *trailer) text += name + "=" + value + ";";
  return text;
}

std::vector<std::string_view> Bytes(std::string_view text) {
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; i < text.size(); ++i) pieces.push_back(text.substr(i, 1));
  return pieces;
}

std::string Expected(Kind kind) {
  return std::string("ok:hello, chunked\r\nworld|") +
         (kind == Kind::kChunkedSigned ? "" : "x-amz-checksum-crc32=AAAAAA==;");
}

class AwsChunkedTest : public testing::TestWithParam<Kind> {};

TEST_P(AwsChunkedTest, EverySplitGivesTheSame) {
  auto body = BodyOf(GetParam());
  auto rule = Rule(GetParam(), 21);
  std::string_view text = body;
  EXPECT_EQ(Decode(rule, {text}), Expected(GetParam()));
  EXPECT_EQ(Decode(rule, Bytes(text)), Expected(GetParam()));
  for (std::size_t at = 0; at <= text.size(); ++at)
    EXPECT_EQ(Decode(rule, {text.substr(0, at), text.substr(at)}), Expected(GetParam())) << at;
}

// Every byte changed in turn: never other contents than were sent, except where nothing is signed.
TEST_P(AwsChunkedTest, NoByteCanBeChangedUnseen) {
  auto body = BodyOf(GetParam());
  for (std::size_t at = 0; at < body.size(); ++at) {
    auto changed = body;
    changed[at] = static_cast<char>(changed[at] ^ 0x01);
    auto whole = Decode(Rule(GetParam(), 21), {changed});
    EXPECT_EQ(whole, Decode(Rule(GetParam(), 21), Bytes(changed))) << at;
    if (GetParam() != Kind::kChunkedUnsignedTrailer && whole.starts_with("ok:"))
      EXPECT_EQ(whole, Expected(GetParam())) << at;
  }
}

TEST_P(AwsChunkedTest, AShortBodyIsIncomplete) {
  auto body = BodyOf(GetParam());
  auto last_chunk = body.find("\r\n0");
  for (std::size_t size = 0; size <= last_chunk + 2; ++size)
    EXPECT_EQ(Decode(Rule(GetParam()), {std::string_view(body).substr(0, size)}), "IncompleteBody") << size;
}

TEST_P(AwsChunkedTest, TheDecodedLengthIsHeldTo) {
  auto body = BodyOf(GetParam());
  for (std::uint64_t length : {0U, 20U, 22U}) EXPECT_EQ(Decode(Rule(GetParam(), length), {body}), "IncompleteBody");
}

TEST_P(AwsChunkedTest, NoMoreThanWasAnnouncedIsGivenOn) {
  AwsChunkedDecoder decoder(Rule(GetParam(), 10));
  std::string decoded;
  auto fed = decoder.Feed(BodyOf(GetParam()), [&](std::string_view bytes) -> Result<void> {
    decoded += bytes;
    return {};
  });
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, "IncompleteBody");
  EXPECT_EQ(decoded, "hello, ");
}

TEST_P(AwsChunkedTest, NothingMayFollow) {
  EXPECT_EQ(Decode(Rule(GetParam()), {BodyOf(GetParam()) + "more"}), "InvalidRequest");
}

TEST_P(AwsChunkedTest, Garbage) {
  for (std::string_view text :
       {"\r\n", "zz\r\n", "-1\r\n", "0x5\r\nhello\r\n", "5 5\r\n", "fffffffffffffffff\r\n", "{}\n"})
    EXPECT_EQ(Decode(Rule(GetParam()), {text}), "InvalidRequest") << text;
  EXPECT_EQ(Decode(Rule(GetParam()), {std::string(20'000, '1')}), "InvalidRequest");
}

INSTANTIATE_TEST_SUITE_P(Kinds, AwsChunkedTest,
                         testing::Values(Kind::kChunkedSigned, Kind::kChunkedSignedTrailer,
                                         Kind::kChunkedUnsignedTrailer));

PayloadRule PublishedRule(Kind kind, const char* seed_signature) {
  PayloadRule rule = Rule(kind, 66'560);
  rule.signing_key = SigningKeyV4("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20130524", "us-east-1", "s3");
  rule.timestamp = "20130524T000000Z";
  rule.scope = "20130524/us-east-1/s3/aws4_request";
  rule.seed_signature = seed_signature;
  return rule;
}

// The worked example of the published protocol: 65 KiB of 'a' in two chunks.
TEST(AwsChunkedVectorTest, ThePublishedExample) {
  auto rule = PublishedRule(Kind::kChunkedSigned, "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
  std::string body = "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
                     std::string(65'536, 'a') +
                     "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
                     std::string(1024, 'a') +
                     "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
  EXPECT_EQ(Decode(rule, {body}), "ok:" + std::string(66'560, 'a') + "|");
  body[200] = 'b';
  EXPECT_EQ(Decode(rule, {body}), "SignatureDoesNotMatch");
}

TEST(AwsChunkedVectorTest, ThePublishedExampleWithATrailer) {
  auto rule =
      PublishedRule(Kind::kChunkedSignedTrailer, "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
  std::string body = "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n" +
                     std::string(65'536, 'a') +
                     "\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n" +
                     std::string(1024, 'a') +
                     "\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
                     "x-amz-checksum-crc32c:sOO8/Q==\r\n"
                     "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n";
  EXPECT_EQ(Decode(rule, {body}), "ok:" + std::string(66'560, 'a') + "|x-amz-checksum-crc32c=sOO8/Q==;");
  body.replace(body.find("sOO8"), 4, "sOO9");
  EXPECT_EQ(Decode(rule, {body}), "SignatureDoesNotMatch");
}

TEST(AwsChunkedSignedTest, TamperedPiecesAreFound) {
  auto body = BodyOf(Kind::kChunkedSignedTrailer);
  auto with = [&](std::string_view what, std::string_view by) {
    auto changed = body;
    changed.replace(changed.find(what), what.size(), by);
    return Decode(Rule(Kind::kChunkedSignedTrailer), {changed});
  };
  EXPECT_EQ(with("hello", "Hello"), "SignatureDoesNotMatch");
  EXPECT_EQ(with("AAAAAA==", "BAAAAA=="), "SignatureDoesNotMatch");
  EXPECT_EQ(with("x-amz-trailer-signature:", "x-amz-trailer-signature:0"), "SignatureDoesNotMatch");
  EXPECT_EQ(with("x-amz-trailer-signature:", "x-amz-other:"), "SignatureDoesNotMatch");
  EXPECT_EQ(with(";chunk-signature=", ";other="), "InvalidRequest");
  EXPECT_EQ(with("x-amz-checksum-crc32:", "x-amz-checksum-crc32"), "MalformedTrailerError");
}

TEST(AwsChunkedSignedTest, AChunkIsNotGivenOnBeforeItsSignatureIsChecked) {
  auto body = BodyOf(Kind::kChunkedSigned);
  body.replace(body.find("world"), 5, "WORLD");
  AwsChunkedDecoder decoder(Rule(Kind::kChunkedSigned));
  std::string decoded;
  auto fed = decoder.Feed(body, [&](std::string_view bytes) -> Result<void> {
    decoded += bytes;
    return {};
  });
  EXPECT_FALSE(fed);
  EXPECT_EQ(decoded, "hello, ");
}

TEST(AwsChunkedSignedTest, ChunksHaveALimit) {
  auto line = "1000001;chunk-signature=" + std::string(64, 'a') + "\r\n";
  EXPECT_EQ(Decode(Rule(Kind::kChunkedSigned), {line}), "InvalidRequest");
}

TEST(AwsChunkedTrailerTest, LooseFormsAreTaken) {
  const std::string expected = "ok:hello|x-amz-checksum-crc32=AAAAAA==;";
  for (std::string body :
       {"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
        "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==",
        "5\r\nhello\r\n0\r\nX-Amz-Checksum-CRC32: AAAAAA==\n\n", "05\nhello\n0\nx-amz-checksum-crc32:AAAAAA==\n\n"})
    EXPECT_EQ(Decode(Rule(Kind::kChunkedUnsignedTrailer), {body}), expected) << body;
  EXPECT_EQ(Decode(Rule(Kind::kChunkedUnsignedTrailer), {"A\r\n0123456789\r\n0\r\n\r\n"}), "ok:0123456789|");
  EXPECT_EQ(Decode(Rule(Kind::kChunkedUnsignedTrailer), {"5\r\nhello,\r\n"}), "InvalidRequest");
}

TEST(AwsChunkedTrailerTest, ASinksErrorStopsIt) {
  AwsChunkedDecoder decoder(Rule(Kind::kChunkedUnsignedTrailer));
  auto fed = decoder.Feed("5\r\nhello\r\n",
                          [](std::string_view) -> Result<void> { return ResourceExhausted("full", "Full"); });
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, "Full");
}

}  // namespace
}  // namespace atelier::auth
