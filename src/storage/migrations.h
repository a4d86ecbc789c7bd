// The numbered schema changes of each database, embedded at build time.
#pragma once

#include <string_view>
#include <vector>

namespace atelier::storage {

struct Migration {
  std::string_view database;  // folder: "control", "objects"
  std::string_view name;      // "0001_identity"; applied in order, recorded in schema_migration
  std::string_view sql;       // statements separated by ";\n"
};
const std::vector<Migration>& AllMigrations();

}  // namespace atelier::storage
