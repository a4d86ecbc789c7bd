#include "http/internal/head_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atelier::http {
namespace {

TEST(ParseRequestHead, FillsInTheRequest) {
  auto head = ParseRequestHead(
      "PUT /b/a%20b?acl&x=%31 HTTP/1.1\r\nHost: h:1\r\nX-Meta:  two words \r\nx-meta: again\r\nContent-Length: 5\r\n"
      "Expect: 100-Continue\r\n\r\n");
  ASSERT_TRUE(head) << head.error().message;
  const auto& request = head->request;
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.target, "/b/a%20b?acl&x=%31");
  EXPECT_EQ(request.path, "/b/a%20b");
  EXPECT_EQ(request.raw_query, "acl&x=%31");
  EXPECT_EQ(request.query.Get("x"), "1");
  EXPECT_EQ(request.host(), "h:1");
  EXPECT_THAT(request.headers.GetAll("x-meta"), testing::ElementsAre("two words", "again"));
  EXPECT_EQ(request.headers.begin()->first, "Host");
  EXPECT_EQ(request.content_length, 5U);
  EXPECT_FALSE(request.chunked);
  EXPECT_TRUE(head->expects_continue);
  EXPECT_TRUE(head->keep_alive);
}

TEST(ParseRequestHead, AcceptsTheFormsOfTargetsAndMethods) {
  struct Case {
    std::string line, method, path, query;
  };
  const Case cases[] = {
      {"GET /", "GET", "/", ""},
      {"GET /?", "GET", "/", ""},
      {"GET //a?b?c", "GET", "//a", "b?c"},
      {"OPTIONS *", "OPTIONS", "*", ""},
      {"GET http://h/x?y", "GET", "/x", "y"},
      {"GET HTTP://H?y", "GET", "/", "y"},
      {"GET http://h", "GET", "/", ""},
      {"PURGE /x", "PURGE", "/x", ""},
  };
  for (const auto& test : cases) {
    auto head = ParseRequestHead(test.line + " HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(head) << test.line << ": " << head.error().message;
    EXPECT_EQ(head->request.method, test.method);
    EXPECT_EQ(head->request.path, test.path) << test.line;
    EXPECT_EQ(head->request.raw_query, test.query) << test.line;
  }
}

TEST(ParseRequestHead, KeepAlive) {
  auto keeps = [](std::string_view version, std::string_view fields) {
    auto head =
        ParseRequestHead("GET / HTTP/" + std::string(version) + "\r\nHost: h\r\n" + std::string(fields) + "\r\n");
    return head && head->keep_alive;
  };
  EXPECT_TRUE(keeps("1.1", ""));
  EXPECT_FALSE(keeps("1.1", "Connection: x, Close\r\n"));
  EXPECT_FALSE(keeps("1.0", ""));
  EXPECT_TRUE(keeps("1.0", "Connection: keep-alive\r\n"));
}

// The server tests send the main ones over a socket.
TEST(ParseRequestHead, Rejects) {
  struct Case {
    std::string what, head;
    int status;
  };
  const std::string host = "Host: h\r\n";
  const Case cases[] = {
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", 400},
      {"two hosts on 1.0", "GET / HTTP/1.0\r\nHost: a\r\nhost: a\r\n\r\n", 400},
      {"length and coding", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
       400},
      {"coding and length", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
       400},
      {"two lengths", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"length list", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1, 1\r\n\r\n", 400},
      {"signed length", "POST / HTTP/1.1\r\n" + host + "Content-Length: +1\r\n\r\n", 400},
      {"length overflow", "POST / HTTP/1.1\r\n" + host + "Content-Length: 18446744073709551616\r\n\r\n", 400},
      {"folded field", "GET / HTTP/1.1\r\n" + host + "X: a\r\n b\r\n\r\n", 400},
      {"space before the first field", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400},
      {"space before the colon", "GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400},
      {"bare LF", "GET / HTTP/1.1\nHost: h\r\n\r\n", 400},
      {"gzip, chunked", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"identity", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: identity\r\n\r\n", 501},
      {"chunked on 1.0", "POST / HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n", 400},
      {"UTF-8 in the target", "GET /\xC3\xA9 HTTP/1.1\r\n" + host + "\r\n", 400},
      {"control byte in the target", "GET /\x01 HTTP/1.1\r\n" + host + "\r\n", 400},
      {"DEL in the target", "GET /\x7F HTTP/1.1\r\n" + host + "\r\n", 400},
      {"space in the target", "GET /a b HTTP/1.1\r\n" + host + "\r\n", 400},
      {"target without a slash", "GET a HTTP/1.1\r\n" + host + "\r\n", 400},
      {"CONNECT", "CONNECT h:1 HTTP/1.1\r\n" + host + "\r\n", 400},
      {"other host in the target", "GET http://evil/ HTTP/1.1\r\n" + host + "\r\n", 400},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\n", 505},
      {"HTTP/1.2", "GET / HTTP/1.2\r\n" + host + "\r\n", 505},
      {"HTTP/0.9", "GET / HTTP/0.9\r\n" + host + "\r\n", 505},
      {"no version", "GET /\r\n" + host + "\r\n", 400},
      {"not HTTP", "\x16\x03\x01\r\n\r\n", 400},
      {"other expectation", "GET / HTTP/1.1\r\n" + host + "Expect: tea\r\n\r\n", 417},
      {"NUL in a value", "GET / HTTP/1.1\r\n" + host + "X: a" + std::string(1, '\0') + "b\r\n\r\n", 400},
  };
  for (const auto& test : cases) {
    auto head = ParseRequestHead(test.head);
    ASSERT_FALSE(head) << test.what;
    EXPECT_EQ(head.error().status, test.status) << test.what << ": " << head.error().message;
  }
}

TEST(ParseResponseHead, ReadsFraming) {
  auto head = ParseResponseHead("HTTP/1.1 206 Partial Content\r\nContent-Length: 7\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 206);
  EXPECT_EQ(head->content_length, 7U);
  EXPECT_FALSE(head->keep_alive);
  auto chunked = ParseResponseHead("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  ASSERT_TRUE(chunked);
  EXPECT_TRUE(chunked->chunked);
  EXPECT_TRUE(chunked->keep_alive);
  EXPECT_FALSE(ParseResponseHead("SSH-2.0-x\r\n\r\n"));
}

}  // namespace
}  // namespace atelier::http
