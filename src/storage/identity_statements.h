// Whole transactions over the identity tables. Private to identity_repository.cc and identity_groups.cc.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/database.h"
#include "storage/identity_rows.h"

namespace atelier::storage {

// Runs a select of identity_rows.h in a read transaction.
template <class Select, class... Arguments>
auto ReadRows(Database& control, Select select, const Arguments&... arguments) {
  decltype(select(std::declval<soci::session&>(), arguments...)) rows;
  auto read = [&](soci::session& sql) -> Result<void> {
    rows = select(sql, arguments...);
    if (!rows) return std::unexpected(rows.error());
    return {};
  };
  if (auto done = control.Read(read); !done) rows = std::unexpected(std::move(done).error());
  return rows;
}

template <class Row>
Result<std::optional<Row>> First(Result<std::vector<Row>> rows) {
  if (!rows) return std::unexpected(std::move(rows).error());
  if (rows->empty()) return std::nullopt;
  return std::move(rows->front());
}

inline std::unexpected<Error> Gone(const std::string& id) { return NotFound("There is no " + id + " any more."); }

// Reads a row, changes it and writes it back, in one transaction.
template <class Row, class Changes>
Result<Row> Update(Database& control,
                   Result<std::vector<Row>> (*select)(soci::session&, const std::string&, const std::string&),
                   const std::string& condition, const std::string& id, const Changes& changes) {
  Row row;
  auto change = [&](soci::session& sql) -> Result<void> {
    ATELIER_TRY(auto rows, select(sql, condition, id));
    if (rows.empty()) return Gone(id);
    row = std::move(rows.front());
    Apply(changes, row);
    return UpdateRow(sql, row);
  };
  ATELIER_CHECK(control.Write(change));
  return row;
}

// Deletes the row `id` of `table` and, before it, what the other statements say.
inline Result<void> Delete(Database& control, const std::string& id, const std::vector<std::string>& statements) {
  return control.Write([&](soci::session& sql) -> Result<void> {
    for (std::size_t i = 0; i < statements.size(); ++i) {
      soci::statement statement = (sql.prepare << "DELETE FROM " + statements[i], soci::use(id));
      statement.execute(true);
      if (i + 1 == statements.size() && statement.get_affected_rows() == 0) return Gone(id);
    }
    return {};
  });
}

// Deletes the row that a pair of ids names, `what` for the error when there is none.
inline Result<void> DeletePair(Database& control, const std::string& condition, const std::string& first,
                               const std::string& second, const std::string& what) {
  return control.Write([&](soci::session& sql) -> Result<void> {
    soci::statement statement = (sql.prepare << "DELETE FROM " + condition, soci::use(first), soci::use(second));
    statement.execute(true);
    if (statement.get_affected_rows() == 0) return Gone(what);
    return {};
  });
}

}  // namespace atelier::storage
