#include "http/internal/response_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atelier::http {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Head(const Response& response, ResponseOptions options = {}) {
  options.request_id = "id1";
  return RenderHead(response, PlanBody(response, options), options);
}

TEST(RenderHead, AddsWhatTheServerOwns) {
  auto response = Response::Text(200, "hello");
  response.headers.Add("Content-Length", "99");
  response.headers.Add("Transfer-Encoding", "gzip");
  auto head = Head(response);
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n")) << head;
  EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 5\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nServer: Atelier\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nX-Request-Id: id1\r\n"));
  EXPECT_THAT(head, HasSubstr(" GMT\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("gzip")));
  EXPECT_THAT(head, Not(HasSubstr("99")));
  EXPECT_THAT(head, Not(HasSubstr("Connection")));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST(RenderHead, KeepsTheHandlersDateServerAndRequestId) {
  auto response = Response::Empty(200);
  response.headers.Add("date", "then");
  response.headers.Add("server", "OBS");
  response.headers.Add("x-request-id", "mine");
  auto head = Head(response);
  EXPECT_THAT(head, Not(HasSubstr("Atelier")));
  EXPECT_THAT(head, Not(HasSubstr("id1")));
  EXPECT_THAT(head, Not(HasSubstr("GMT")));
}

TEST(RenderHead, DoesNotLetValuesBreakLines) {
  auto response = Response::Empty(200);
  response.headers.Add("Content-Disposition", "a\r\nSet-Cookie: b\n\r\nHTTP/1.1");
  response.headers.Add("Bad Name\r\nX", "c");
  auto head = Head(response);
  EXPECT_THAT(head, HasSubstr("Content-Disposition: a  Set-Cookie: b   HTTP/1.1\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Bad Name")));
}

TEST(PlanBody, Table) {
  auto text = Response::Text(200, "hello");
  EXPECT_EQ(PlanBody(text, {}).length, 5U);
  EXPECT_TRUE(PlanBody(text, {}).send);
  EXPECT_FALSE(PlanBody(text, {.head_only = true}).send);
  EXPECT_EQ(PlanBody(text, {.head_only = true}).length, 5U);
  text.announced_length = 7;
  EXPECT_EQ(PlanBody(text, {.head_only = true}).length, 7U);
  EXPECT_EQ(PlanBody(text, {}).length, 5U);
  for (int status : {204, 304}) {
    text.status = status;
    EXPECT_EQ(PlanBody(text, {}).framing, BodyFraming::kNone);
    EXPECT_FALSE(PlanBody(text, {}).send);
    EXPECT_THAT(Head(text), Not(HasSubstr("Content-Length")));
  }
  Response extents;
  extents.body = std::vector<FileExtent>{{nullptr, 0, 3}, {nullptr, 10, 4}};
  EXPECT_EQ(PlanBody(extents, {}).length, 7U);
  Response produced;
  produced.body = BodyProducer([]() -> Task<Result<std::string>> { co_return ""; });
  EXPECT_EQ(PlanBody(produced, {}).framing, BodyFraming::kChunked);
  EXPECT_EQ(PlanBody(produced, {.http_1_0 = true}).framing, BodyFraming::kUntilClose);
  produced.announced_length = 9;
  EXPECT_EQ(PlanBody(produced, {.head_only = true}).length, 9U);
}

}  // namespace
}  // namespace atelier::http
