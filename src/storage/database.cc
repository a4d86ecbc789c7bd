#include "storage/database.h"

#include <fcntl.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/strings.h"
#include "storage/migrations.h"
#include "storage/sql_error.h"

namespace atelier::storage {
namespace {

constexpr auto kReaderWait = std::chrono::seconds(30);

// SQLite's parameters that SOCI does not set: every connection needs all of them.
void Configure(soci::session& session, const fs::path& file) {
  // Quoted: else a space would end the name.
  session.open(soci::sqlite3, "db=\"" + file.string() + "\" timeout=30");
  std::string ignored;
  session << "PRAGMA journal_mode=WAL", soci::into(ignored);
  session << "PRAGMA synchronous=FULL";
  session << "PRAGMA foreign_keys=ON";
  session << "PRAGMA temp_store=MEMORY";
  session << "PRAGMA cache_size=-8192";
}

// The statements of a migration, split at a semicolon that ends a line; lines that are comments are left out.
std::vector<std::string> Statements(std::string_view sql) {
  std::vector<std::string> statements;
  std::string current;
  for (std::string_view line : Split(sql, '\n')) {
    std::string_view text = Trim(line);
    if (text.empty() || text.starts_with("--")) continue;
    current.append(line).push_back('\n');
    if (!text.ends_with(';')) continue;
    statements.push_back(std::move(current));
    current.clear();
  }
  if (!Trim(current).empty()) statements.push_back(std::move(current));
  return statements;
}

std::set<std::string> AppliedMigrations(soci::session& session) {
  std::set<std::string> applied;
  std::string name;
  soci::statement select = (session.prepare << "SELECT name FROM schema_migration", soci::into(name));
  select.execute();
  while (select.fetch()) applied.insert(name);
  return applied;
}

Result<void> Migrate(soci::session& session, const std::string& kind, const fs::path& file) {
  session << "CREATE TABLE IF NOT EXISTS schema_migration(name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)";
  std::set<std::string> applied = AppliedMigrations(session);
  for (const Migration& migration : AllMigrations()) {
    if (migration.database != kind) continue;
    std::string name(migration.name);
    if (applied.erase(name) > 0) continue;
    for (const std::string& statement : Statements(migration.sql)) session << statement;
    std::int64_t now = ToUnixMillis(SystemClock().Now());
    session << "INSERT INTO schema_migration(name, applied_at) VALUES(:name, :now)", soci::use(name), soci::use(now);
  }
  if (!applied.empty())
    return FailedPrecondition(file.string() + " was written by a newer version: it holds the schema change '" +
                              *applied.begin() +
                              "', which this version does not know. Start the newer version instead.");
  return {};
}

// Begins, works, commits; every way out other than a commit rolls back.
Result<void> RunTransaction(soci::session& session, const char* begin, const Database::Work& work) {
  bool open = false;
  auto roll_back = [&] {
    if (!open) return;
    try {
      session << "ROLLBACK";
    } catch (const soci::soci_error&) {  // NOLINT(bugprone-empty-catch): nothing to handle
      // SQLite has rolled back by itself (full disk, I/O error): then there is no transaction left to end.
    }
  };
  try {
    session << begin;
    open = true;
    auto result = work(session);
    if (!result) {
      roll_back();
      return result;
    }
    session << "COMMIT";
    return {};
  } catch (const std::exception& error) {
    auto result = SqlError(error);
    roll_back();
    return result;
  } catch (...) {
    roll_back();
    throw;
  }
}

}  // namespace

struct Database::State {
  std::mutex write_mutex;
  soci::session writer;  // guarded by write_mutex

  std::mutex read_mutex;
  std::condition_variable reader_free;
  std::vector<std::unique_ptr<soci::session>> readers;
  std::vector<soci::session*> free_readers;  // guarded by read_mutex
};

Database::Database() : state_(std::make_unique<State>()) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::Open(const fs::path& file, const std::string& kind, std::size_t readers) {
  // SQLite would create the file with the process's umask; secrets lie in it. Its -wal and -shm files take over these
  // permissions.
  {
    ATELIER_TRY(UniqueFd created, OpenFile(file, O_RDWR | O_CREAT, 0600));
  }
  ATELIER_CHECK(SyncDirectory(file.parent_path()));
  std::unique_ptr<Database> database(new Database());
  database->file_ = file;
  State& state = *database->state_;
  try {
    Configure(state.writer, file);
    auto migrate = [&](soci::session& session) { return Migrate(session, kind, file); };
    ATELIER_CHECK(RunTransaction(state.writer, "BEGIN IMMEDIATE", migrate));
    for (std::size_t i = 0; i < std::max<std::size_t>(readers, 1); ++i) {
      auto session = std::make_unique<soci::session>();
      Configure(*session, file);
      *session << "PRAGMA query_only=ON";
      state.free_readers.push_back(session.get());
      state.readers.push_back(std::move(session));
    }
  } catch (const std::exception& error) {
    return std::unexpected(SqlError(error).error().Within("opening " + file.string()));
  }
  return database;
}

Result<void> Database::Write(const Work& work) {
  std::lock_guard lock(state_->write_mutex);
  return RunTransaction(state_->writer, "BEGIN IMMEDIATE", work);
}

Result<void> Database::Read(const Work& work) {
  soci::session* session = nullptr;
  {
    std::unique_lock lock(state_->read_mutex);
    if (!state_->reader_free.wait_for(lock, kReaderWait, [&] { return !state_->free_readers.empty(); }))
      return Unavailable("all database readers have been busy for 30 s; try again");
    session = state_->free_readers.back();
    state_->free_readers.pop_back();
  }
  auto give_back = [&] {
    std::lock_guard lock(state_->read_mutex);
    state_->free_readers.push_back(session);
    state_->reader_free.notify_one();
  };
  try {
    auto result = RunTransaction(*session, "BEGIN", work);
    give_back();
    return result;
  } catch (...) {
    give_back();
    throw;
  }
}

Result<void> Database::Snapshot(const fs::path& to) {
  {
    ATELIER_TRY(UniqueFd created, OpenFile(to, O_RDWR | O_CREAT | O_EXCL, 0600));
  }
  try {
    soci::session session;
    Configure(session, file_);
    std::string name = to.string();
    session << "VACUUM INTO :name", soci::use(name);
  } catch (const std::exception& error) {
    return std::unexpected(SqlError(error).error().Within("copying " + file_.string()));
  }
  ATELIER_TRY(UniqueFd copy, OpenFile(to, O_RDONLY));
  if (::fsync(copy.get()) != 0) return ErrnoError("fsync " + to.string(), errno);
  return SyncDirectory(to.parent_path());
}

}  // namespace atelier::storage
