// Golden files of every shape, and tables for the bodies that come in. ATELIER_UPDATE_GOLDEN=1 rewrites the files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/object_store/testing/golden.h"
#include "api/object_store/xml_bucket.h"
#include "api/object_store/xml_complete.h"
#include "api/object_store/xml_delete.h"
#include "api/object_store/xml_list.h"
#include "base/digest.h"

namespace atelier::api::s3 {
namespace {

using auth::Dialect;

const TimePoint kTime = FromUnixMillis(1'767'323'045'678);
constexpr std::string_view kEtag = "900150983cd24fb0d6963f7d28e17f72";

s3::Owner TheOwner() { return s3::Owner{"p0", "home"}; }

void ExpectGolden(const std::string& name, const XmlDocument& document) {
  ExpectGoldenIn(ATELIER_SOURCE_DIR, name, document);
}

object_store::ObjectRecord Object(std::string key) {
  object_store::ObjectRecord object;
  object.bucket = "b";
  object.key = std::move(key);
  object.size = 3;
  object.etag = kEtag;
  object.last_modified = kTime;
  object.attributes.storage_class = "STANDARD_IA";
  object.checksums.push_back({.kind = DigestKind::kCrc32, .value = "abcd", .composite = false});
  return object;
}

ObjectListShape ObjectList(Dialect dialect, bool url) {
  ObjectListShape list;
  list.dialect = dialect;
  list.region = "region-1";
  list.bucket = "b";
  list.owner = TheOwner();
  if (url) list.encoding = *KeyEncoding::Parse("url");
  list.delimiter = "/";
  list.max_keys = 3;
  list.page.objects = {Object("a b+\xc3\xbc<&>.txt"), Object(" ")};
  list.page.common_prefixes = {"dir one/"};
  list.page.truncated = true;
  list.page.next_after = "dir one/";
  return list;
}

object_store::MultipartUpload Upload() {
  object_store::MultipartUpload upload;
  upload.upload_id = "u1";
  upload.bucket = "b";
  upload.key = "a b";
  upload.initiated = kTime;
  upload.checksum_kind = DigestKind::kCrc32;
  return upload;
}

class Golden : public testing::TestWithParam<Dialect> {};
INSTANTIATE_TEST_SUITE_P(Dialects, Golden, testing::Values(Dialect::kS3, Dialect::kObs), NameOf);

TEST_P(Golden, BucketList) {
  BucketListShape list;
  list.buckets.push_back(
      {.name = "b", .project_id = "p", .region = "region-1", .storage_class = "STANDARD", .created = kTime});
  list.with_location = GetParam() == Dialect::kObs;
  ExpectGolden(NameIn("list_buckets", GetParam()), RenderBucketList(GetParam(), "region-1", TheOwner(), list));
}

TEST_P(Golden, ObjectListV1) {
  ExpectGolden(NameIn("list_objects_v1", GetParam()), RenderObjectListV1(ObjectList(GetParam(), false)));
}

TEST_P(Golden, ObjectListV1Encoded) {
  ExpectGolden(NameIn("list_objects_v1_url", GetParam()), RenderObjectListV1(ObjectList(GetParam(), true)));
}

TEST_P(Golden, ObjectListV2) {
  ObjectListShape list = ObjectList(GetParam(), false);
  list.start_after = "a";
  list.continuation_token = "dG9rZW4=";
  list.next_token = "bmV4dA==";
  ExpectGolden(NameIn("list_objects_v2", GetParam()), RenderObjectListV2(list));
}

TEST_P(Golden, VersionList) {
  VersionListShape shape;
  shape.list = ObjectList(GetParam(), false);
  shape.key_marker = "a";
  shape.version_id_marker = "null";
  shape.page.versions = {Object("a b+\xc3\xbc<&>.txt"), Object("a b+\xc3\xbc<&>.txt"), Object("gone")};
  shape.page.versions[0].version_id = "0000019b00000001";
  shape.page.versions[1].latest = false;
  shape.page.versions[2].delete_marker = true;
  shape.page.common_prefixes = {"dir one/"};
  shape.page.truncated = true;
  shape.page.next_key = "gone";
  shape.page.next_version = "";
  ExpectGolden(NameIn("list_versions", GetParam()), RenderVersionList(shape));
}

TEST_P(Golden, UploadList) {
  UploadListShape list;
  list.dialect = GetParam();
  list.region = "region-1";
  list.bucket = "b";
  list.owner = TheOwner();
  list.uploads = {Upload()};
  list.common_prefixes = {"p/"};
  list.delimiter = "/";
  list.truncated = true;
  list.next_key = "a b";
  list.next_upload_id = "u1";
  ExpectGolden(NameIn("list_uploads", GetParam()), RenderUploadList(list));
}

TEST_P(Golden, PartList) {
  PartListShape list;
  list.dialect = GetParam();
  list.region = "region-1";
  list.owner = TheOwner();
  list.upload = Upload();
  list.parts = {{.number = 2,
                 .size = 5,
                 .etag = std::string(kEtag),
                 .last_modified = kTime,
                 .checksum = object_store::Checksum{.kind = DigestKind::kCrc32, .value = "abcd", .composite = false}}};
  ExpectGolden(NameIn("list_parts", GetParam()), RenderPartList(list));
}

TEST_P(Golden, Location) {
  ExpectGolden(NameIn("location", GetParam()), RenderLocation(GetParam(), false, "region-1"));
  ExpectGolden(NameIn("location_sdk", GetParam()), RenderLocation(GetParam(), true, "region-1"));
}

TEST_P(Golden, DeleteResult) {
  DeleteDocument document;
  document.items = {
      {.key = "gone"}, {.key = "marked"}, {.key = "removed", .version = "7"}, {.key = "kept", .version = ""}};
  std::vector<DeleteResult> results(4);
  results[1].outcome = {true, "8"};
  results[2].outcome = {true, "7"};
  results[3].error_code = "AccessDenied";
  results[3].error_message = "not yours";
  ExpectGolden(NameIn("delete_result", GetParam()), RenderDeleteResult(GetParam(), "region-1", document, results));
}

TEST(LocationXml, IsEmptyForTheUnnamedRegion) {
  EXPECT_THAT(RenderLocation(Dialect::kS3, false, "us-east-1").Text(),
              testing::HasSubstr("<LocationConstraint xmlns=\""));
  EXPECT_THAT(RenderLocation(Dialect::kS3, false, "us-east-1").Text(), testing::Not(testing::HasSubstr("us-east-1")));
}

TEST(DeleteXml, AcceptsAnyNamespace) {
  for (std::string_view open : {"<Delete>", "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">",
                                "<?xml version=\"1.0\"?><Delete xmlns=\"urn:other\">"}) {
    auto request = ParseDelete(std::string(open) +
                               "<Quiet>true</Quiet><Object><Key>a&amp;b</Key></Object>"
                               "<Object><Key> </Key><VersionId>null</VersionId></Object></Delete>");
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_TRUE(request->quiet);
    ASSERT_EQ(request->items.size(), 2U);
    EXPECT_EQ(request->items[0].key, "a&b");
    EXPECT_EQ(request->items[1].key, " ");
    EXPECT_FALSE(request->items[0].version);
    EXPECT_EQ(request->items[1].version, "") << "the null version";
  }
  auto prefixed = ParseDelete("<n:Delete xmlns:n=\"urn:x\"><n:Object><n:Key>k</n:Key></n:Object></n:Delete>");
  ASSERT_TRUE(prefixed) << prefixed.error().message;
  EXPECT_EQ(prefixed->items[0].key, "k");
}

TEST(DeleteXml, DecodesKeysOfObs) {
  auto request = ParseDelete("<Delete><EncodingType>url</EncodingType><Object><Key>a+b%2Fc%2B</Key></Object></Delete>");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->items[0].key, "a b/c+");
}

TEST(DeleteXml, ReadsConditions) {
  auto document = ParseDelete(
      "<Delete><Object><Key>k</Key><VersionId>7</VersionId><ETag>\"e\"</ETag><Size>12</Size>"
      "<LastModifiedTime>2026-01-02T03:04:05Z</LastModifiedTime></Object></Delete>");
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->items[0].version, "7");
  EXPECT_EQ(document->items[0].if_match, "e");
  EXPECT_EQ(document->items[0].if_size, 12U);
  EXPECT_EQ(document->items[0].if_modified, ParseIso8601("2026-01-02T03:04:05Z"));
  for (const char* bad : {"<Size>many</Size>", "<LastModifiedTime>soon</LastModifiedTime>"})
    EXPECT_FALSE(ParseDelete(std::string("<Delete><Object><Key>k</Key>") + bad + "</Object></Delete>")) << bad;
}

TEST(DeleteXml, RefusesWhatItCannotUse) {
  std::string many = "<Delete>";
  for (int i = 0; i < 1001; ++i) many += "<Object><Key>k</Key></Object>";
  many += "</Delete>";
  for (const std::string& bad :
       {std::string(), std::string("text"), std::string("<Delete>"), std::string("<Delete/>"),
        std::string("<Other><Object><Key>k</Key></Object></Other>"), std::string("<Delete><Object/></Delete>"), many}) {
    auto request = ParseDelete(bad);
    ASSERT_FALSE(request) << bad.substr(0, 60);
    EXPECT_EQ(request.error().code, "MalformedXML");
  }
}

TEST(DeleteXml, DoesNotExpandEntities) {
  auto request = ParseDelete(
      "<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Delete><Object><Key>&e;</Key></Object></Delete>");
  if (request) {
    EXPECT_EQ(request->items[0].key, "&e;");
  }
}

TEST(CompleteXml, ReadsParts) {
  auto parts = ParseCompleteUpload(
      "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Part><ETag>&quot;aa&quot;</ETag>"
      "<PartNumber>1</PartNumber><ChecksumCRC32>AAAAAQ==</ChecksumCRC32></Part><Part><PartNumber>3</"
      "PartNumber><ETag>bb</ETag>"
      "</Part></CompleteMultipartUpload>");
  ASSERT_TRUE(parts) << parts.error().message;
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].etag, "aa");
  EXPECT_EQ((*parts)[0].checksum, std::string("\0\0\0\1", 4));
  EXPECT_EQ((*parts)[1].number, 3);
  EXPECT_EQ((*parts)[1].etag, "bb");
  EXPECT_FALSE((*parts)[1].checksum);
}

TEST(CompleteXml, RefusesWhatItCannotUse) {
  auto code = [](std::string_view inside) {
    auto parts = ParseCompleteUpload("<CompleteMultipartUpload>" + std::string(inside) + "</CompleteMultipartUpload>");
    return parts ? std::string("accepted") : parts.error().code;
  };
  EXPECT_EQ(code(""), "MalformedXML");
  EXPECT_EQ(code("<Part><PartNumber>1</PartNumber></Part>"), "MalformedXML");
  EXPECT_EQ(code("<Part><ETag>aa</ETag></Part>"), "MalformedXML");
  EXPECT_EQ(code("<Part><PartNumber>one</PartNumber><ETag>aa</ETag></Part>"), "MalformedXML");
  EXPECT_EQ(code("<Part><PartNumber>1</PartNumber><ETag>aa</ETag><ChecksumSHA1>AA==</ChecksumSHA1></Part>"),
            "InvalidRequest");
}

TEST(CreateBucketXml, ReadsBothDialects) {
  EXPECT_EQ(ParseCreateBucket("").value(), "");
  EXPECT_EQ(ParseCreateBucket("<CreateBucketConfiguration><Location>r</Location></CreateBucketConfiguration>").value(),
            "r");
  EXPECT_EQ(ParseCreateBucket("<CreateBucketConfiguration xmlns=\"urn:x\"><LocationConstraint>r</LocationConstraint>"
                              "</CreateBucketConfiguration>")
                .value(),
            "r");
  EXPECT_EQ(ParseCreateBucket("<CreateBucketConfiguration/>").value(), "");
  EXPECT_EQ(ParseCreateBucket("{}").error().code, "MalformedXML");
}

// Nesting must cost neither the parser nor us any stack.
TEST(ParsedXml, MayBeDeep) {
  std::string deep = "<Delete>";
  for (int i = 0; i < 200'000; ++i) deep += "<a>";
  EXPECT_FALSE(ParseDelete(deep));
  for (int i = 0; i < 200'000; ++i) deep += "</a>";
  deep += "</Delete>";
  EXPECT_FALSE(ParseDelete(deep));
}

TEST(KeyEncodingOf, Text) {
  KeyEncoding plain;
  KeyEncoding url = *KeyEncoding::Parse("url");
  EXPECT_EQ(plain("a b+/"), "a b+/");
  EXPECT_EQ(url("a b+/\xc3\xbc%"), "a%20b%2B/%C3%BC%25");
  EXPECT_FALSE(KeyEncoding::Parse("base64"));
}

}  // namespace
}  // namespace atelier::api::s3
