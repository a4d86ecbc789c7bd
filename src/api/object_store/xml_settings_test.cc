// Settings of buckets and objects but lifecycle: golden files, and tables for the bodies that come in.
#include "api/object_store/xml_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/object_store/testing/golden.h"
#include "api/object_store/xml_cors.h"
#include "api/object_store/xml_tagging.h"
#include "api/object_store/xml_versioning.h"
#include "object_store/testing/random_settings.h"

namespace atelier::api::s3 {
namespace {

using access::Ownership;
using auth::Dialect;
using object_store::CorsRules;
using object_store::DefaultEncryption;
using object_store::EncryptionAlgorithm;
using object_store::Quota;
using object_store::Tagged;
using object_store::Tags;
using object_store::VersioningState;
using testing::HasSubstr;

template <class Parsed>
std::string CodeOf(const Parsed& parsed) {
  return parsed ? std::string() : parsed.error().code;
}

class SettingsGolden : public testing::TestWithParam<Dialect> {
 protected:
  static void ExpectGolden(const char* shape, const XmlDocument& document) {
    ExpectGoldenIn(ATELIER_SOURCE_DIR, NameIn(shape, GetParam()), document);
  }
};
INSTANTIATE_TEST_SUITE_P(Dialects, SettingsGolden, testing::Values(Dialect::kS3, Dialect::kObs), NameOf);

TEST_P(SettingsGolden, Tagging) {
  Tags tags = {{"a b", "1"}, {"\xC3\xBC", ""}};
  XmlDocument document = RenderTagging(GetParam(), "region-1", tags);
  ExpectGolden("tagging", document);
  EXPECT_EQ(ParseTagging(document.Text(), Tagged::kObject), tags);
  XmlDocument none = RenderTagging(GetParam(), "region-1", {});
  ExpectGolden("tagging_none", none);
  EXPECT_EQ(ParseTagging(none.Text(), Tagged::kObject), Tags());
}

TEST_P(SettingsGolden, Cors) {
  CorsRules rules(2);
  rules[0] = {.id = "pages & more",
              .origins = {"https://a.example", "https://*.b.example"},
              .methods = {"GET", "PUT"},
              .headers = {"x-amz-*"},
              .exposed = {"ETag", "x-amz-request-id"},
              .max_age_seconds = 600};
  rules[1].origins = {"*"};
  rules[1].methods = {"HEAD"};
  XmlDocument document = RenderCors(GetParam(), "region-1", rules);
  ExpectGolden("cors", document);
  EXPECT_EQ(ParseCors(document.Text()), rules);
}

TEST_P(SettingsGolden, Versioning) {
  ExpectGolden("versioning_never", RenderVersioning(GetParam(), "region-1", VersioningState::kNever));
  XmlDocument enabled = RenderVersioning(GetParam(), "region-1", VersioningState::kEnabled);
  ExpectGolden("versioning_enabled", enabled);
  EXPECT_EQ(ParseVersioning(enabled.Text()), VersioningState::kEnabled);
  XmlDocument suspended = RenderVersioning(GetParam(), "region-1", VersioningState::kSuspended);
  EXPECT_EQ(ParseVersioning(suspended.Text()), VersioningState::kSuspended);
}

TEST_P(SettingsGolden, Encryption) {
  DefaultEncryption plain;
  DefaultEncryption kms{
      .algorithm = EncryptionAlgorithm::kKms, .kms_key = "key/1", .kms_project = "p1", .bucket_key = true};
  ExpectGolden("encryption", RenderEncryption(GetParam(), "region-1", plain));
  ExpectGolden("encryption_kms", RenderEncryption(GetParam(), "region-1", kms));
  EXPECT_EQ(ParseEncryption(RenderEncryption(GetParam(), "region-1", plain).Text()), plain);
  EXPECT_EQ(ParseEncryption(RenderEncryption(GetParam(), "region-1", kms).Text()), kms);
}

TEST_P(SettingsGolden, Ownership) {
  XmlDocument document = RenderOwnership(GetParam(), "region-1", Ownership::kBucketOwnerPreferred);
  ExpectGolden("ownership", document);
  EXPECT_EQ(ParseOwnership(document.Text()), Ownership::kBucketOwnerPreferred);
}

TEST_P(SettingsGolden, Quota) {
  XmlDocument document = RenderQuota(GetParam(), "region-1", Quota{Quota::kMaxBytes});
  ExpectGolden("quota", document);
  EXPECT_EQ(ParseQuota(document.Text()), Quota{Quota::kMaxBytes});
}

TEST_P(SettingsGolden, StorageClass) {
  XmlDocument storage_class = RenderBucketStorageClass(GetParam(), "region-1", "STANDARD_IA");
  ExpectGolden("storage_class", storage_class);
  EXPECT_EQ(ParseBucketStorageClass(storage_class.Text()), "STANDARD_IA");
  XmlDocument policy = RenderStoragePolicy(GetParam(), "region-1", "GLACIER");
  ExpectGolden("storage_policy", policy);
  EXPECT_EQ(ParseStoragePolicy(policy.Text()), "GLACIER");
}

TEST_P(SettingsGolden, RequestPayment) {
  for (Payer payer : {Payer::kBucketOwner, Payer::kRequester}) {
    EXPECT_EQ(ParseRequestPayment(RenderRequestPayment(GetParam(), "region-1", payer).Text()), payer);
  }
  ExpectGolden("request_payment", RenderRequestPayment(GetParam(), "region-1", Payer::kBucketOwner));
}

TEST_P(SettingsGolden, OfAnythingIsReadBack) {
  object_store::Chance chance(42);
  for (int round = 0; round < 300; ++round) {
    Tags tags = object_store::RandomTags(chance, 50);
    EXPECT_EQ(ParseTagging(RenderTagging(GetParam(), "region-1", tags).Text(), Tagged::kBucket), tags);
    CorsRules cors = object_store::RandomCors(chance);
    std::string text = RenderCors(GetParam(), "region-1", cors).Text();
    EXPECT_EQ(ParseCors(text), cors) << text;
  }
}

TEST(TaggingXml, IsReadStrictly) {
  auto code = [](std::string_view inside, Tagged tagged = Tagged::kObject) {
    return CodeOf(ParseTagging("<t:Tagging xmlns:t=\"urn:any\">" + std::string(inside) + "</t:Tagging>", tagged));
  };
  constexpr std::string_view kTag = "<Tag><Key>a</Key><Value>1</Value></Tag>";
  EXPECT_EQ(code("<TagSet/>"), "");
  EXPECT_EQ(code(fmt::format("<TagSet>{}</TagSet>", kTag)), "");
  EXPECT_EQ(code("<TagSet><Tag><Value/><Key>a</Key></Tag></TagSet>"), "");
  EXPECT_EQ(code(""), "MalformedXML");
  EXPECT_EQ(code("<TagSet/><TagSet/>"), "MalformedXML");
  EXPECT_EQ(code("<TagSet>text</TagSet>"), "MalformedXML");
  EXPECT_EQ(code("<TagSet><Label/></TagSet>"), "MalformedXML");
  EXPECT_EQ(code(std::string(kTag)), "MalformedXML");
  EXPECT_EQ(code("<TagSet><Tag><Key>a</Key></Tag></TagSet>"), "MalformedXML");
  EXPECT_EQ(code("<TagSet><Tag><Key>a</Key><Key>b</Key><Value/></Tag></TagSet>"), "MalformedXML");
  EXPECT_EQ(code("<TagSet><Tag><Key>\xff</Key><Value/></Tag></TagSet>"), "MalformedXML");
  EXPECT_EQ(code(fmt::format("<TagSet>{0}{0}</TagSet>", kTag)), "InvalidTag");
  EXPECT_EQ(code("<TagSet><Tag><Key/><Value/></Tag></TagSet>"), "InvalidTag");
  EXPECT_EQ(code("<TagSet><Tag><Key>aws:a</Key><Value/></Tag></TagSet>"), "InvalidTag");
  std::string eleven;
  for (int i = 0; i < 11; ++i) eleven += fmt::format("<Tag><Key>k{}</Key><Value/></Tag>", i);
  EXPECT_EQ(code("<TagSet>" + eleven + "</TagSet>"), "InvalidTag");
  EXPECT_EQ(code("<TagSet>" + eleven + "</TagSet>", Tagged::kBucket), "");
}

TEST(CorsXml, IsReadStrictly) {
  auto code = [](std::string_view inside) {
    return CodeOf(ParseCors("<CORSConfiguration><CORSRule>" + std::string(inside) + "</CORSRule></CORSConfiguration>"));
  };
  constexpr std::string_view kRule = "<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>";
  auto with = [&](std::string_view more) { return code(std::string(kRule) + std::string(more)); };
  EXPECT_EQ(with(""), "");
  EXPECT_EQ(with("<MaxAgeSeconds>0</MaxAgeSeconds>"), "");
  EXPECT_EQ(code("<AllowedOrigin>*</AllowedOrigin>"), "MalformedXML");
  EXPECT_EQ(code("<AllowedMethod>GET</AllowedMethod>"), "MalformedXML");
  EXPECT_EQ(with("<MaxAgeSeconds>soon</MaxAgeSeconds>"), "MalformedXML");
  EXPECT_EQ(with("<MaxAgeSeconds/>"), "MalformedXML");
  EXPECT_EQ(with("<ID>a</ID><ID>b</ID>"), "MalformedXML");
  EXPECT_EQ(with("<MaxAge>1</MaxAge>"), "MalformedXML");
  EXPECT_EQ(with("<AllowedMethod>PATCH</AllowedMethod>"), "InvalidRequest");
  EXPECT_EQ(with("<AllowedOrigin>*.*</AllowedOrigin>"), "InvalidRequest");
  EXPECT_EQ(with("<ExposeHeader>a&#10;b</ExposeHeader>"), "InvalidRequest");
  EXPECT_EQ(CodeOf(ParseCors("<CORSConfiguration/>")), "MalformedXML");
  std::string many;
  for (int i = 0; i < 101; ++i) many += "<CORSRule>" + std::string(kRule) + "</CORSRule>";
  EXPECT_EQ(CodeOf(ParseCors("<CORSConfiguration>" + many + "</CORSConfiguration>")), "InvalidRequest");
}

TEST(VersioningXml, IsReadStrictly) {
  auto parse = [](std::string_view inside) {
    return ParseVersioning("<VersioningConfiguration>" + std::string(inside) + "</VersioningConfiguration>");
  };
  EXPECT_EQ(parse("<Status>Enabled</Status>"), VersioningState::kEnabled);
  EXPECT_EQ(parse("<MfaDelete>Disabled</MfaDelete><Status>Suspended</Status>"), VersioningState::kSuspended);
  EXPECT_EQ(CodeOf(parse("")), "IllegalVersioningConfigurationException");
  EXPECT_EQ(CodeOf(parse("<MfaDelete>Disabled</MfaDelete>")), "IllegalVersioningConfigurationException");
  EXPECT_EQ(CodeOf(parse("<Status/>")), "MalformedXML");
  EXPECT_EQ(CodeOf(parse("<Status>enabled</Status>")), "MalformedXML");
  EXPECT_EQ(CodeOf(parse("<Status>Enabled</Status><Status>Enabled</Status>")), "MalformedXML");
  EXPECT_EQ(CodeOf(parse("<Status>Enabled</Status><MfaDelete/>")), "MalformedXML");
  EXPECT_EQ(CodeOf(parse("<Status>Enabled</Status><Other/>")), "MalformedXML");
  auto mfa = parse("<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>");
  ASSERT_FALSE(mfa);
  EXPECT_EQ(mfa.error().kind, ErrorKind::kUnimplemented);
}

TEST(EncryptionXml, IsReadStrictly) {
  auto parse = [](std::string_view by_default, std::string_view more = "") {
    return ParseEncryption(
        fmt::format("<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>{}"
                    "</ApplyServerSideEncryptionByDefault>{}</Rule></ServerSideEncryptionConfiguration>",
                    by_default, more));
  };
  auto algorithm = [&](std::string_view word) -> Result<EncryptionAlgorithm> {
    ATELIER_TRY(DefaultEncryption encryption, parse(fmt::format("<SSEAlgorithm>{}</SSEAlgorithm>", word)));
    return encryption.algorithm;
  };
  EXPECT_EQ(algorithm("AES256"), EncryptionAlgorithm::kAes256);
  EXPECT_EQ(algorithm("kms"), EncryptionAlgorithm::kKms);
  EXPECT_EQ(algorithm("aws:kms"), EncryptionAlgorithm::kKms);
  EXPECT_EQ(algorithm("aws:kms:dsse"), EncryptionAlgorithm::kKmsTwice);
  EXPECT_EQ(CodeOf(algorithm("rot13")), "MalformedXML");
  EXPECT_EQ(CodeOf(parse("")), "MalformedXML");
  EXPECT_EQ(CodeOf(parse("<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID>")), "InvalidArgument");
  EXPECT_EQ(CodeOf(parse("<SSEAlgorithm>AES256</SSEAlgorithm>", "<BucketKeyEnabled>yes</BucketKeyEnabled>")),
            "MalformedXML");
  EXPECT_EQ(CodeOf(ParseEncryption("<ServerSideEncryptionConfiguration/>")), "MalformedXML");
}

TEST(SmallSettingsXml, AreReadStrictly) {
  EXPECT_EQ(CodeOf(ParseOwnership("<OwnershipControls/>")), "MalformedXML");
  EXPECT_EQ(CodeOf(ParseOwnership("<OwnershipControls><Rule><ObjectOwnership>Me</ObjectOwnership></Rule>"
                                  "</OwnershipControls>")),
            "MalformedXML");
  auto quota = [](std::string_view bytes) {
    return ParseQuota(fmt::format("<Quota><StorageQuota>{}</StorageQuota></Quota>", bytes));
  };
  EXPECT_EQ(quota("0"), Quota{0});
  EXPECT_EQ(CodeOf(quota("-1")), "InvalidArgument");
  EXPECT_EQ(CodeOf(quota("9223372036854775808")), "MalformedXML");
  EXPECT_EQ(CodeOf(quota("")), "MalformedXML");
  EXPECT_EQ(CodeOf(ParseQuota("<Quota/>")), "MalformedXML");
  EXPECT_EQ(ParseBucketStorageClass("<StorageClass>COLD</StorageClass>"), "GLACIER");
  EXPECT_EQ(CodeOf(ParseBucketStorageClass("<StorageClass>SHINY</StorageClass>")), "InvalidStorageClass");
  EXPECT_EQ(CodeOf(ParseBucketStorageClass("<StorageClass><a/></StorageClass>")), "MalformedXML");
  EXPECT_EQ(CodeOf(ParseStoragePolicy("<StoragePolicy/>")), "MalformedXML");
  EXPECT_EQ(CodeOf(ParseRequestPayment("<RequestPaymentConfiguration><Payer>Me</Payer></RequestPaymentConfiguration>")),
            "MalformedXML");
}

TEST(LoggingAndNotificationXml, CanOnlyBeOff) {
  auto logging = [](std::string_view inside) {
    return ParseLoggingOff("<BucketLoggingStatus>" + std::string(inside) + "</BucketLoggingStatus>");
  };
  auto notification = [](std::string_view inside) {
    return ParseNotificationOff("<NotificationConfiguration>" + std::string(inside) + "</NotificationConfiguration>");
  };
  EXPECT_TRUE(logging(""));
  EXPECT_TRUE(logging("<Agency>a</Agency>"));
  EXPECT_EQ(CodeOf(logging("<LoggingEnabled><TargetBucket>b</TargetBucket></LoggingEnabled>")), "NotImplemented");
  EXPECT_EQ(CodeOf(logging("<Other/>")), "MalformedXML");
  EXPECT_TRUE(notification(""));
  EXPECT_TRUE(notification("\n"));
  auto refused = notification("<QueueConfiguration><Queue>q</Queue></QueueConfiguration>");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "NotImplemented");
  EXPECT_THAT(refused.error().message, HasSubstr("QueueConfiguration"));
  EXPECT_EQ(CodeOf(notification("<Other/>")), "MalformedXML");
}

}  // namespace
}  // namespace atelier::api::s3
