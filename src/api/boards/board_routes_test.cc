#include "api/boards/board_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/boards/board_ticket.h"
#include "auth/testing/demo_identity.h"
#include "boards/board_layout.h"
#include "boards/testing/board_world.h"
#include "http/client.h"
#include "http/testing/server_fixture.h"
#include "http/testing/socket_server.h"

namespace atelier::api {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kPage =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: evil=1\r\nService-Worker-Allowed: /\r\n"
    "Content-Length: 4\r\n\r\npage";

struct With {
  std::string method = "GET";
  http::Headers headers = {};
  std::string body = {};
};

class BoardRoutesTest : public testing::Test {
 protected:
  BoardRoutesTest() {
    world_.events.MakeBucket("mine", demo_.project.id);
    auto request = world_.Request();
    request.train_url = "/mine/out/";
    board_ = world_.service->Create(demo_.project.id, request).value();
  }
  void RunBoard() {
    world_.Pass();
    world_.Answer(board_);
    world_.Pass();
    board_ = world_.Stored(board_.id);
    ASSERT_EQ(board_.run.status, boards::Status::kRunning);
    auto folder = boards::BoardLayout(world_.options.runner.directory, board_).run;
    tensorboard_ = std::make_unique<http::SocketServer>(folder, boards::kSocketName, kPage);
  }
  http::ClientResponse Send(const std::string& target, With with = {}) {
    http::ClientRequest request;
    request.method = with.method;
    request.target = target;
    request.headers = with.headers;
    request.body = with.body;
    auto response = client_.Send(request);
    EXPECT_TRUE(response) << response.error().message;
    return response.value_or(http::ClientResponse{});
  }
  static With Header(const std::string& name, const std::string& value) {
    With with;
    with.headers.Add(name, value);
    return with;
  }
  std::string TicketQuery() const { return "?ticket=" + board_.run.ticket; }
  With Cookie() const { return Header("Cookie", "a=b; atelier_board_1=" + board_.run.ticket + "; c=d"); }

  auth::DemoIdentity demo_;
  auth::PlatformAuthenticator authenticator_{demo_.identities, demo_.clock};
  std::string token_ =
      demo_.identities.Authenticate({iam::SignIn::Password{"", "admin", "", "", "open sesame"}, "", "", "", ""})->text;
  boards::BoardWorld world_;
  boards::Board board_;
  std::unique_ptr<http::SocketServer> tensorboard_;
  http::TestServer server_{MakePlatformHandler({}, BoardRoutes(*world_.service, authenticator_), authenticator_)};
  http::Client client_{server_.address()};
};

TEST_F(BoardRoutesTest, TheTicketBecomesACookieOfThisPage) {
  RunBoard();
  auto first = Send("/boards/1/" + TicketQuery() + "&a=b");
  EXPECT_EQ(first.status, 303);
  EXPECT_EQ(first.headers.Get("Location"), "/boards/1/?a=b");
  EXPECT_EQ(first.headers.Get("Set-Cookie"),
            "atelier_board_1=" + board_.run.ticket + "; Path=/boards/1/; HttpOnly; SameSite=Lax");
  EXPECT_EQ(first.headers.Get("Referrer-Policy"), "no-referrer");
  auto page = Send("/boards/1/?a=b", Cookie());
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "page");
  EXPECT_FALSE(page.headers.Has("Set-Cookie")) << "TensorBoard may not set cookies here";
  EXPECT_FALSE(page.headers.Has("Service-Worker-Allowed"));
  EXPECT_EQ(page.headers.Get("X-Frame-Options"), "SAMEORIGIN");
  auto asked = tensorboard_->WaitForRequests(1)[0];
  EXPECT_THAT(asked, StartsWith("GET /boards/1/?a=b HTTP/1.1\r\n"));
  EXPECT_THAT(asked, Not(HasSubstr(board_.run.ticket)));
  EXPECT_EQ(Send("/boards/1").headers.Get("Location"), "/boards/1/");
}

TEST_F(BoardRoutesTest, ScriptsMayShowTheTicketOrAToken) {
  RunBoard();
  EXPECT_EQ(Send("/boards/1/data/x" + TicketQuery() + "&tag=a%26b").body, "page");
  EXPECT_THAT(tensorboard_->WaitForRequests(1)[0], StartsWith("GET /boards/1/data/x?tag=a%26b HTTP/1.1\r\n"));
  auto post = Header("X-Auth-Token", token_);
  post.method = "POST";
  post.body = "form";
  EXPECT_EQ(Send("/boards/1/data/x", post).body, "page");
  auto asked = tensorboard_->WaitForRequests(2)[1];
  EXPECT_THAT(asked, StartsWith("POST /boards/1/data/x HTTP/1.1\r\n"));
  EXPECT_THAT(asked, Not(HasSubstr(token_)));
}

TEST_F(BoardRoutesTest, NobodyElseMayLook) {
  RunBoard();
  EXPECT_EQ(Send("/boards/1/").status, 401);
  EXPECT_EQ(Send("/boards/7/").status, 401) << "nobody learns which boards there are";
  EXPECT_EQ(Send("/boards/1/", Header("X-Auth-Token", "forged")).status, 401);
  EXPECT_EQ(Send("/boards/x/" + TicketQuery()).status, 404);
  auto foreign = world_.Create(world_.Request("theirs"));
  auto wrong_ticket = Send("/boards/1/?ticket=guess");
  EXPECT_EQ(wrong_ticket.status, 403);
  EXPECT_FALSE(wrong_ticket.headers.Has("Set-Cookie"));
  EXPECT_EQ(Send("/boards/2/" + TicketQuery()).status, 403) << "a ticket is for one board";
  EXPECT_EQ(Send("/boards/2/", Header("Cookie", "atelier_board_2=" + board_.run.ticket)).status, 403);
  EXPECT_EQ(Send("/boards/2/", Header("X-Auth-Token", token_)).status, 403) << "another project's board";
  EXPECT_EQ(Send("/boards/9/", Header("X-Auth-Token", token_)).status, 403) << "no board";
  auto signed_request = Header("X-Auth-Token", "");
  EXPECT_EQ(Send("/boards/1/", signed_request).status, 401);
  EXPECT_EQ(foreign.id, 2);
}

TEST_F(BoardRoutesTest, ABoardOnItsWaySaysSo) {
  auto starting = Send("/boards/1/", Cookie());
  EXPECT_EQ(starting.status, 503);
  EXPECT_EQ(starting.headers.Get("Retry-After"), "1");
  auto browser = Cookie();
  browser.headers.Add("Accept", "text/html,*/*");
  world_.Pass();
  auto page = Send("/boards/1/", browser);
  EXPECT_EQ(page.status, 503);
  EXPECT_EQ(page.headers.Get("Refresh"), "2");
  EXPECT_THAT(page.body, HasSubstr("TensorBoard is starting"));
}

TEST_F(BoardRoutesTest, AnEndedBoardSaysSo) {
  RunBoard();
  ASSERT_TRUE(world_.service->StopBoard(demo_.project.id, 1));
  world_.Settle();
  auto ended = Send("/boards/1/", Cookie());
  EXPECT_EQ(ended.status, 409);
  EXPECT_THAT(ended.body, HasSubstr("(status 12): stopped on request"));
  auto browser = Cookie();
  browser.headers.Add("Accept", "text/html");
  EXPECT_THAT(Send("/boards/1/", browser).body, HasSubstr("<h1>curves</h1>"));
  ASSERT_TRUE(world_.service->Restart(demo_.project.id, 1));
  EXPECT_EQ(Send("/boards/1/", Cookie()).status, 403) << "a restart makes a new ticket";
}

TEST_F(BoardRoutesTest, ATensorBoardThatDiedIsAboutToComeBack) {
  RunBoard();
  tensorboard_.reset();
  auto browser = Cookie();
  browser.headers.Add("Accept", "text/html");
  auto page = Send("/boards/1/", browser);
  EXPECT_EQ(page.status, 503);
  EXPECT_EQ(page.headers.Get("Refresh"), "2");
}

TEST(BoardTicketTest, QueriesWithoutTheTicket) {
  EXPECT_EQ(QueryWithoutTicket(""), "");
  EXPECT_EQ(QueryWithoutTicket("ticket=a"), "");
  EXPECT_EQ(QueryWithoutTicket("%74icket=a&x=%2F+y"), "x=%2F+y");
  EXPECT_EQ(QueryWithoutTicket("a&ticket=1&b=2&ticket=3"), "a&b=2");
  EXPECT_EQ(QueryWithoutTicket("tickets=1"), "tickets=1");
  EXPECT_EQ(TargetOf("/p", ""), "/p");
  EXPECT_EQ(TargetOf("/p", "a"), "/p?a");
}

TEST(BoardTicketTest, CookiesAreFoundByTheirWholeName) {
  http::Headers headers;
  headers.Add("Cookie", "xatelier_board_1=no; atelier_board_12=no");
  EXPECT_FALSE(TicketOfCookie(headers, 1));
  headers.Add("cookie", "atelier_board_1=yes=");
  EXPECT_EQ(TicketOfCookie(headers, 1), "yes=");
}

}  // namespace
}  // namespace atelier::api
