#include "api/boards/board_routes.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <mutex>
#include <variant>

#include "api/boards/board_notice.h"
#include "api/boards/board_ticket.h"
#include "api/platform/platform_route.h"
#include "base/strings.h"
#include "boards/board_layout.h"
#include "http/proxy.h"
#include "iam/authorization.h"

namespace atelier::api {
namespace {

using boards::BoardView;
using boards::Status;

// Of one board at a time: a page asks for a handful of things at once, and each has a thread of TensorBoard's.
constexpr std::size_t kMostAtOnce = 64;

// Requests that are under way, by board.
class Load : public std::enable_shared_from_this<Load> {
 public:
  // Holds a place until the last copy is gone; null when all are taken.
  std::shared_ptr<void> Enter(std::int64_t board_id) {
    std::lock_guard lock(mutex_);
    auto& count = counts_[board_id];
    if (count >= kMostAtOnce) return nullptr;
    ++count;
    return {this, [self = shared_from_this(), board_id](void*) { self->Leave(board_id); }};
  }

 private:
  void Leave(std::int64_t board_id) {
    std::lock_guard lock(mutex_);
    if (--counts_[board_id] == 0) counts_.erase(board_id);
  }

  std::mutex mutex_;                            // guards:
  std::map<std::int64_t, std::size_t> counts_;  //   those above 0
};

bool IsOnItsWay(Status status) { return status == Status::kInit || status == Status::kWaiting; }

class BoardHandler {
 public:
  BoardHandler(boards::BoardService& boards, const auth::PlatformAuthenticator& authenticator)
      : boards_(boards), authenticator_(authenticator) {}

  Task<http::Response> Handle(http::Exchange& exchange, const http::PathArguments& arguments,
                              const char* action) const {
    const auto& request = exchange.request();
    auto outcome = co_await Serve(exchange, arguments);
    auto response = outcome ? *std::move(outcome) : Refuse(outcome.error(), request);
    response.action = action;
    co_return response;
  }

 private:
  static http::Response Refuse(const Error& error, const http::Request& request) {
    auto response = RenderError(error, ErrorShape::kGateway, request.request_id);
    if (WantsHtml(request) && error.kind != ErrorKind::kInternal) {
      auto notice = BoardNotice(response.status, http::ReasonPhrase(response.status), error.message,
                                error.kind == ErrorKind::kUnavailable);
      notice.error = error.message;
      return notice;
    }
    return response;
  }

  Task<Result<http::Response>> Serve(http::Exchange& exchange, const http::PathArguments& arguments) const {
    const auto& request = exchange.request();
    const auto& text = arguments.at("board_id");
    auto board_id = ParseNumber<std::int64_t>(text);
    if (!board_id) co_return NotFound(fmt::format("a board's address has a number, got '{}'", text));
    if (!arguments.contains("rest")) co_return Redirect(request.path + "/", request.raw_query);
    std::optional<std::string> ticket;
    if (auto shown = request.query.Get(kTicketParameter)) ticket = *shown;
    ATELIER_CO_TRY(auto view, co_await Admit(exchange, *board_id, ticket));
    auto query = QueryWithoutTicket(request.raw_query);
    // The ticket leaves the address bar, the history and what is sent as Referer.
    if (ticket && request.method == "GET" && arguments.at("rest").empty()) {
      auto response = Redirect(request.path, query);
      response.headers.Add("Set-Cookie", TicketCookie(*board_id, *ticket));
      co_return response;
    }
    if (view.board.run.status != Status::kRunning) co_return NotRunning(view, request);
    co_return co_await Show(exchange, view, query);
  }

  Task<Result<BoardView>> Admit(http::Exchange& exchange, std::int64_t board_id,
                                const std::optional<std::string>& shown) const {
    const auto& request = exchange.request();
    auto ticket = shown ? shown : TicketOfCookie(request.headers, board_id);
    bool has_token = request.headers.Has("x-auth-token");
    if (!ticket && !has_token)
      co_return Unauthenticated("a board is opened with its service_url, or with X-Auth-Token of its project",
                                "ModelArts.0205");
    if (shown || !has_token) {
      auto find = [&] { return boards_.ViewByTicket(board_id, *ticket); };
      co_return co_await exchange.Offload(find);
    }
    ATELIER_CO_TRY(auto claim, authenticator_.ReadClaim(request));
    const auto* principal = std::get_if<iam::Principal>(&claim.proof);
    if (principal == nullptr)
      co_return Unauthenticated("a board is opened with its service_url or X-Auth-Token, not with a signature",
                                "ModelArts.0205");
    ATELIER_CO_CHECK(iam::Authorize(*principal, {iam::Operation::kRead, iam::Scope::kProject}));
    auto find = [&] { return boards_.ViewOf(principal->project_id, board_id); };
    co_return co_await exchange.Offload(find);
  }

  static http::Response Redirect(const std::string& path, const std::string& query) {
    auto response = http::Response::Empty(303);
    response.headers.Set("Location", TargetOf(path, query));
    response.headers.Set("Cache-Control", "no-store");
    response.headers.Set("Referrer-Policy", "no-referrer");
    return response;
  }

  static Result<http::Response> NotRunning(const BoardView& view, const http::Request& request) {
    const auto& run = view.board.run;
    if (IsOnItsWay(run.status))
      return Unavailable(run.reason.empty() ? "the board is being started" : fmt::format("{} ...", run.reason));
    auto message =
        fmt::format("the board does not run (status {}): {}; start it with a restart of its visualization job",
                    static_cast<int>(run.status), run.reason);
    if (!WantsHtml(request)) return FailedPrecondition(message, "ModelArts.0105");
    return BoardNotice(409, view.board.name, message, false);
  }

  Task<Result<http::Response>> Show(http::Exchange& exchange, const BoardView& view, const std::string& query) const {
    const auto& request = exchange.request();
    auto place = load_->Enter(view.board.id);
    if (!place)
      co_return Unavailable(fmt::format("the board answers {} requests at the moment; try again", kMostAtOnce));
    http::ProxyTarget target{.folder = view.run_folder,
                             .socket_name = boards::kSocketName,
                             .target = TargetOf(request.path, query),
                             .headers = FieldsForBoard(request.headers)};
    http::ProxyLimits limits;
    ATELIER_CO_TRY(auto response, co_await http::PassOn(exchange, std::move(target), limits));
    GuardAnswer(response.headers);
    // The place is held until the last piece is sent or the client has left.
    if (auto* produce = std::get_if<http::BodyProducer>(&response.body))
      response.body = http::BodyProducer(
          [place, next = std::move(*produce)]() -> Task<Result<std::string>> { co_return co_await next(); });
    co_return response;
  }

  boards::BoardService& boards_;
  const auth::PlatformAuthenticator& authenticator_;
  const std::shared_ptr<Load> load_ = std::make_shared<Load>();
};

}  // namespace

std::vector<DirectRoute> BoardRoutes(boards::BoardService& boards, const auth::PlatformAuthenticator& authenticator) {
  auto handler = std::make_shared<BoardHandler>(boards, authenticator);
  auto route = [&](const char* method, const char* pattern, const char* action) -> DirectRoute {
    DirectTarget target{[handler, action](http::Exchange& exchange, const http::PathArguments& arguments) {
      return handler->Handle(exchange, arguments, action);
    }};
    return {method, pattern, action, target};
  };
  // TensorBoard asks for some of its data by POST.
  return {route("GET", "/boards/{board_id}", "OpenBoard"), route("GET", "/boards/{board_id}/{rest...}", "ViewBoard"),
          route("POST", "/boards/{board_id}/{rest...}", "PostToBoard")};
}

}  // namespace atelier::api
