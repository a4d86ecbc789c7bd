#include "api/object_store/xml_lifecycle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/object_store/testing/golden.h"
#include "object_store/testing/random_settings.h"

namespace atelier::api::s3 {
namespace {

using auth::Dialect;
using object_store::LifecycleRule;
using object_store::LifecycleRules;
using testing::HasSubstr;

TimePoint At(std::string_view text) { return *ParseIso8601(text); }

LifecycleRules Rules() {
  LifecycleRule everything;
  everything.id = "all of <it>";
  everything.enabled = true;
  everything.filter = {.prefix = "a & b/", .tags = {{"t", "1"}, {"u", ""}}, .larger_than = 5, .smaller_than = 9};
  everything.transitions = {{.days = 0, .date = {}, .storage_class = "STANDARD_IA"},
                            {.days = 30, .date = {}, .storage_class = "GLACIER"}};
  everything.expiration.emplace().days = 365;
  everything.noncurrent_transitions = {{.days = 1, .keep_newest = 2, .storage_class = "DEEP_ARCHIVE"}};
  everything.noncurrent_expiration = {.days = 7, .keep_newest = 3};

  LifecycleRule older;
  older.id = "older";
  older.filter.prefix = "tmp/";
  older.bare_prefix = true;
  older.expiration.emplace().date = At("2030-01-31T00:00:00Z");
  older.abort_uploads_after_days = 3;

  LifecycleRule markers;
  markers.id = "markers";
  markers.enabled = true;
  markers.expiration.emplace().lone_delete_markers = true;

  LifecycleRule tagged;
  tagged.id = "tagged";
  tagged.enabled = true;
  tagged.filter.tags = {{"t", "1"}};
  tagged.transitions = {{.days = {}, .date = At("2030-01-31T00:00:00Z"), .storage_class = "GLACIER"}};
  return {everything, older, markers, tagged};
}

class LifecycleGolden : public testing::TestWithParam<Dialect> {};
INSTANTIATE_TEST_SUITE_P(Dialects, LifecycleGolden, testing::Values(Dialect::kS3, Dialect::kObs), NameOf);

TEST_P(LifecycleGolden, IsShownAndReadBack) {
  XmlDocument document = RenderLifecycle(GetParam(), "region-1", Rules());
  ExpectGoldenIn(ATELIER_SOURCE_DIR, NameIn("lifecycle", GetParam()), document);
  EXPECT_EQ(ParseLifecycle(document.Text()), Rules());
}

TEST_P(LifecycleGolden, OfAnythingIsReadBack) {
  object_store::Chance chance(815);
  for (int round = 0; round < 300; ++round) {
    LifecycleRules rules = object_store::RandomLifecycle(chance);
    std::string text = RenderLifecycle(GetParam(), "region-1", rules).Text();
    auto again = ParseLifecycle(text);
    ASSERT_TRUE(again) << again.error().message << "\n" << text;
    EXPECT_EQ(*again, rules) << text;
  }
}

std::string Body(std::string_view rule) {
  return "<LifecycleConfiguration><Rule>" + std::string(rule) + "</Rule></LifecycleConfiguration>";
}
std::string CodeOf(std::string_view rule) {
  auto rules = ParseLifecycle(Body(rule));
  return rules ? std::string() : rules.error().code;
}
// A rule that is fine but for what is given.
std::string CodeWith(std::string_view elements) {
  return CodeOf("<ID>r</ID><Status>Enabled</Status><Filter/>" + std::string(elements));
}

TEST(LifecycleXml, GivesAnIdToWhatHasNone) {
  auto rules = ParseLifecycle(
      "<l:LifecycleConfiguration xmlns:l=\"urn:any\">"
      "<l:Rule><l:Status>Disabled</l:Status><l:Prefix/><l:Expiration><l:Days> 3 </l:Days></l:Expiration></l:Rule>"
      "<l:Rule><l:ID/><l:Status>Enabled</l:Status><l:Filter/><l:Expiration><l:Days>3</l:Days></l:Expiration></l:Rule>"
      "</l:LifecycleConfiguration>");
  ASSERT_TRUE(rules) << rules.error().message;
  ASSERT_EQ(rules->size(), 2U);
  EXPECT_FALSE((*rules)[0].id.empty());
  EXPECT_FALSE((*rules)[1].id.empty());
  EXPECT_FALSE((*rules)[0].enabled);
  EXPECT_EQ((*rules)[0].filter.prefix, "");
  EXPECT_TRUE((*rules)[0].bare_prefix);
  EXPECT_FALSE((*rules)[1].filter.prefix);
}

TEST(LifecycleXml, ReadsTheWordsOfBothDialects) {
  for (std::string_view word : {"WARM", "STANDARD_IA"}) {
    auto rules = ParseLifecycle(Body("<Status>Enabled</Status><Prefix/><Transition><Days>1</Days><StorageClass>" +
                                     std::string(word) + "</StorageClass></Transition>"));
    ASSERT_TRUE(rules) << rules.error().message;
    EXPECT_EQ((*rules)[0].transitions[0].storage_class, "STANDARD_IA");
  }
}

TEST(LifecycleXml, RefusesWhatTheSchemaDoesNotHave) {
  for (std::string_view rule : {
           "",
           "text",
           "<Status>Enabled</Status><Expiration><Days>1</Days></Expiration>",
           "<Status>Enabled</Status><Filter/><Prefix/><Expiration><Days>1</Days></Expiration>",
           "<Filter/><Expiration><Days>1</Days></Expiration>",
           "<Status>enabled</Status><Filter/><Expiration><Days>1</Days></Expiration>",
           "<Status>Enabled</Status><Status>Enabled</Status><Filter/><Expiration><Days>1</Days></Expiration>",
           "<Status><b>Enabled</b></Status><Filter/><Expiration><Days>1</Days></Expiration>",
           "<Status>Enabled</Status><Filter><Prefix/><Tag><Key>a</Key><Value/></Tag></Filter>"
           "<Expiration><Days>1</Days></Expiration>",
           "<Status>Enabled</Status><Filter><Prefix>&#1;</Prefix></Filter><Expiration><Days>1</Days></Expiration>",
           "<Status>Enabled</Status><Filter><Tag><Key>a</Key></Tag></Filter><Expiration><Days>1</Days></Expiration>",
           "<Status>Enabled</Status><Filter><And><And/></And></Filter><Expiration><Days>1</Days></Expiration>",
       }) {
    EXPECT_EQ(CodeOf(rule), "MalformedXML") << rule;
  }
  EXPECT_EQ(CodeWith("<Expiration><Days>1</Days></Expiration>"), "");
  for (std::string_view elements : {
           "<Expiration/>",
           "<Expiration><Days/></Expiration>",
           "<Expiration><Days>1.5</Days></Expiration>",
           "<Expiration><Days>one</Days></Expiration>",
           "<Expiration><Days>2147483648</Days></Expiration>",
           "<Expiration><Days>1</Days><Date>2030-01-31T00:00:00Z</Date></Expiration>",
           "<Expiration><Date>20300131</Date></Expiration>",
           "<Expiration><Date>2030-02-30T00:00:00Z</Date></Expiration>",
           "<Expiration><ExpiredObjectDeleteMarker>1</ExpiredObjectDeleteMarker></Expiration>",
           "<Expiration><Weeks>1</Weeks></Expiration>",
           "<Expiration><Days>1</Days></Expiration><Other/>",
           "<Transition><Days>1</Days></Transition>",
           "<Transition><StorageClass>GLACIER</StorageClass></Transition>",
           "<Transition><Days>1</Days><StorageClass>SHINY</StorageClass></Transition>",
           "<NoncurrentVersionExpiration><NewerNoncurrentVersions>1</NewerNoncurrentVersions>"
           "</NoncurrentVersionExpiration>",
           "<NoncurrentVersionTransition><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionTransition>",
           "<AbortIncompleteMultipartUpload/>",
       }) {
    EXPECT_EQ(CodeWith(elements), "MalformedXML") << elements;
  }
  EXPECT_EQ(ParseLifecycle("<LifecycleConfiguration/>").error().code, "MalformedXML");
  EXPECT_EQ(ParseLifecycle("<Lifecycle><Rule/></Lifecycle>").error().code, "MalformedXML");
}

TEST(LifecycleXml, KeepsToTheRulesOfTheDomain) {
  EXPECT_EQ(CodeWith(""), "InvalidRequest");
  EXPECT_EQ(CodeWith("<Expiration><Days>0</Days></Expiration>"), "InvalidArgument");
  EXPECT_EQ(CodeWith("<Expiration><Days>-1</Days></Expiration>"), "InvalidArgument");
  EXPECT_EQ(CodeWith("<Expiration><Date>2030-01-31T12:00:00Z</Date></Expiration>"), "InvalidArgument");
  EXPECT_EQ(CodeOf("<Status>Enabled</Status><Filter><And><Tag><Key>a</Key><Value/></Tag><Tag><Key>a</Key><Value/></Tag>"
                   "</And></Filter><Expiration><Days>1</Days></Expiration>"),
            "InvalidRequest");
}

TEST(LifecycleXml, SaysWhatIsMissing) {
  auto rules = ParseLifecycle(Body("<Filter/><Expiration><Days>1</Days></Expiration>"));
  ASSERT_FALSE(rules);
  EXPECT_THAT(rules.error().message, HasSubstr("<Rule> needs <Status>"));
}

}  // namespace
}  // namespace atelier::api::s3
