// A SQLite database behind SOCI: one writer, several readers, migrations at opening.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/error.h"

namespace soci {
class session;
}

namespace atelier::storage {

// Thread-safe. WAL, synchronous=FULL, foreign_keys and busy_timeout on every connection. SOCI's exceptions become
// Internal (ResourceExhausted for a full disk) at this border; callers see Results.
//
// Work may throw what SOCI throws: that is a rollback and an Error too. A statement kept between calls belongs to the
// session it was prepared on, and must be fetched to its end (or executed anew) before the work returns: an unfinished
// SELECT would hold its old view of the data.
class Database {
 public:
  using Work = std::function<Result<void>(soci::session&)>;

  // Opens or creates (0600), applies the migrations of the folder `kind` that are not recorded yet. FailedPrecondition
  // when the file was written by a newer version (it records migrations unknown here).
  static Result<std::unique_ptr<Database>> Open(const std::filesystem::path& file, const std::string& kind,
                                                std::size_t readers = 4);
  ~Database();

  // Runs in one BEGIN IMMEDIATE transaction on the writer; commits when it returns success, else rolls back. Durable on
  // return.
  Result<void> Write(const Work& work);
  // Runs on a reader connection in a read transaction: one consistent view. Waits for a free reader, at most 30 s
  // (Unavailable).
  Result<void> Read(const Work& work);
  // A consistent copy of everything that is committed now, durable on return, as a new file (0600). Writers go on
  // meanwhile.
  Result<void> Snapshot(const std::filesystem::path& to);
  const std::filesystem::path& file() const { return file_; }

 private:
  Database();
  std::filesystem::path file_;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace atelier::storage
