// Forms signed in each way, good, tampered and incomplete.
#include "auth/form_signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/canonical.h"
#include "auth/testing/demo_identity.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

using testing::HasSubstr;

constexpr std::string_view kDocument =
    R"({"expiration":"2026-01-02T04:00:00.000Z","conditions":[{"bucket":"b"},["starts-with","$key","a/"],)"
    R"(["content-length-range",1,1000]]})";

enum class Way { kV2, kV4, kObs };

class FormSignatureTest : public testing::TestWithParam<Way> {
 protected:
  static FormFields Signed(Way way, std::string_view document = kDocument, const KeyPair& keys = DemoKeys()) {
    std::string policy = Base64Encode(document);
    FormFields fields{{"key", "a/b"}, {"policy", policy}};
    if (way == Way::kV4) {
      std::string key = SigningKeyV4(keys.secret_key, "20260102", "any", "s3");
      fields["x-amz-algorithm"] = "AWS4-HMAC-SHA256";
      fields["x-amz-credential"] = keys.access_key + "/20260102/any/s3/aws4_request";
      fields["x-amz-date"] = "20260102T030405Z";
      fields["x-amz-signature"] = HexEncode(HmacSha256(key, policy));
    } else {
      fields[way == Way::kV2 ? "awsaccesskeyid" : "accesskeyid"] = keys.access_key;
      fields["signature"] = Base64Encode(HmacSha1(keys.secret_key, policy));
    }
    return fields;
  }
  static std::string SignatureField(Way way) { return way == Way::kV4 ? "x-amz-signature" : "signature"; }
  static std::string KeyField(Way way) {
    if (way == Way::kV4) return "x-amz-credential";
    return way == Way::kV2 ? "awsaccesskeyid" : "accesskeyid";
  }
  std::string Code(const FormFields& fields, std::string_view bucket = "b") {
    auto form = authenticator_.AuthenticateForm(fields, bucket);
    if (!form) return form.error().code;
    return form->identity.principal ? "accepted" : "anonymous";
  }

  DemoIdentity demo_;
  ObjectStoreAuthenticator authenticator_{demo_.identities, demo_.clock};
};

TEST_P(FormSignatureTest, TakesWhatIsSigned) {
  for (int round = 0; round < 2; ++round) {  // the second meets the kept signing key
    auto form = authenticator_.AuthenticateForm(Signed(GetParam()), "b");
    ASSERT_TRUE(form) << form.error().message;
    ASSERT_TRUE(form->identity.principal);
    EXPECT_EQ(form->identity.principal->project_id, demo_.project.id);
    EXPECT_EQ(form->identity.dialect, GetParam() == Way::kObs ? Dialect::kObs : Dialect::kS3);
    EXPECT_EQ(form->file_length.least, 1U);
    EXPECT_EQ(form->file_length.most, 1000U);
  }
}

TEST_P(FormSignatureTest, TemporaryKeysSignWithTheirToken) {
  auto keys = demo_.MakeTemporaryKeys();
  const std::string name = GetParam() == Way::kObs ? "x-obs-security-token" : "x-amz-security-token";
  const std::string document =
      R"({"expiration":"2026-01-02T04:00:00.000Z","conditions":[{"bucket":"b"},{"key":"a/b"},{")" + name + R"(":")" +
      keys.security_token + R"("}]})";
  const FormFields without = Signed(GetParam(), document, keys);
  EXPECT_EQ(Code(without), "InvalidAccessKeyId");
  FormFields good = without;
  good[name] = keys.security_token;
  EXPECT_EQ(Code(good), "accepted");
  FormFields other = without;
  other[name] = demo_.MakeTemporaryKeys().security_token;
  EXPECT_EQ(Code(other), "InvalidToken");
  FormFields uncovered = Signed(GetParam(), kDocument, keys);
  uncovered[name] = keys.security_token;
  EXPECT_EQ(Code(uncovered), "AccessDenied") << "a field like any other needs a condition";
  demo_.clock.Advance(iam::kShortestTemporaryKey);
  EXPECT_EQ(Code(good), "ExpiredToken");
}

TEST_P(FormSignatureTest, RefusesWhatIsNot) {
  const FormFields good = Signed(GetParam());
  FormFields changed = good;
  std::string& signature = changed[SignatureField(GetParam())];
  signature[3] = signature[3] == 'a' ? 'b' : 'a';
  EXPECT_EQ(Code(changed), "SignatureDoesNotMatch");

  changed = good;
  changed[SignatureField(GetParam())] = "";
  EXPECT_EQ(Code(changed), "SignatureDoesNotMatch");

  changed = good;  // a wider policy under the old signature
  changed["policy"] =
      Base64Encode(R"({"expiration":"2026-01-02T04:00:00Z","conditions":[{"bucket":"b"},{"key":"a/b"}]})");
  EXPECT_EQ(Code(changed), "SignatureDoesNotMatch");

  changed = good;
  std::string& key = changed[KeyField(GetParam())];
  key[0] = 'X';
  EXPECT_EQ(Code(changed), "InvalidAccessKeyId");

  changed = good;
  changed["x-amz-security-token"] = "t";
  EXPECT_EQ(Code(changed), "InvalidToken");

  EXPECT_EQ(Code(good, "c"), "AccessDenied");
  changed = good;
  changed["key"] = "elsewhere";
  EXPECT_EQ(Code(changed), "AccessDenied");
  changed = good;
  changed["x-amz-meta-a"] = "not covered";
  EXPECT_EQ(Code(changed), "AccessDenied");

  demo_.clock.Advance(std::chrono::hours(1));
  EXPECT_EQ(Code(good), "AccessDenied");
}

TEST_P(FormSignatureTest, NamesTheFieldThatIsMissing) {
  for (const auto& [name, value] : Signed(GetParam())) {
    if (name == "key" || name == KeyField(GetParam())) continue;
    FormFields less = Signed(GetParam());
    less.erase(name);
    auto form = authenticator_.AuthenticateForm(less, "b");
    ASSERT_FALSE(form) << name;
    EXPECT_EQ(form.error().code, "InvalidArgument") << name;
    EXPECT_THAT(form.error().message, HasSubstr("'" + name + "'"));
  }
  FormFields less = Signed(GetParam());
  less.erase(KeyField(GetParam()));
  EXPECT_EQ(Code(less), "InvalidArgument");
}

TEST_P(FormSignatureTest, APolicyIsReadOnlyWhenItIsSigned) {
  EXPECT_EQ(Code(Signed(GetParam(), "not JSON")), "InvalidPolicyDocument");
  FormFields forged = Signed(GetParam(), "not JSON");
  forged[SignatureField(GetParam())] = "forged";
  EXPECT_EQ(Code(forged), "SignatureDoesNotMatch");
}

INSTANTIATE_TEST_SUITE_P(All, FormSignatureTest, testing::Values(Way::kV2, Way::kV4, Way::kObs));

class OtherForms : public FormSignatureTest {};

TEST_F(OtherForms, NoFieldThatSignsIsAnonymous) {
  EXPECT_EQ(Code({{"key", "a/b"}, {"x-amz-meta-a", "1"}}), "anonymous");
  auto form = authenticator_.AuthenticateForm({{"key", "a/b"}}, "b");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->identity.scheme, Scheme::kAnonymous);
  EXPECT_EQ(form->file_length.least, 0U);
}

TEST_F(OtherForms, TwoSignaturesAreOneTooMany) {
  FormFields both = Signed(Way::kV4);
  both.merge(Signed(Way::kV2));
  EXPECT_EQ(Code(both), "InvalidArgument");
}

TEST_F(OtherForms, MalformedV4Fields) {
  struct Case {
    std::string field, value;
  };
  for (const auto& [field, value] :
       {Case{"x-amz-algorithm", "AWS4-HMAC-SHA1"}, Case{"x-amz-credential", "no scope"},
        Case{"x-amz-credential", DemoKeys().access_key + "/20260102/any/ec2/aws4_request"},
        Case{"x-amz-credential", DemoKeys().access_key + "/20260103/any/s3/aws4_request"},
        Case{"x-amz-date", "2026-01-02T03:04:05Z"}, Case{"x-amz-date", "20260103T030405Z"}}) {
    FormFields fields = Signed(Way::kV4);
    fields[field] = value;
    EXPECT_EQ(Code(fields), "InvalidArgument") << field << ": " << value;
  }
}

TEST_F(OtherForms, FieldsTellTheDialect) {
  EXPECT_EQ(DialectOfForm({{"accesskeyid", "a"}}, Dialect::kS3), Dialect::kObs);
  EXPECT_EQ(DialectOfForm({{"awsaccesskeyid", "a"}, {"x-obs-meta-a", "1"}}, Dialect::kObs), Dialect::kS3);
  EXPECT_EQ(DialectOfForm({{"x-amz-credential", "a"}}, Dialect::kObs), Dialect::kS3);
  EXPECT_EQ(DialectOfForm({{"x-obs-acl", "private"}}, Dialect::kS3), Dialect::kObs);
  EXPECT_EQ(DialectOfForm({{"key", "k"}}, Dialect::kS3), Dialect::kS3);
  EXPECT_EQ(DialectOfForm({{"key", "k"}}, Dialect::kObs), Dialect::kObs);
}

}  // namespace
}  // namespace atelier::auth
