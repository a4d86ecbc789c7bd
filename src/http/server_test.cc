// The server seen from the wire: connections, framing of small messages, rejections.
#include "http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "http/client.h"
#include "http/testing/server_fixture.h"

namespace atelier::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Answers with "<method> <path> <body>", or as the path says.
Task<Response> Echo(Exchange& exchange) {
  const auto& request = exchange.request();
  if (request.path == "/throw") throw std::runtime_error("broken on purpose");
  if (request.path == "/status/1") co_return Response::Empty(1);
  if (request.path == "/none") co_return Response::Empty(204);
  if (request.path == "/unread") co_return Response::Text(403, "no");
  if (request.path == "/close") {
    auto response = Response::Text(200, "bye");
    response.headers.Add("Connection", "close");
    co_return response;
  }
  auto body = co_await ReadWholeBody(exchange.body(), 1 << 20);
  if (!body) co_return Response::Text(400, body.error().message);
  auto response = Response::Text(200, request.method + " " + request.path + " " + *body);
  response.action = "Echo";
  co_return response;
}

TEST(Server, KeepsAConnectionForManyRequests) {
  TestServer server(Echo);
  RawConnection connection(server.address());
  std::set<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(connection.Send("POST /a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nxy"));
    auto response = connection.ReadResponse();
    EXPECT_THAT(response, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(response, testing::EndsWith("\r\n\r\nPOST /a xy"));
    EXPECT_THAT(response, HasSubstr("\r\nServer: Atelier\r\n"));
    EXPECT_THAT(response, Not(HasSubstr("Connection:")));
    auto at = response.find("X-Request-Id: ");
    ASSERT_NE(at, std::string::npos);
    ids.insert(response.substr(at + 14, response.find("\r\n", at) - at - 14));
  }
  EXPECT_EQ(ids.size(), 3U);
  EXPECT_EQ(ids.begin()->size(), 32U);
  auto records = server.WaitForRecords(3);
  EXPECT_EQ(records[0].listener, "test");
  EXPECT_EQ(records[0].method, "POST");
  EXPECT_EQ(records[0].path, "/a");
  EXPECT_EQ(records[0].action, "Echo");
  EXPECT_EQ(records[0].status, 200);
  EXPECT_EQ(records[0].bytes_in, 2U);
  EXPECT_EQ(records[0].bytes_out, 10U);
  EXPECT_EQ(records[0].remote_address, "127.0.0.1");
  EXPECT_TRUE(ids.contains(records[0].request_id));
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  TestServer server(Echo);
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send(
      "\r\nPOST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab"
      "POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ncd\r\n1;x=y\r\ne\r\n0\r\nT: u\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  auto all = connection.ReadAll();
  auto first = all.find("POST /1 ab"), second = all.find("POST /2 cde"), third = all.find("GET /3 ");
  EXPECT_LT(first, second) << all;
  EXPECT_LT(second, third) << all;
  EXPECT_NE(third, std::string::npos) << all;
  EXPECT_THAT(all, HasSubstr("Connection: close"));
}

TEST(Server, TakesARequestByteByByte) {
  TestServer server(Echo);
  RawConnection connection(server.address());
  for (char c :
       std::string_view("POST /slow HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"))
    ASSERT_TRUE(connection.Send(std::string_view(&c, 1)));
  EXPECT_THAT(connection.ReadResponse(), testing::EndsWith("POST /slow ab"));
}

TEST(Server, ServesHttp10) {
  TestServer server(Echo);
  RawConnection once(server.address());
  ASSERT_TRUE(once.Send("GET /a HTTP/1.0\r\n\r\n"));
  EXPECT_THAT(once.ReadAll(), testing::AllOf(HasSubstr("GET /a "), HasSubstr("Connection: close")));
  RawConnection kept(server.address());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(kept.Send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    EXPECT_THAT(kept.ReadResponse(), HasSubstr("\r\nConnection: keep-alive\r\n"));
  }
}

TEST(Server, HeadAndBodilessStatuses) {
  TestServer server(Echo);
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(connection.ReadResponse(false), HasSubstr("\r\nContent-Length: 8\r\n"));
  ASSERT_TRUE(connection.Send("GET /none HTTP/1.1\r\nHost: h\r\n\r\n"));
  auto none = connection.ReadResponse();
  EXPECT_THAT(none, StartsWith("HTTP/1.1 204 No Content\r\n"));
  EXPECT_THAT(none, Not(HasSubstr("Content-Length")));
  ASSERT_TRUE(connection.Send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(connection.ReadResponse(), testing::EndsWith("GET /b "));
}

TEST(Server, PassesUnknownMethodsOn) {
  TestServer server(Echo);
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("PURGE /a HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(connection.ReadResponse(), testing::EndsWith("PURGE /a "));
}

TEST(Server, RejectsWhatIsNotPlainHttp) {
  struct Case {
    std::string what, request, status;
  };
  const Case cases[] = {
      {"no host", "GET / HTTP/1.1\r\n\r\n", "400"},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
      {"length and coding",
       "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
      {"folded field", "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", "400"},
      {"bare LF", "GET / HTTP/1.1\nHost: h\n\n", "400"},
      {"bare LF after a good line", "GET / HTTP/1.1\r\nHost: h\n\n", "400"},
      {"gzip, chunked", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501"},
      {"raw UTF-8 in the target", "GET /\xC3\xA9 HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"},
      {"TLS", "\x16\x03\x01\x02\r\n\r\n", "400"},
      {"large headers", "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n", "431"},
      {"endless request line", "GET /" + std::string(40'000, 'x'), "431"},
      {"bad chunk", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
  };
  TestServer server(Echo);
  std::size_t count = 0;
  for (const auto& test : cases) {
    RawConnection connection(server.address());
    ASSERT_TRUE(connection.Send(test.request)) << test.what;
    // The next request on the connection must not be served: where it begins is not sure.
    connection.Send("GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
    connection.CloseSending();
    auto answer = connection.ReadAll();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + test.status + " ")) << test.what;
    EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n")) << test.what;
    EXPECT_THAT(answer, Not(HasSubstr("smuggled"))) << test.what;
    EXPECT_THAT(answer, Not(HasSubstr("<reset>"))) << test.what;
    auto records = server.WaitForRecords(++count);
    EXPECT_EQ(std::to_string(records.back().status), test.status) << test.what;
    EXPECT_EQ(records.back().request_id.size(), 32U);
  }
  EXPECT_EQ(server.WaitForRecords(count).size(), count);
}

TEST(Server, HeadersMayBeAsLargeAsTheLimit) {
  TestServerOptions options;
  options.limits.header_bytes = 32 * 1024;
  TestServer server(Echo, options);
  std::string request = "GET / HTTP/1.1\r\nHost: h\r\nX: \r\n\r\n";
  request.insert(request.size() - 4, std::string(options.limits.header_bytes - request.size(), 'x'));
  RawConnection fits(server.address());
  ASSERT_TRUE(fits.Send(request));
  EXPECT_THAT(fits.ReadResponse(), StartsWith("HTTP/1.1 200 "));
  request.insert(request.size() - 4, "x");
  ASSERT_TRUE(fits.Send(request));
  EXPECT_THAT(fits.ReadResponse(), StartsWith("HTTP/1.1 431 "));
}

TEST(Server, AHandlersExceptionIsA500WithTheRequestId) {
  TestServer server(Echo);
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n"));
  auto response = connection.ReadResponse();
  auto record = server.WaitForRecords(1)[0];
  EXPECT_THAT(response, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(response, HasSubstr("\"request_id\":\"" + record.request_id + "\""));
  EXPECT_THAT(response, Not(HasSubstr("on purpose")));
  EXPECT_EQ(record.status, 500);
  EXPECT_EQ(record.error, "broken on purpose");
  ASSERT_TRUE(connection.Send("GET /status/1 HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(connection.ReadResponse(), StartsWith("HTTP/1.1 500 "));
}

TEST(Server, ClosesWhenTheHandlerSaysSo) {
  TestServer server(Echo);
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("GET /close HTTP/1.1\r\nHost: h\r\n\r\nGET /again HTTP/1.1\r\nHost: h\r\n\r\n"));
  connection.CloseSending();
  auto all = connection.ReadAll();
  EXPECT_THAT(all, testing::EndsWith("\r\n\r\nbye"));
  EXPECT_THAT(all, HasSubstr("\r\nConnection: close\r\n"));
}

TEST(Server, ListensOnIpv6) {
  WorkerPool pool(1, 1);
  Server server({}, pool, {});
  ListenerOptions options{.name = "six", .address = "[::1]:0", .handler = Echo};
  auto address = server.AddListener(options);
  if (!address) GTEST_SKIP() << "no IPv6 here: " << address.error().message;
  EXPECT_THAT(*address, StartsWith("[::1]:"));
  server.Start();
  Client client(*address);
  ClientRequest request{.target = "/six"};
  auto response = client.Send(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "GET /six ");
}

TEST(Server, SeveralLoopsShareAPort) {
  TestServerOptions options;
  options.loops = 3;
  TestServer server(Echo, options);
  for (int i = 0; i < 20; ++i) {
    Client client(server.address());
    ClientRequest request{.target = "/x"};
    auto response = client.Send(request);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 200);
  }
}

TEST(Server, NamesTheAddressThatIsTaken) {
  TestServer first(Echo);
  WorkerPool pool(1, 1);
  for (std::size_t loops : {1UL, 2UL}) {
    Server second({}, pool, {});
    ListenerOptions options{.name = "b", .address = first.address(), .loops = loops, .handler = Echo};
    auto address = second.AddListener(options);
    ASSERT_FALSE(address) << loops;
    EXPECT_EQ(address.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(address.error().message, HasSubstr(first.address()));
  }
  for (std::string bad : {"", "8080", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "::1:80", "[x]:80"}) {
    Server server({}, pool, {});
    ListenerOptions options{.name = "c", .address = bad, .handler = Echo};
    auto address = server.AddListener(options);
    ASSERT_FALSE(address) << bad;
    EXPECT_EQ(address.error().kind, ErrorKind::kInvalidArgument) << bad;
  }
}

}  // namespace
}  // namespace atelier::http
