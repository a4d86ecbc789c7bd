// Bodies in both directions: streaming, 100-continue, early answers, files, producers, clients that go away.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>

#include "http/client.h"
#include "http/testing/server_fixture.h"

namespace atelier::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Reads the body to its end and answers its size and the sum of its bytes; 400 with the error's kind when it fails.
Task<Response> Count(Exchange& exchange) {
  std::vector<std::byte> block(100'000);
  std::uint64_t size = 0, sum = 0;
  for (;;) {
    auto count = co_await exchange.body().Read(block);
    if (!count) {
      auto response = Response::Text(400, std::string(ToString(count.error().kind)));
      response.error = std::string(ToString(count.error().kind));
      co_return response;
    }
    if (*count == 0) break;
    size += *count;
    for (std::size_t i = 0; i < *count; ++i) sum += std::to_integer<std::uint64_t>(block[i]);
  }
  co_return Response::Text(200, std::to_string(size) + " " + std::to_string(sum));
}

Task<Response> Refuse(Exchange&) { co_return Response::Text(403, "refused"); }

std::string Pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 2654435761U >> 13);
  return text;
}

std::string CountOf(std::string_view text) {
  std::uint64_t sum = 0;
  for (char c : text) sum += static_cast<unsigned char>(c);
  return std::to_string(text.size()) + " " + std::to_string(sum);
}

TEST(RequestBody, SizedAndLarge) {
  TestServer server(Count);
  Client client(server.address());
  for (std::size_t size : {0UL, 1UL, 8'000UL, 3'000'000UL}) {
    ClientRequest request{.method = "PUT", .body = Pattern(size)};
    auto response = client.Send(request);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, CountOf(request.body));
  }
}

TEST(RequestBody, ChunkedAndLarge) {
  TestServer server(Count);
  RawConnection connection(server.address());
  const auto data = Pattern(1'000'000);
  std::string request = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0, step = 1; at < data.size(); at += step, step = step * 3 % 70'001 + 1) {
    auto piece = data.substr(at, step);
    char line[20];
    (void)std::snprintf(line, sizeof line, "%zx\r\n", piece.size());
    request += line + piece + "\r\n";
  }
  request += "0\r\n\r\n";
  ASSERT_TRUE(connection.Send(request));
  EXPECT_THAT(connection.ReadResponse(), testing::EndsWith("\r\n\r\n" + CountOf(data)));
  ASSERT_TRUE(connection.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(connection.ReadResponse(), testing::EndsWith("\r\n\r\n0 0"));
}

TEST(RequestBody, ContinueIsSentBeforeTheFirstRead) {
  TestServer server(Count);
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(connection.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(connection.Send("abc"));
  EXPECT_THAT(connection.ReadResponse(), testing::EndsWith(CountOf("abc")));

  Client client(server.address());
  ClientRequest request{.method = "PUT", .body = Pattern(2'000'000)};
  request.headers.Add("Expect", "100-continue");
  auto response = client.Send(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, CountOf(request.body));
}

TEST(RequestBody, ContinueIsNotSentToOneWhoHasBegun) {
  TestServer server(Count);
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc"));
  EXPECT_THAT(connection.ReadResponse(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(RequestBody, ContinueIsRefusedByAnAnswer) {
  TestServer server(Refuse);
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"));
  auto answer = connection.ReadResponse();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));

  Client client(server.address());
  bool asked = false;
  ClientRequest request{.method = "PUT"};
  request.headers.Add("Expect", "100-continue");
  request.body_length = 1'000;
  request.body_source = [&](std::span<char> into) -> Result<std::size_t> {
    asked = true;
    return into.size();
  };
  auto response = client.Send(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 403);
  EXPECT_FALSE(asked);
}

TEST(RequestBody, AnUnreadBodyThatIsSmallIsReadAway) {
  TestServer server(Refuse);
  RawConnection connection(server.address());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(
        connection.Send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x')));
    auto answer = connection.ReadResponse();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 403 "));
    EXPECT_THAT(answer, Not(HasSubstr("Connection: close")));
  }
  ASSERT_TRUE(connection.Send("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
  EXPECT_THAT(connection.ReadResponse(), HasSubstr("Connection: close"));
}

TEST(RequestBody, AnEarlyAnswerToALargeUploadIsSeen) {
  TestServer server(Refuse);
  // This client sends all it has before it looks for an answer: a reset in the meantime would destroy it.
  RawConnection stubborn(server.address());
  const std::string body(16'000'000, 'x');
  ASSERT_TRUE(stubborn.Send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 16000000\r\n\r\n"));
  ASSERT_TRUE(stubborn.Send(body));
  stubborn.CloseSending();
  auto answer = stubborn.ReadAll();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(answer, testing::EndsWith("refused"));

  Client client(server.address());
  std::uint64_t given = 0;
  ClientRequest request{.method = "PUT"};
  request.body_length = 1ULL << 40;
  request.body_source = [&](std::span<char> into) -> Result<std::size_t> {
    given += into.size();
    return into.size();
  };
  auto response = client.Send(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 403);
  EXPECT_LT(given, *request.body_length);
}

TEST(RequestBody, AClientThatGoesAwayGivesCancelled) {
  TestServer server(Count);
  RawConnection reset(server.address());
  ASSERT_TRUE(reset.Send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc"));
  reset.Reset();
  EXPECT_EQ(server.WaitForRecords(1)[0].error, ToString(ErrorKind::kCancelled));

  RawConnection cut_short(server.address());
  ASSERT_TRUE(cut_short.Send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc"));
  cut_short.CloseSending();
  EXPECT_THAT(cut_short.ReadAll(), StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(server.WaitForRecords(2)[1].error, ToString(ErrorKind::kCancelled));

  RawConnection cut_chunk(server.address());
  ASSERT_TRUE(cut_chunk.Send("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"));
  cut_chunk.CloseSending();
  EXPECT_THAT(cut_chunk.ReadAll(), HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_EQ(server.WaitForRecords(3)[2].error, ToString(ErrorKind::kCancelled));
}

TEST(RequestBody, ASlowClientGivesDeadlineExceeded) {
  TestServerOptions options;
  options.limits.body_timeout = std::chrono::milliseconds(40);
  TestServer server(Count, options);
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc"));
  EXPECT_THAT(connection.ReadResponse(), StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(server.WaitForRecords(1)[0].error, ToString(ErrorKind::kDeadlineExceeded));
}

TEST(ReadWholeBody, HoldsItsLimit) {
  TestServer server([](Exchange& exchange) -> Task<Response> {
    auto body = co_await ReadWholeBody(exchange.body(), 200'000);
    if (!body) co_return Response::Text(413, body.error().code);
    co_return Response::Text(200, *std::move(body));
  });
  Client client(server.address());
  ClientRequest request{.method = "PUT", .body = Pattern(200'000)};
  auto fits = client.Send(request);
  ASSERT_TRUE(fits) << fits.error().message;
  EXPECT_EQ(fits->body, request.body);
  request.body += "x";
  auto announced = client.Send(request);
  ASSERT_TRUE(announced) << announced.error().message;
  EXPECT_EQ(announced->status, 413);
  EXPECT_EQ(announced->body, "EntityTooLarge");

  RawConnection chunked(server.address());
  const std::string head = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  ASSERT_TRUE(chunked.Send(head + "30d40\r\n" + request.body.substr(0, 200'000) + "\r\n0\r\n\r\n"));
  EXPECT_THAT(chunked.ReadResponse(), StartsWith("HTTP/1.1 200 "));
  ASSERT_TRUE(chunked.Send(head + "30d41\r\n" + request.body + "\r\n0\r\n\r\n"));
  EXPECT_THAT(chunked.ReadResponse(), StartsWith("HTTP/1.1 413 "));
}

class FileBody : public testing::Test {
 protected:
  FileBody() {
    auto path = directory_.path() / "blob";
    EXPECT_TRUE(WriteFileDurably(path, content_));
    auto fd = OpenFile(path, O_RDONLY);
    EXPECT_TRUE(fd);
    file_ = std::make_shared<UniqueFd>(std::move(*fd));
  }

  Handler Send(std::vector<FileExtent> extents) {
    return [extents](Exchange&) -> Task<Response> {
      Response response;
      response.body = extents;
      co_return response;
    };
  }

  TemporaryDirectory directory_;
  const std::string content_ = Pattern(5'000'000);
  std::shared_ptr<UniqueFd> file_;
};

TEST_F(FileBody, SendsExtentsInOrder) {
  TestServer server(Send({{file_, 10, 4'500'000}, {file_, 0, 0}, {file_, 4'999'990, 10}, {file_, 0, 3}}));
  Client client(server.address());
  ClientRequest request;
  for (int i = 0; i < 2; ++i) {
    auto response = client.Send(request);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->headers.Get("content-length"), "4500013");
    EXPECT_TRUE(response->body == content_.substr(10, 4'500'000) + content_.substr(4'999'990) + content_.substr(0, 3));
  }
  request.method = "HEAD";
  auto head = client.Send(request);
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->headers.Get("content-length"), "4500013");
  EXPECT_EQ(server.WaitForRecords(2)[0].bytes_out, 4'500'013U);
}

TEST_F(FileBody, NothingToSend) {
  TestServer server(Send({}));
  Client client(server.address());
  ClientRequest request;
  auto response = client.Send(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->headers.Get("content-length"), "0");
}

TEST_F(FileBody, AFileThatIsTooShortClosesTheConnection) {
  TestServer server(Send({{file_, 4'999'000, 2'000}}));
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  auto answer = connection.ReadAll();
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 2000\r\n"));
  EXPECT_THAT(answer, testing::EndsWith(content_.substr(4'999'000)));
  EXPECT_THAT(server.WaitForRecords(1)[0].error, HasSubstr("shorter"));
}

TEST_F(FileBody, AReaderThatStopsIsGivenUp) {
  TestServerOptions options;
  options.limits.body_timeout = std::chrono::milliseconds(40);
  std::vector<FileExtent> many(20, FileExtent{file_, 0, content_.size()});
  TestServer server(Send(many), options);
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  auto record = server.WaitForRecords(1)[0];
  EXPECT_THAT(record.error, HasSubstr("no progress"));
  EXPECT_LT(record.bytes_out, 20 * content_.size());
  EXPECT_GT(record.bytes_out, 0U);
}

// "piece 1\n" ... "piece n\n", then the end, or an error.
Handler Produce(int pieces, bool fail_at_end) {
  return [=](Exchange&) -> Task<Response> {
    auto next = std::make_shared<int>(0);
    Response response;
    response.body = BodyProducer([=]() -> Task<Result<std::string>> {
      co_await boost::asio::post(boost::asio::use_awaitable);
      if (++*next <= pieces) co_return "piece " + std::to_string(*next) + "\n";
      if (fail_at_end) co_return Internal("the source broke");
      co_return "";
    });
    co_return response;
  };
}

TEST(ProducedBody, IsChunked) {
  TestServer server(Produce(3, false));
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(connection.ReadUntil("\r\n\r\n"), HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_EQ(connection.ReadUntil("0\r\n\r\n"), "8\r\npiece 1\n\r\n8\r\npiece 2\n\r\n8\r\npiece 3\n\r\n0\r\n\r\n");
  Client client(server.address());
  std::string pieces;
  ClientRequest request;
  request.body_sink = [&](std::string_view piece) -> Result<void> {
    pieces += piece;
    return {};
  };
  for (int i = 0; i < 2; ++i) {
    auto response = client.Send(request);
    ASSERT_TRUE(response) << response.error().message;
  }
  EXPECT_EQ(pieces, "piece 1\npiece 2\npiece 3\npiece 1\npiece 2\npiece 3\n");
}

TEST(ProducedBody, EndsWithTheConnectionOnHttp10) {
  TestServer server(Produce(2, false));
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  auto answer = connection.ReadAll();
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\npiece 1\npiece 2\n"));
  EXPECT_THAT(answer, Not(HasSubstr("chunked")));
}

TEST(ProducedBody, AnErrorLeavesItShort) {
  TestServer server(Produce(1, true));
  RawConnection connection(server.address());
  ASSERT_TRUE(connection.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(connection.ReadAll(), testing::EndsWith("8\r\npiece 1\n\r\n"));
  EXPECT_EQ(server.WaitForRecords(1)[0].error, "the source broke");
  Client client(server.address());
  ClientRequest request;
  auto response = client.Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kUnavailable);
}

TEST(ProducedBody, IsNotAskedForHead) {
  TestServer server([](Exchange&) -> Task<Response> {
    Response response;
    response.announced_length = 12;
    response.body = BodyProducer([]() -> Task<Result<std::string>> { throw std::logic_error("asked"); });
    co_return response;
  });
  RawConnection connection(server.address());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(connection.Send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_THAT(connection.ReadResponse(false), HasSubstr("\r\nContent-Length: 12\r\n"));
  }
}

}  // namespace
}  // namespace atelier::http
