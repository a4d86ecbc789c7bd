#include "http/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atelier::http {
namespace {

using testing::ElementsAre;

TEST(Headers, CompareNamesWithoutCaseAndKeepOrderAndRepeats) {
  Headers headers;
  headers.Add("X-A", "1");
  headers.Add("x-b", "2");
  headers.Add("x-a", "3");
  EXPECT_EQ(headers.Get("X-a"), "1");
  EXPECT_THAT(headers.GetAll("x-A"), ElementsAre("1", "3"));
  EXPECT_FALSE(headers.Has("x-c"));
  headers.Set("X-A", "4");
  EXPECT_THAT(headers.GetAll("x-a"), ElementsAre("4"));
  headers.Set("X-C", "5");
  EXPECT_EQ(headers.size(), 3U);
  headers.Remove("x-A");
  EXPECT_FALSE(headers.Has("X-A"));
}

TEST(Query, ParsesWhatClientsSend) {
  struct Case {
    std::string raw;
    std::string expected;  // name, '=' when there was one, value; one per line
  };
  const Case cases[] = {
      {"", ""},
      {"acl", "acl\n"},
      {"acl=", "acl=\n"},
      {"a=1&b=2&a=3", "a=1\nb=2\na=3\n"},
      {"&&a=1&", "a=1\n"},
      {"=x", "=x\n"},
      {"a=b=c", "a=b=c\n"},
      {"a%20b=%e4%B8%ad", "a b=\xE4\xB8\xAD\n"},
      {"a+b=1+2", "a b=1 2\n"},
      {"a=%2B", "a=+\n"},
      {"a=%2b+%20", "a=+  \n"},
      {"a=%zz%4&b=%", "a=%zz%4\nb=%\n"},
      {"a=100%25", "a=100%\n"},
      {"a=%41%", "a=A%\n"},
  };
  for (const auto& test : cases) {
    std::string shown;
    for (const auto& parameter : Query::Parse(test.raw))
      shown += parameter.name + (parameter.has_equals ? "=" : "") + parameter.value + "\n";
    EXPECT_EQ(shown, test.expected) << test.raw;
  }
  auto query = Query::Parse("a=1&A=2&a=3");
  EXPECT_EQ(query.Get("a"), "1");
  EXPECT_THAT(query.GetAll("a"), ElementsAre("1", "3"));
  EXPECT_FALSE(query.Has("b"));
}

TEST(Response, Helpers) {
  auto text = Response::Text(404, "no");
  EXPECT_EQ(text.status, 404);
  EXPECT_EQ(text.headers.Get("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(std::get<std::string>(text.body), "no");
  EXPECT_EQ(Response::Json(200, "{}").headers.Get("content-type"), "application/json");
  EXPECT_EQ(Response::Empty(204).headers.size(), 0U);
  EXPECT_EQ(ReasonPhrase(431), "Request Header Fields Too Large");
  EXPECT_EQ(ReasonPhrase(299), "Unknown");
}

}  // namespace
}  // namespace atelier::http
