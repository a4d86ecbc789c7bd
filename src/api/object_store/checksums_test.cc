#include "api/object_store/checksums.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/strings.h"

namespace atelier::api::s3 {
namespace {

using auth::Dialect;

http::Headers HeadersOf(std::vector<std::pair<std::string, std::string>> fields) {
  http::Headers headers;
  for (auto& [name, value] : fields) headers.Add(name, value);
  return headers;
}

std::string Crc32Text(std::string_view bytes) { return Base64Encode(ComputeDigest(DigestKind::kCrc32, bytes)); }

TEST(Checksums, AreReadFromHeaders) {
  auto checksum = ChecksumOf(HeadersOf({{"X-Amz-Checksum-CRC32", Crc32Text("hello")},
                                        {"x-amz-checksum-algorithm", "CRC32"},
                                        {"x-amz-checksum-mode", "ENABLED"}}),
                             Dialect::kS3);
  ASSERT_TRUE(checksum) << checksum.error().message;
  ASSERT_TRUE(*checksum);
  EXPECT_EQ((*checksum)->kind, DigestKind::kCrc32);
  EXPECT_EQ((*checksum)->value, ComputeDigest(DigestKind::kCrc32, "hello"));
  EXPECT_FALSE(ChecksumOf({}, Dialect::kS3).value());
}

TEST(Checksums, OfTheOtherDialectAreLeftAlone) {
  http::Headers headers = HeadersOf({{"x-obs-checksum-crc64ecma", "1"}});
  EXPECT_FALSE(ChecksumOf(headers, Dialect::kS3).value());
  EXPECT_TRUE(ChecksumOf(headers, Dialect::kObs).value());
}

TEST(Checksums, AreRefusedWhenWrong) {
  auto code = [](std::vector<std::pair<std::string, std::string>> fields) {
    auto checksum = ChecksumOf(HeadersOf(std::move(fields)), Dialect::kS3);
    return checksum ? std::string() : checksum.error().code;
  };
  EXPECT_EQ(code({{"x-amz-checksum-crc32", "not base64!"}}), "InvalidRequest");
  EXPECT_EQ(code({{"x-amz-checksum-sha256", Crc32Text("short")}}), "InvalidRequest");
  EXPECT_EQ(code({{"x-amz-checksum-crc32", Crc32Text("a")}, {"x-amz-checksum-crc32c", Crc32Text("a")}}),
            "InvalidRequest");
  EXPECT_EQ(code({{"x-amz-checksum-crc32", Crc32Text("a")}, {"x-amz-checksum-crc32", Crc32Text("b")}}),
            "InvalidRequest");
  EXPECT_EQ(code({{"x-amz-checksum-crc99", Crc32Text("a")}}), "InvalidRequest");
  EXPECT_EQ(code({{"x-amz-checksum-xxhash64", "AAAAAAAAAAA="}}), "NotImplemented");
  EXPECT_EQ(code({{"x-amz-checksum-crc64ecma", "12x"}}), "InvalidRequest");
}

TEST(Checksums, OfTrailersAreAnnounced) {
  EXPECT_EQ(TrailerChecksumOf(HeadersOf({{"x-amz-trailer", "x-amz-checksum-crc32"}}), Dialect::kS3).value(),
            DigestKind::kCrc32);
  EXPECT_EQ(TrailerChecksumOf({}, Dialect::kS3).value(), std::nullopt);
  EXPECT_EQ(TrailerChecksumOf(HeadersOf({{"x-amz-trailer", "x-other"}}), Dialect::kS3).error().code,
            "MalformedTrailerError");
  EXPECT_EQ(TrailerChecksumOf(HeadersOf({{"x-amz-trailer", "x-amz-checksum-crc32,x-amz-checksum-sha1"}}), Dialect::kS3)
                .error()
                .code,
            "InvalidRequest");
}

TEST(Checksums, Texts) {
  object_store::Checksum checksum{.kind = DigestKind::kCrc32, .value = std::string("\0\0\0\1", 4), .composite = false};
  EXPECT_EQ(ChecksumText(checksum, 3), "AAAAAQ==");
  checksum.composite = true;
  EXPECT_EQ(ChecksumText(checksum, 3), "AAAAAQ==-3");
  auto ecma = ParseChecksumText(DigestKind::kCrc64Ecma, "11051210869376104954");
  ASSERT_TRUE(ecma);
  EXPECT_EQ(ChecksumText({.kind = DigestKind::kCrc64Ecma, .value = *ecma, .composite = false}, 1),
            "11051210869376104954");

  http::Headers headers;
  AddChecksumHeaders({checksum}, 3, Dialect::kS3, headers);
  EXPECT_EQ(headers.Get("x-amz-checksum-crc32"), "AAAAAQ==-3");
  EXPECT_EQ(headers.Get("x-amz-checksum-type"), "COMPOSITE");
}

TEST(Checksums, TypesOfMultipartUploads) {
  EXPECT_TRUE(IsComposite(DigestKind::kCrc32, {}).value());
  EXPECT_FALSE(IsComposite(DigestKind::kCrc32, "FULL_OBJECT").value());
  EXPECT_FALSE(IsComposite(DigestKind::kCrc64Nvme, {}).value());
  EXPECT_TRUE(IsComposite(DigestKind::kSha256, "COMPOSITE").value());
  EXPECT_FALSE(IsComposite(DigestKind::kSha256, "FULL_OBJECT"));
  EXPECT_FALSE(IsComposite(DigestKind::kCrc64Nvme, "COMPOSITE"));
  EXPECT_FALSE(IsComposite(DigestKind::kCrc32, "HALF"));
}

}  // namespace
}  // namespace atelier::api::s3
