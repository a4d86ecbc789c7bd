#include "storage/sql_error.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <string>

namespace atelier::storage {
namespace {

// SQLite's result codes (sqlite.org/rescode.html); its header cannot be included beside SOCI's.
constexpr int kBusy = 5;
constexpr int kReadOnly = 8;
constexpr int kFull = 13;
constexpr int kConstraint = 19;

}  // namespace

std::unexpected<Error> SqlError(const std::exception& error) {
  std::string message = std::string("database: ") + error.what();
  bool unique = message.find("UNIQUE constraint failed") != std::string::npos;
  const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  if (sqlite != nullptr) {
    switch (sqlite->result() & 255) {
      case kFull:
        return ResourceExhausted(std::move(message));
      case kBusy:
      case kReadOnly:
        return Unavailable(std::move(message));
      case kConstraint:
        if (unique) return AlreadyExists(std::move(message));
        break;
      default:
        break;
    }
  }
  if (message.find("database or disk is full") != std::string::npos) return ResourceExhausted(std::move(message));
  if (unique) return AlreadyExists(std::move(message));
  return Internal(std::move(message));
}

}  // namespace atelier::storage
