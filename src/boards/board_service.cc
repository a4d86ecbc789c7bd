#include "boards/board_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/files.h"
#include "base/ids.h"
#include "base/strings.h"
#include "training/request_checker.h"

namespace atelier::boards {
namespace {

// 22 letters and digits: 130 bits.
constexpr std::size_t kTicketSize = 22;
// A user's wish races with the reconciler's own writes; each lost race means that it moved the board on.
constexpr int kMostRaces = 100;

BoardOptions WithAbsoluteFolder(BoardOptions options) {
  options.runner.directory = fs::absolute(options.runner.directory);
  return options;
}

std::unexpected<Error> NotShown(std::int64_t board_id) {
  return PermissionDenied(
      fmt::format("this is not a key to board {}; open it by the service_url that its project is told", board_id));
}

}  // namespace

BoardService::BoardService(BoardPorts ports, BoardOptions options)
    : ports_(ports),
      options_(WithAbsoluteFolder(std::move(options))),
      runner_(ports, options_.runner),
      reconciler_(ports, runner_, options_.tick) {}

Result<Board> BoardService::Create(const std::string& project_id, const BoardRequest& request) {
  ATELIER_CHECK(CheckBoardName(request.name));
  ATELIER_CHECK(training::CheckDescription(request.description));
  Board board;
  board.project_id = project_id;
  board.name = request.name;
  board.description = request.description;
  board.created = ports_.clock.Now();
  board.run.ticket = RandomAlphanumeric(kTicketSize);
  ATELIER_TRY(board.spec, CheckRequest(ports_.events, ports_.backend.Flavors(), project_id, request));
  auto created = ports_.repository.Create(std::move(board), options_.quota);
  if (!created && created.error().kind == ErrorKind::kResourceExhausted && created.error().code.empty()) {
    created.error().code = "ModelArts.0118";
    created.error().message += "; delete some first";
  }
  if (created) reconciler_.Wake();
  return created;
}

Result<BoardListPage> BoardService::List(const std::string& project_id, const BoardQuery& query) {
  ATELIER_TRY(auto all, ports_.repository.OfProject(project_id));
  auto left = options_.quota - std::min(options_.quota, all.size());
  return BoardListPage{
      .page = SelectBoards(std::move(all), query, ports_.clock.Now()), .quota = options_.quota, .left = left};
}

Result<Board> BoardService::Find(const std::string& project_id, std::int64_t board_id) {
  ATELIER_TRY(auto board, ports_.repository.Find(board_id));
  if (!board || board->project_id != project_id || board->run.deleting)
    return NotFound(fmt::format("there is no visualization job {}", board_id), {}, std::to_string(board_id));
  return *std::move(board);
}

Result<void> BoardService::Describe(const std::string& project_id, std::int64_t board_id,
                                    const std::string& description) {
  ATELIER_CHECK(Find(project_id, board_id));
  ATELIER_CHECK(training::CheckDescription(description));
  return ports_.repository.SetDescription(board_id, description);
}

Result<Board> BoardService::Ask(const std::string& project_id, std::int64_t board_id, Event event,
                                std::string_view refused) {
  for (int race = 0; race < kMostRaces; ++race) {
    ATELIER_TRY(auto board, Find(project_id, board_id));
    auto before = board.run;
    auto next = Next(before.status, event);
    if (!next)
      return FailedPrecondition(
          fmt::format("This job can't be {}. job status: {}", refused, static_cast<int>(before.status)),
          "ModelArts.0105", board.name);
    if (event == Event::kRestartAsked)
      board.run = {.reason = {}, .ticket = RandomAlphanumeric(kTicketSize), .launch = before.launch};
    board.run.status = *next;
    if (*next == Status::kCanceled) board.run.ended = ports_.clock.Now();
    auto updated = ports_.repository.Update(board_id, before, board.run);
    if (!updated && updated.error().kind == ErrorKind::kConflict) continue;
    if (!updated) return std::unexpected(std::move(updated).error());
    reconciler_.Wake();
    return board;
  }
  return Unavailable(fmt::format("visualization job {} is changing too fast; try again", board_id));
}

Result<void> BoardService::StopBoard(const std::string& project_id, std::int64_t board_id) {
  ATELIER_CHECK(Ask(project_id, board_id, Event::kStopAsked, "stop"));
  return {};
}

Result<Board> BoardService::Restart(const std::string& project_id, std::int64_t board_id) {
  return Ask(project_id, board_id, Event::kRestartAsked, "resubmit");
}

Result<void> BoardService::Delete(const std::string& project_id, std::int64_t board_id) {
  ATELIER_CHECK(Find(project_id, board_id));
  ATELIER_CHECK(ports_.repository.MarkDeleting(board_id));
  reconciler_.Wake();
  return {};
}

Result<BoardView> BoardService::ViewByTicket(std::int64_t board_id, std::string_view ticket) {
  ATELIER_TRY(auto board, ports_.repository.Find(board_id));
  bool fits = board && !board->run.deleting && !ticket.empty() && EqualsConstantTime(board->run.ticket, ticket);
  if (!fits) return NotShown(board_id);
  return View(*std::move(board));
}

Result<BoardView> BoardService::ViewOf(const std::string& project_id, std::int64_t board_id) {
  auto board = Find(project_id, board_id);
  if (!board && board.error().kind == ErrorKind::kNotFound) return NotShown(board_id);
  if (!board) return std::unexpected(std::move(board).error());
  return View(*std::move(board));
}

BoardView BoardService::View(Board board) const {
  auto run_folder = BoardLayout(options_.runner.directory, board).run;
  return {std::move(board), std::move(run_folder)};
}

}  // namespace atelier::boards
