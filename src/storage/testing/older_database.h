// A control.db as an older version of the product left it.
#pragma once

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "storage/migrations.h"

namespace atelier::storage {

// Applies the control migrations up to the one called `last` ("0001_identity"), then the statements.
inline void MakeOlderControl(const std::filesystem::path& file, std::string_view last,
                             const std::vector<std::string>& statements) {
  soci::session sql(soci::sqlite3, "db=" + file.string());
  sql << "CREATE TABLE schema_migration(name TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)";
  for (const Migration& migration : AllMigrations()) {
    std::string name(migration.name);
    if (migration.database != "control" || name > last) continue;
    std::string statement;
    for (std::string_view line : Split(migration.sql, '\n')) {
      if (line.starts_with("--")) continue;
      statement += std::string(line) + "\n";
      if (line.ends_with(";")) sql << std::exchange(statement, "");
    }
    sql << "INSERT INTO schema_migration(name, applied_at) VALUES(:n, 1)", soci::use(name);
  }
  for (const auto& statement : statements) sql << statement;
}

}  // namespace atelier::storage
