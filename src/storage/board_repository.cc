#include "storage/board_repository.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include "boards/state_machine.h"

namespace atelier::storage {
namespace {

using boards::Board;
using boards::BoardRun;

constexpr const char* kColumns =
    "SELECT id, project_id, name, description, created_at, train_url, flavor, cores, memory_bytes, stop_after_hours, "
    "status, reason, ticket, launch, failures, time_is_up, started_at, ended_at, deleting FROM board ";

std::int64_t MillisOrZero(const std::optional<TimePoint>& time) { return time ? ToUnixMillis(*time) : 0; }
std::optional<TimePoint> TimeUnlessZero(std::int64_t millis) {
  return millis == 0 ? std::nullopt : std::optional(FromUnixMillis(millis));
}

std::vector<Board> Fetch(soci::details::prepare_temp_type prepared) {
  Board board;
  auto& spec = board.spec;
  auto& run = board.run;
  std::int64_t created = 0, memory = 0, started = 0, ended = 0;
  int status = 0, time_is_up = 0, deleting = 0;
  soci::statement select =
      (prepared, soci::into(board.id), soci::into(board.project_id), soci::into(board.name),
       soci::into(board.description), soci::into(created), soci::into(spec.train_url), soci::into(spec.flavor),
       soci::into(spec.cores), soci::into(memory), soci::into(spec.stop_after_hours), soci::into(status),
       soci::into(run.reason), soci::into(run.ticket), soci::into(run.launch), soci::into(run.failures),
       soci::into(time_is_up), soci::into(started), soci::into(ended), soci::into(deleting));
  select.execute();
  std::vector<Board> boards;
  while (select.fetch()) {
    board.created = FromUnixMillis(created);
    spec.memory_bytes = static_cast<std::uint64_t>(memory);
    run.status = static_cast<boards::Status>(status);
    run.time_is_up = time_is_up != 0;
    run.started = TimeUnlessZero(started);
    run.ended = TimeUnlessZero(ended);
    run.deleting = deleting != 0;
    boards.push_back(board);
  }
  return boards;
}

template <class Argument>
std::vector<Board> Select(soci::session& sql, const std::string& condition, const Argument& argument) {
  return Fetch((sql.prepare << kColumns + condition, soci::use(argument)));
}

void UpdateRun(soci::session& sql, std::int64_t board_id, const BoardRun& run) {
  int status = static_cast<int>(run.status), time_is_up = run.time_is_up ? 1 : 0, deleting = run.deleting ? 1 : 0;
  std::int64_t started = MillisOrZero(run.started), ended = MillisOrZero(run.ended);
  sql << "UPDATE board SET status = :a, reason = :b, ticket = :c, launch = :d, failures = :e, time_is_up = :f, "
         "started_at = :g, ended_at = :h, deleting = :i WHERE id = :j",
      soci::use(status), soci::use(run.reason), soci::use(run.ticket), soci::use(run.launch), soci::use(run.failures),
      soci::use(time_is_up), soci::use(started), soci::use(ended), soci::use(deleting), soci::use(board_id);
}

void Insert(soci::session& sql, Board& board) {
  sql << "UPDATE board_sequence SET value = value + 1";
  sql << "SELECT value FROM board_sequence", soci::into(board.id);
  std::int64_t created = ToUnixMillis(board.created);
  auto memory = static_cast<std::int64_t>(board.spec.memory_bytes);
  sql << "INSERT INTO board(id, project_id, name, description, created_at, train_url, flavor, cores, memory_bytes, "
         "stop_after_hours, status, reason, ticket, launch, failures, time_is_up, started_at, ended_at, deleting) "
         "VALUES(:a, :b, :c, :d, :e, :f, :g, :h, :i, :j, 1, '', '', 0, 0, 0, 0, 0, 0)",
      soci::use(board.id), soci::use(board.project_id), soci::use(board.name), soci::use(board.description),
      soci::use(created), soci::use(board.spec.train_url), soci::use(board.spec.flavor), soci::use(board.spec.cores),
      soci::use(memory), soci::use(board.spec.stop_after_hours);
  UpdateRun(sql, board.id, board.run);
}

// Runs a select in a read transaction and gives its rows.
template <class Rows>
Result<std::vector<Board>> Read(Database& control, Rows select) {
  std::vector<Board> boards;
  auto read = [&](soci::session& sql) -> Result<void> {
    boards = select(sql);
    return {};
  };
  ATELIER_CHECK(control.Read(read));
  return boards;
}

// "10,11,12,13": the statuses in which nothing is left to do.
std::string FinalStatuses() {
  std::string list;
  for (int number = 0; number <= static_cast<int>(boards::Status::kLost); ++number)
    if (boards::IsFinal(static_cast<boards::Status>(number)))
      list += fmt::format("{}{}", list.empty() ? "" : ",", number);
  return list;
}

}  // namespace

Result<Board> SqlBoardRepository::Create(Board board, std::size_t most) {
  auto write = [&](soci::session& sql) -> Result<void> {
    int same_name = 0;
    std::int64_t count = 0;
    sql << "SELECT count(*) FROM board WHERE project_id = :p AND name = :n AND deleting = 0",
        soci::use(board.project_id), soci::use(board.name), soci::into(same_name);
    if (same_name > 0)
      return AlreadyExists(fmt::format("Job name:{} is existed", board.name), "ModelArts.0103", board.name);
    sql << "SELECT count(*) FROM board WHERE project_id = :p AND deleting = 0", soci::use(board.project_id),
        soci::into(count);
    if (static_cast<std::size_t>(count) >= most)
      return ResourceExhausted(fmt::format("the project has {} visualization jobs, which is its quota", count));
    Insert(sql, board);
    return {};
  };
  ATELIER_CHECK(control_.Write(write));
  return board;
}

Result<std::optional<Board>> SqlBoardRepository::Find(std::int64_t board_id) {
  ATELIER_TRY(auto found, Read(control_, [&](soci::session& sql) { return Select(sql, "WHERE id = :a", board_id); }));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

Result<std::vector<Board>> SqlBoardRepository::OfProject(const std::string& project_id) {
  return Read(control_, [&](soci::session& sql) {
    return Select(sql, "WHERE project_id = :a AND deleting = 0 ORDER BY id", project_id);
  });
}

Result<std::vector<Board>> SqlBoardRepository::Pending() {
  auto condition = fmt::format("WHERE deleting = 1 OR status NOT IN ({}) ORDER BY id", FinalStatuses());
  return Read(control_, [&](soci::session& sql) { return Fetch((sql.prepare << kColumns + condition)); });
}

Result<void> SqlBoardRepository::SetDescription(std::int64_t board_id, const std::string& description) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    sql << "UPDATE board SET description = :d WHERE id = :i", soci::use(description), soci::use(board_id);
    return {};
  });
}

Result<void> SqlBoardRepository::Update(std::int64_t board_id, const BoardRun& before, const BoardRun& after) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    auto found = Select(sql, "WHERE id = :a", board_id);
    if (found.empty() || found.front().run.status != before.status || found.front().run.launch != before.launch ||
        found.front().run.deleting != before.deleting)
      return MakeError(ErrorKind::kConflict, fmt::format("board {} was changed meanwhile", board_id));
    UpdateRun(sql, board_id, after);
    return {};
  });
}

Result<void> SqlBoardRepository::MarkDeleting(std::int64_t board_id) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    sql << "UPDATE board SET deleting = 1 WHERE id = :i", soci::use(board_id);
    return {};
  });
}

Result<void> SqlBoardRepository::Remove(std::int64_t board_id) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    sql << "DELETE FROM board WHERE id = :i", soci::use(board_id);
    return {};
  });
}

}  // namespace atelier::storage
