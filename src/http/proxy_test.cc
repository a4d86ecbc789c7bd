#include "http/proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/internal/hop_fields.h"
#include "http/testing/server_fixture.h"
#include "http/testing/socket_server.h"

namespace atelier::http {
namespace {

using std::chrono::milliseconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kHello = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

class ProxyTest : public testing::Test {
 protected:
  Task<Response> Handle(Exchange& exchange) {
    ProxyTarget target{.folder = folder_.path(),
                       .socket_name = "s.sock",
                       .target = exchange.request().target,
                       .headers = EndToEndFields(exchange.request().headers)};
    auto passed = co_await PassOn(exchange, std::move(target), limits_);
    if (!passed)
      co_return Response::Text(passed.error().kind == ErrorKind::kDeadlineExceeded ? 504 : 502, passed.error().message);
    co_return *std::move(passed);
  }
  // A whole exchange with an upstream that says `answer`.
  std::string Get(const std::string& answer) {
    SocketServer upstream(folder_.path(), "s.sock", answer);
    RawConnection client(server_.address());
    client.Send("GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    auto all = client.ReadAll();
    fs::remove(folder_.path() / "s.sock");
    return all;
  }

  TemporaryDirectory folder_;
  ProxyLimits limits_{.body_bytes = 1000, .head_wait = milliseconds(10'000), .piece_wait = milliseconds(10'000)};
  TestServer server_{[this](Exchange& exchange) { return Handle(exchange); }};
};

TEST_F(ProxyTest, RequestAndAnswerPass) {
  SocketServer upstream(folder_.path(), "s.sock", kHello);
  RawConnection client(server_.address());
  client.Send("POST /a%20b?c=d+e HTTP/1.1\r\nHost: platform:8080\r\nAccept: x\r\nContent-Length: 4\r\n\r\nbody");
  auto answer = client.ReadUntil("\r\n0\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
  EXPECT_EQ(upstream.WaitForRequests(1)[0],
            "POST /a%20b?c=d+e HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: x\r\nContent-Length: "
            "4\r\n\r\nbody");
}

TEST_F(ProxyTest, ChunkedBodiesGoOnWithALength) {
  SocketServer upstream(folder_.path(), "s.sock", kHello);
  RawConnection client(server_.address());
  client.Send(
      "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\nConnection: keep-alive, "
      "X-Secret\r\n"
      "X-Secret: 1\r\nKeep-Alive: 5\r\nUpgrade: websocket\r\nProxy-Authorization: "
      "p\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  client.ReadUntil("hello");
  auto request = upstream.WaitForRequests(1)[0];
  EXPECT_EQ(request, "POST /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n\r\nabcde");
}

TEST_F(ProxyTest, BodiesAreBounded) {
  SocketServer upstream(folder_.path(), "s.sock", kHello);
  RawConnection client(server_.address());
  client.Send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("at most 1000 bytes"), StartsWith("HTTP/1.1 502 "));
}

TEST_F(ProxyTest, EveryFramingOfAnAnswerIsUnderstood) {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  EXPECT_THAT(Get(chunked), EndsWith("\r\n0\r\n\r\n"));
  EXPECT_THAT(Get(chunked), HasSubstr("\r\nabc\r\n"));
  EXPECT_THAT(Get("HTTP/1.1 200 OK\r\n\r\nto the end"), EndsWith("\r\n\r\na\r\nto the end\r\n0\r\n\r\n"));
  EXPECT_THAT(Get("HTTP/1.0 200 OK\r\n\r\nold"), EndsWith("\r\n\r\n3\r\nold\r\n0\r\n\r\n"));
  EXPECT_THAT(Get("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(Get("HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\nContent-Length: 5\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 304"), HasSubstr("ETag: \"e\"\r\n"), Not(HasSubstr("Content-Length"))));
  EXPECT_THAT(Get("HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nX-End: 2\r\nContent-Length: 0\r\n\r\n"),
              AllOf(HasSubstr("X-End: 2\r\n"), Not(HasSubstr("X-Hop"))));
}

TEST_F(ProxyTest, BytesBehindAnAnswerAreNobodys) {
  auto answer = Get(std::string(kHello) + "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad");
  EXPECT_THAT(answer, EndsWith("5\r\nhello\r\n0\r\n\r\n"));
}

TEST_F(ProxyTest, WhatIsNoAnswerIsRefused) {
  for (const char* answer :
       {"", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le"})
    EXPECT_THAT(Get(answer), StartsWith("HTTP/1.1 502 ")) << answer;
  EXPECT_THAT(Get("HTTP/1.1 200 OK\r\nX: " + std::string(200'000, 'x')), StartsWith("HTTP/1.1 502 "));
}

TEST_F(ProxyTest, AnAnswerThatBreaksOffIsNotEnded) {
  EXPECT_THAT(Get("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"),
              AllOf(HasSubstr("\r\nhello\r\n"), Not(EndsWith("0\r\n\r\n"))));
  EXPECT_THAT(Get("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\n"),
              AllOf(HasSubstr("hello"), Not(EndsWith("0\r\n\r\n"))));
}

TEST_F(ProxyTest, HeadHasTheLengthAndNoBody) {
  SocketServer upstream(folder_.path(), "s.sock", "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
  RawConnection client(server_.address());
  client.Send("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReadAll(), AllOf(HasSubstr("Content-Length: 1234\r\n"), EndsWith("\r\n\r\n")));
  EXPECT_THAT(upstream.WaitForRequests(1)[0], StartsWith("HEAD /x HTTP/1.1\r\n"));
}

TEST_F(ProxyTest, NobodyThereIsSaid) {
  auto ask = [&] {
    RawConnection client(server_.address());
    client.Send("GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    return client.ReadAll();
  };
  EXPECT_THAT(ask(), HasSubstr("is not there (yet)"));
  TemporaryDirectory elsewhere;
  SocketServer other(elsewhere.path(), "other.sock", kHello);
  fs::create_symlink(elsewhere.path() / "other.sock", folder_.path() / "s.sock");
  EXPECT_THAT(ask(), AllOf(StartsWith("HTTP/1.1 502 "), HasSubstr("takes no connection"))) << "links are not followed";
}

TEST_F(ProxyTest, ASilentServerHasADeadline) {
  limits_.head_wait = milliseconds(50);
  SocketServer upstream(folder_.path(), "s.sock", "", SocketServer::Then::kStay);
  RawConnection client(server_.address());
  client.Send("GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReadAll(), StartsWith("HTTP/1.1 504 "));
  EXPECT_TRUE(upstream.WaitForHangUp());
}

TEST_F(ProxyTest, AClientThatLeavesEndsTheConnectionBehind) {
  // More than all buffers on the way hold.
  std::string large = "HTTP/1.1 200 OK\r\nContent-Length: 32000000\r\n\r\n" + std::string(32'000'000, 'x');
  SocketServer upstream(folder_.path(), "s.sock", large, SocketServer::Then::kStay);
  {
    RawConnection client(server_.address());
    client.Send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
    client.ReadUntil("xxxx");
    client.Reset();
  }
  EXPECT_TRUE(upstream.WaitForHangUp());
  EXPECT_LT(server_.WaitForRecords(1)[0].bytes_out, 32'000'000U);
}

TEST_F(ProxyTest, TheStopOfTheServerCutsAWait) {
  limits_.head_wait = milliseconds(600'000);
  SocketServer upstream(folder_.path(), "s.sock", "", SocketServer::Then::kStay);
  RawConnection client(server_.address());
  client.Send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
  upstream.WaitForRequests(1);
  server_.server().Stop(milliseconds(10));
  EXPECT_TRUE(upstream.WaitForHangUp());
}

TEST(HopFieldsTest, ConnectionNamesMore) {
  Headers headers;
  headers.Add("Connection", "close , X-One");
  headers.Add("CONNECTION", "x-two");
  headers.Add("x-one", "1");
  headers.Add("X-Two", "2");
  headers.Add("X-Three", "3");
  headers.Add("Transfer-Encoding", "chunked");
  headers.Add("Expect", "100-continue");
  auto passed = WithoutHopFields(headers);
  ASSERT_EQ(passed.size(), 1U);
  EXPECT_EQ(passed.Get("x-three"), "3");
}

}  // namespace
}  // namespace atelier::http
