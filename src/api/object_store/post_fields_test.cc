#include "api/object_store/post_fields.h"

#include <gtest/gtest.h>

namespace atelier::api::s3 {
namespace {

TEST(PostFields, StandForTheHeadersOfAPut) {
  auto headers = HeadersOf({{"acl", "private"},
                            {"content-type", " text/plain "},
                            {"key", "k"},
                            {"policy", "p"},
                            {"submit", "Upload it"},
                            {"success_action_status", "201"},
                            {"x-amz-meta-a", "ü"},
                            {"x-ignore-b", "1"}},
                           "x-obs-");
  ASSERT_TRUE(headers) << headers.error().message;
  EXPECT_EQ(headers->size(), 3U);
  EXPECT_EQ(headers->Get("x-obs-acl"), "private");
  EXPECT_EQ(headers->Get("Content-Type"), "text/plain");
  EXPECT_EQ(headers->Get("x-amz-meta-a"), "ü");
}

TEST(PostFields, AreNoWayToBreakAHeader) {
  for (const auth::FormFields& fields :
       {auth::FormFields{{"content-type", "a\r\nSet-Cookie: b"}},
        auth::FormFields{{"x-amz-meta-a", std::string(1, '\0')}}, auth::FormFields{{"x-amz-meta-a b", "1"}},
        auth::FormFields{{"x-amz-meta-a\n", "1"}}, auth::FormFields{{"x-obs-meta-ü", "1"}},
        auth::FormFields{{"acl", "private\x7f"}}}) {
    auto headers = HeadersOf(fields, "x-amz-");
    ASSERT_FALSE(headers) << fields.begin()->first;
    EXPECT_EQ(headers.error().code, "InvalidArgument");
  }
  EXPECT_TRUE(HeadersOf({{"comment", "two\nlines"}}, "x-amz-"));
}

TEST(PostFields, ChooseTheAnswer) {
  struct Case {
    auth::FormFields fields;
    int status;
    std::string_view redirect;
  };
  const std::vector<Case> cases = {
      {{}, 204, ""},
      {{{"success_action_status", "200"}}, 200, ""},
      {{{"success_action_status", "201"}}, 201, ""},
      {{{"success_action_status", "204"}}, 204, ""},
      {{{"success_action_status", "404"}}, 204, ""},
      {{{"success_action_status", "two hundred"}}, 204, ""},
      {{{"success_action_redirect", "http://h/done"}}, 303, "http://h/done"},
      {{{"success_action_redirect", "HTTPS://h:8/"}, {"success_action_status", "201"}}, 303, "HTTPS://h:8/"},
      {{{"redirect", "http://h"}}, 303, "http://h"},
      {{{"redirect", "http://h"}, {"success_action_redirect", "http://i"}}, 303, "http://i"},
      {{{"success_action_redirect", "javascript:alert(1)"}, {"success_action_status", "200"}}, 200, ""},
      {{{"success_action_redirect", "/done"}}, 204, ""},
      {{{"success_action_redirect", "http:///done"}}, 204, ""},
      {{{"success_action_redirect", "http://h/a b"}}, 204, ""},
      {{{"success_action_redirect", "http://h/\r\nSet-Cookie: a"}}, 204, ""},
  };
  for (const auto& [fields, status, redirect] : cases) {
    PostAnswer answer = AnswerOf(fields);
    std::string shown = fields.empty() ? "" : fields.rbegin()->second;
    EXPECT_EQ(answer.status, status) << shown;
    EXPECT_EQ(answer.redirect.value_or(""), redirect) << shown;
  }
}

TEST(PostFields, TheAddressToGoToKeepsItsQuery) {
  auto target = [](std::string_view url) { return RedirectTarget(url, "b", "a b/ü&c", "0f"); };
  const std::string added = "bucket=b&key=a%20b%2F%C3%BC%26c&etag=%220f%22";
  EXPECT_EQ(target("http://h/done"), "http://h/done?" + added);
  EXPECT_EQ(target("http://h/done?"), "http://h/done?" + added);
  EXPECT_EQ(target("http://h/done?x=1"), "http://h/done?x=1&" + added);
  EXPECT_EQ(target("http://h/done?x=1&"), "http://h/done?x=1&" + added);
  EXPECT_EQ(target("http://h/done?x=1#top"), "http://h/done?x=1&" + added + "#top");
  EXPECT_EQ(target("http://h/done#top?"), "http://h/done?" + added + "#top?");
}

}  // namespace
}  // namespace atelier::api::s3
