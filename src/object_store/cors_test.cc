#include "object_store/cors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atelier::object_store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

CorsRule Rule(std::vector<std::string> origins, std::vector<std::string> methods,
              std::vector<std::string> headers = {}) {
  CorsRule rule;
  rule.origins = std::move(origins);
  rule.methods = std::move(methods);
  rule.headers = std::move(headers);
  return rule;
}

// The value of a header of the answer; "(refused)" without an answer, "(absent)" without the header.
std::string HeaderOf(const std::optional<CorsAnswer>& answer, std::string_view name) {
  if (!answer) return "(refused)";
  for (const auto& [header, value] : *answer) {
    if (header == name) return value;
  }
  return "(absent)";
}

constexpr std::string_view kAllowOrigin = "Access-Control-Allow-Origin";

TEST(CorsRules, AreChecked) {
  auto checked = [](auto change) {
    CorsRule rule = Rule({"*"}, {"GET"});
    change(rule);
    auto result = CheckCors({rule});
    return result ? std::string() : result.error().code;
  };
  EXPECT_EQ(checked([](CorsRule&) {}), "");
  EXPECT_EQ(checked([](CorsRule& r) { r.methods = {"GET", "PUT", "POST", "DELETE", "HEAD"}; }), "");
  EXPECT_EQ(checked([](CorsRule& r) { r.origins = {"https://*.example", "*"}; }), "");
  EXPECT_EQ(checked([](CorsRule& r) { r.id = std::string(255, 'i'); }), "");
  EXPECT_EQ(checked([](CorsRule& r) { r.max_age_seconds = 0; }), "");
  EXPECT_EQ(checked([](CorsRule& r) { r.origins.clear(); }), "MalformedXML");
  EXPECT_EQ(checked([](CorsRule& r) { r.methods.clear(); }), "MalformedXML");
  EXPECT_EQ(checked([](CorsRule& r) { r.methods = {"PATCH"}; }), "InvalidRequest");
  EXPECT_EQ(checked([](CorsRule& r) { r.methods = {"get"}; }), "InvalidRequest");
  EXPECT_EQ(checked([](CorsRule& r) { r.methods = {"*"}; }), "InvalidRequest");
  EXPECT_EQ(checked([](CorsRule& r) { r.origins = {"http://*.*"}; }), "InvalidRequest");
  EXPECT_EQ(checked([](CorsRule& r) { r.origins = {""}; }), "InvalidRequest");
  EXPECT_EQ(checked([](CorsRule& r) { r.headers = {"x-*-*"}; }), "InvalidRequest");
  EXPECT_EQ(checked([](CorsRule& r) { r.exposed = {"x-*"}; }), "InvalidRequest");
  EXPECT_EQ(checked([](CorsRule& r) { r.exposed = {"ETag\r\nSet-Cookie: a"}; }), "InvalidRequest");
  EXPECT_EQ(checked([](CorsRule& r) { r.exposed = {""}; }), "InvalidRequest");
  EXPECT_EQ(checked([](CorsRule& r) { r.id = std::string(256, 'i'); }), "InvalidRequest");
  EXPECT_EQ(checked([](CorsRule& r) { r.max_age_seconds = -1; }), "InvalidRequest");
}

TEST(CorsRules, AreCounted) {
  EXPECT_EQ(CheckCors({}).error().code, "MalformedXML");
  CorsRules rules(100, Rule({"*"}, {"GET"}));
  EXPECT_TRUE(CheckCors(rules));
  rules.push_back(rules[0]);
  EXPECT_EQ(CheckCors(rules).error().code, "InvalidRequest");

  CorsRule named = Rule({"*"}, {"GET"});
  named.id = "one";
  EXPECT_EQ(CheckCors({named, named}).error().code, "InvalidRequest");
}

TEST(CorsMatch, OfOrigins) {
  struct Case {
    std::string pattern, origin, shown;
  };
  for (const Case& c : std::vector<Case>{
           {"*", "https://a.example", "*"},
           {"https://a.example", "https://a.example", "https://a.example"},
           {"https://a.example", "http://a.example", "(refused)"},
           {"https://a.example", "https://A.example", "(refused)"},
           {"https://*.example", "https://a.b.example", "https://a.b.example"},
           {"https://*.example", "https://example", "(refused)"},
           {"https://*.example", "https://a.example.evil", "(refused)"},
           {"*.example", "https://a.example", "https://a.example"},
           {"https://*", "https://", "https://"},
           {"aa*aa", "aaa", "(refused)"},
       }) {
    EXPECT_EQ(HeaderOf(MatchActual({Rule({c.pattern}, {"GET"})}, c.origin, "GET"), kAllowOrigin), c.shown)
        << c.pattern << " " << c.origin;
  }
  EXPECT_EQ(HeaderOf(MatchActual({Rule({"https://a", "*"}, {"GET"})}, "https://a", "GET"), kAllowOrigin), "https://a");
}

TEST(CorsMatch, OfRequestHeaders) {
  struct Case {
    std::vector<std::string> allowed;
    std::string asked, shown;
  };
  for (const Case& c : std::vector<Case>{
           {{}, "", "(absent)"},
           {{}, "x-a", "(refused)"},
           {{"*"}, "X-A, content-type", "x-a, content-type"},
           {{"X-Amz-*"}, "x-amz-date,x-amz-acl", "x-amz-date, x-amz-acl"},
           {{"X-Amz-*"}, "x-amz-date, x-other", "(refused)"},
           {{"x-a", "x-b"}, " , x-b ,X-A", "x-b, x-a"},
           {{"x-a"}, "", "(absent)"},
       }) {
    EXPECT_EQ(HeaderOf(MatchPreflight({Rule({"*"}, {"GET"}, c.allowed)}, "https://a", "GET", c.asked),
                       "Access-Control-Allow-Headers"),
              c.shown)
        << c.asked;
  }
}

TEST(CorsMatch, TakesTheFirstRuleThatAllowsAll) {
  CorsRules rules = {Rule({"https://a"}, {"GET"}), Rule({"*"}, {"PUT"}, {"x-a"}), Rule({"*"}, {"PUT", "GET"}, {"*"})};
  auto methods = [&](std::string_view origin, std::string_view method, std::string_view headers) {
    return HeaderOf(MatchPreflight(rules, origin, method, headers), "Access-Control-Allow-Methods");
  };
  EXPECT_EQ(methods("https://a", "GET", ""), "GET");
  EXPECT_EQ(methods("https://b", "GET", ""), "PUT, GET");
  EXPECT_EQ(methods("https://a", "PUT", "x-a"), "PUT");
  EXPECT_EQ(methods("https://a", "PUT", "x-b"), "PUT, GET");
  EXPECT_EQ(methods("https://a", "GET", "x-b"), "PUT, GET");
  EXPECT_EQ(methods("https://a", "DELETE", ""), "(refused)");
  EXPECT_FALSE(MatchActual({}, "https://a", "GET"));
}

TEST(CorsMatch, SaysAllThatTheRuleSays) {
  CorsRule rule = Rule({"https://a"}, {"GET", "PUT"}, {"*"});
  rule.exposed = {"ETag", "x-amz-request-id"};
  rule.max_age_seconds = 600;
  EXPECT_THAT(*MatchPreflight({rule}, "https://a", "PUT", "X-A"),
              ElementsAre(Pair("Access-Control-Allow-Origin", "https://a"),
                          Pair("Access-Control-Allow-Methods", "GET, PUT"), Pair("Access-Control-Allow-Headers", "x-a"),
                          Pair("Access-Control-Expose-Headers", "ETag, x-amz-request-id"),
                          Pair("Access-Control-Max-Age", "600"), Pair("Access-Control-Allow-Credentials", "true"),
                          Pair("Vary", HasSubstr("Origin"))));
  EXPECT_THAT(*MatchActual({Rule({"*"}, {"GET"})}, "https://a", "GET"),
              ElementsAre(Pair("Access-Control-Allow-Origin", "*"), Pair("Access-Control-Allow-Methods", "GET"),
                          Pair("Vary", HasSubstr("Origin"))));
}

}  // namespace
}  // namespace atelier::object_store
