// Golden files of ACLs, and tables for the bodies and headers that bring them. ATELIER_UPDATE_GOLDEN=1 rewrites the
// files.
#include "api/object_store/xml_acl.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "access/canned_acl.h"
#include "api/object_store/grant_headers.h"
#include "base/files.h"

namespace atelier::api::s3 {
namespace {

using access::Acl;
using access::Grant;
using access::Permission;
using auth::Dialect;
using Kind = access::Grantee::Kind;

void ExpectGolden(const std::string& name, const XmlDocument& document) {
  fs::path path = fs::path(ATELIER_SOURCE_DIR) / "src/api/object_store/testdata" / name;
  std::string text = document.Text() + "\n";
  if (std::getenv("ATELIER_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(WriteFileDurably(path, text));
  }
  auto golden = ReadFile(path);
  ASSERT_TRUE(golden) << golden.error().message;
  EXPECT_EQ(text, *golden) << name;
}

// One of everything.
Acl Mixed() {
  Acl acl = access::PrivateAcl("p1");
  acl.grants.push_back({{Kind::kCanonicalId, "p\"2<&>"}, Permission::kReadAcp});
  acl.grants.push_back({{Kind::kAllUsers, ""}, Permission::kRead, true});
  acl.grants.push_back({{Kind::kAuthenticatedUsers, ""}, Permission::kWriteAcp});
  acl.grants.push_back({{Kind::kLogDelivery, ""}, Permission::kWrite});
  return acl;
}

struct Rendered {
  const char* golden;
  Dialect dialect;
  bool of_object;
};

class AclGolden : public testing::TestWithParam<Rendered> {};
INSTANTIATE_TEST_SUITE_P(Shapes, AclGolden,
                         testing::Values(Rendered{"acl_mixed_bucket.s3.xml", Dialect::kS3, false},
                                         Rendered{"acl_mixed_object.s3.xml", Dialect::kS3, true},
                                         Rendered{"acl_mixed_bucket.obs.xml", Dialect::kObs, false},
                                         Rendered{"acl_mixed_object.obs.xml", Dialect::kObs, true}),
                         [](const auto& info) {
                           return std::string(info.param.dialect == Dialect::kS3 ? "S3" : "Obs") +
                                  (info.param.of_object ? "Object" : "Bucket");
                         });

TEST_P(AclGolden, IsRendered) {
  AclShape shape{.acl = Mixed(), .of_object = GetParam().of_object, .display_names = {{"p1", "home"}}};
  ExpectGolden(GetParam().golden, RenderAcl(GetParam().dialect, "region-1", shape));
}

// What is shown can be sent back; of "delivered" as much as the shape shows.
TEST_P(AclGolden, IsReadBack) {
  Acl acl = Mixed();
  acl.inherits = false;
  AclShape shape{.acl = acl, .of_object = GetParam().of_object, .display_names = {}};
  auto parsed = ParseAcl(RenderAcl(GetParam().dialect, "region-1", shape).Text());
  ASSERT_TRUE(parsed) << parsed.error().message;
  bool shows_delivered = GetParam().dialect == Dialect::kObs && !GetParam().of_object;
  if (!shows_delivered) {
    for (Grant& grant : acl.grants) grant.delivered = false;
  }
  acl.inherits = !(GetParam().dialect == Dialect::kObs && GetParam().of_object);
  EXPECT_EQ(*parsed, acl);
}

std::string Body(std::string_view grants, std::string_view before = "") {
  return fmt::format(
      "<AccessControlPolicy><Owner><ID>p1</ID></Owner>{}<AccessControlList>{}</AccessControlList></"
      "AccessControlPolicy>",
      before, grants);
}

std::string GrantTo(std::string_view grantee) {
  return Body(fmt::format("<Grant>{}<Permission>READ</Permission></Grant>", grantee));
}

TEST(AclXml, ReadsGranteesOfClients) {
  struct Case {
    std::string_view grantee;
    access::Grantee expected;
  };
  for (
      const Case& c : std::initializer_list<Case>{
          {"<Grantee><ID>p2</ID></Grantee>", {Kind::kCanonicalId, "p2"}},
          {R"(<Grantee xmlns:xsi="urn:x" xsi:type="CanonicalUser"><ID>p2</ID><DisplayName>n</DisplayName></Grantee>)",
           {Kind::kCanonicalId, "p2"}},
          {R"(<Grantee type="CanonicalUser"><ID> p2 </ID></Grantee>)", {Kind::kCanonicalId, "p2"}},
          {R"(<Grantee xmlns:i="urn:x" i:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee>)",
           {Kind::kAllUsers, ""}},
          {"<Grantee><URI>http://acs.amazonaws.com/groups/global/AuthenticatedUsers</URI></Grantee>",
           {Kind::kAuthenticatedUsers, ""}},
          {"<Grantee><URI>http://acs.amazonaws.com/groups/s3/LogDelivery</URI></Grantee>", {Kind::kLogDelivery, ""}},
          {"<Grantee><Canned>Everyone</Canned></Grantee>", {Kind::kAllUsers, ""}},
          {"<Grantee><Canned>AllUsers</Canned></Grantee>", {Kind::kAllUsers, ""}},
      }) {
    auto acl = ParseAcl(GrantTo(c.grantee));
    ASSERT_TRUE(acl) << c.grantee << ": " << acl.error().message;
    ASSERT_EQ(acl->grants.size(), 1U);
    EXPECT_EQ(acl->grants[0].grantee, c.expected) << c.grantee;
  }
}

TEST(AclXml, ReadsDelivered) {
  constexpr std::string_view kGrant =
      "<Grant><Grantee><Canned>Everyone</Canned></Grantee><Permission>READ</Permission><Delivered>true</Delivered></"
      "Grant>";
  auto bucket = ParseAcl(Body(kGrant));
  ASSERT_TRUE(bucket) << bucket.error().message;
  EXPECT_TRUE(bucket->grants[0].delivered);
  EXPECT_TRUE(bucket->inherits);
  EXPECT_FALSE(ParseAcl(Body("", "<Delivered>false</Delivered>"))->inherits);
  EXPECT_TRUE(ParseAcl(Body("", "<Delivered>true</Delivered>"))->inherits);
  EXPECT_TRUE(ParseAcl(Body(""))->grants.empty());
}

TEST(AclXml, RefusesWhatItCannotUse) {
  struct Case {
    std::string body;
    std::string_view code;
  };
  constexpr std::string_view kGrant = "<Grant><Grantee><ID>p</ID></Grantee><Permission>READ</Permission></Grant>";
  std::string many;
  for (std::size_t i = 0; i <= access::kMaxGrants; ++i) many += kGrant;
  for (const Case& c : std::initializer_list<Case>{
           {"", "MalformedACLError"},
           {"<AccessControlPolicy>", "MalformedACLError"},
           {"<Acl/>", "MalformedACLError"},
           {"<AccessControlPolicy/>", "MalformedACLError"},
           {"<AccessControlPolicy><AccessControlList/></AccessControlPolicy>", "MalformedACLError"},
           {"<AccessControlPolicy><Owner><ID>p1</ID></Owner></AccessControlPolicy>", "MalformedACLError"},
           {Body("<Grants/>"), "MalformedACLError"},
           {Body("<Grant/>"), "MalformedACLError"},
           {Body("<Grant><Grantee><ID>p</ID></Grantee></Grant>"), "MalformedACLError"},
           {Body("<Grant><Grantee><ID>p</ID></Grantee><Permission>EAT</Permission></Grant>"), "MalformedACLError"},
           {Body("", "<Delivered>maybe</Delivered>"), "MalformedACLError"},
           {Body(many), "MalformedACLError"},
           {GrantTo("<Grantee/>"), "MalformedACLError"},
           {GrantTo("<Grantee><ID>p</ID><Canned>Everyone</Canned></Grantee>"), "MalformedACLError"},
           {GrantTo(R"(<Grantee type="Group"><ID>p</ID></Grantee>)"), "MalformedACLError"},
           {GrantTo(R"(<Grantee type="Robot"><ID>p</ID></Grantee>)"), "MalformedACLError"},
           {GrantTo("<Grantee><ID> </ID></Grantee>"), "InvalidArgument"},
           {GrantTo("<Grantee><ID>\xff</ID></Grantee>"), "InvalidArgument"},
           {Body("").replace(Body("").find("p1"), 2, "\xff"), "MalformedACLError"},
           {GrantTo("<Grantee><URI>http://example.com/friends</URI></Grantee>"), "InvalidArgument"},
           {GrantTo("<Grantee><Canned>Nobody</Canned></Grantee>"), "InvalidArgument"},
           {GrantTo("<Grantee><EmailAddress>a@example.com</EmailAddress></Grantee>"),
            "UnresolvableGrantByEmailAddress"},
           {GrantTo(R"(<Grantee type="AmazonCustomerByEmail"><EmailAddress/></Grantee>)"),
            "UnresolvableGrantByEmailAddress"},
       }) {
    auto acl = ParseAcl(c.body);
    ASSERT_FALSE(acl) << c.body;
    EXPECT_EQ(acl.error().code, c.code) << c.body << ": " << acl.error().message;
    EXPECT_EQ(acl.error().kind, ErrorKind::kInvalidArgument);
  }
}

TEST(GrantHeaders, AreReadInBothDialects) {
  http::Headers headers;
  headers.Add("X-Amz-Grant-Read", R"(id="p2", uri="http://acs.amazonaws.com/groups/global/AllUsers")");
  headers.Add("x-amz-grant-full-control", "id=p3");
  headers.Add("x-amz-grant-write-acp", R"( ID = "a,b" )");
  headers.Add("x-amz-grant-write", "id=p4");
  headers.Add("x-amz-grant-read-acp", "id=p5");
  headers.Add("x-obs-grant-read-delivered", "id=d1,id=d2");
  headers.Add("x-obs-grant-full-control-delivered", "id=d3");
  auto s3 = ParseGrantHeaders(Dialect::kS3, headers);
  ASSERT_TRUE(s3) << s3.error().message;
  EXPECT_EQ(*s3, (std::vector<Grant>{{{Kind::kCanonicalId, "p2"}, Permission::kRead},
                                     {{Kind::kAllUsers, ""}, Permission::kRead},
                                     {{Kind::kCanonicalId, "p3"}, Permission::kFullControl},
                                     {{Kind::kCanonicalId, "a,b"}, Permission::kWriteAcp},
                                     {{Kind::kCanonicalId, "p4"}, Permission::kWrite},
                                     {{Kind::kCanonicalId, "p5"}, Permission::kReadAcp}}));
  auto obs = ParseGrantHeaders(Dialect::kObs, headers);
  ASSERT_TRUE(obs) << obs.error().message;
  EXPECT_EQ(*obs, (std::vector<Grant>{{{Kind::kCanonicalId, "d1"}, Permission::kRead, true},
                                      {{Kind::kCanonicalId, "d2"}, Permission::kRead, true},
                                      {{Kind::kCanonicalId, "d3"}, Permission::kFullControl, true}}));
  EXPECT_TRUE(ParseGrantHeaders(Dialect::kS3, {})->empty());
}

TEST(GrantHeaders, RefuseWhatTheyCannotGrant) {
  struct Case {
    std::string name, value;
    std::string_view code;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"x-amz-grant-all", "id=p", "InvalidArgument"},
           {"x-amz-grant-", "id=p", "InvalidArgument"},
           {"x-amz-grant-read", "", "InvalidArgument"},
           {"x-amz-grant-read", "id=", "InvalidArgument"},
           {"x-amz-grant-read", "id=\"\"", "InvalidArgument"},
           {"x-amz-grant-read", "p2", "InvalidArgument"},
           {"x-amz-grant-read", "name=p2", "InvalidArgument"},
           {"x-amz-grant-read", "id=p2,", "InvalidArgument"},
           {"x-amz-grant-read", "uri=http://example.com/friends", "InvalidArgument"},
           {"x-amz-grant-read", "emailAddress=\"a@example.com\"", "UnresolvableGrantByEmailAddress"},
       }) {
    http::Headers headers;
    headers.Add(c.name, c.value);
    auto grants = ParseGrantHeaders(Dialect::kS3, headers);
    ASSERT_FALSE(grants) << c.name << ": " << c.value;
    EXPECT_EQ(grants.error().code, c.code) << grants.error().message;
    EXPECT_NE(grants.error().message.find(c.name), std::string::npos);
  }
}

}  // namespace
}  // namespace atelier::api::s3
