#include "storage/algorithm_repository.h"

#include <soci/soci.h>

#include "storage/algorithm_document.h"
#include "storage/like_pattern.h"

namespace atelier::storage {

using training::Algorithm;
using training::AlgorithmPage;
using training::AlgorithmQuery;

namespace {

// Rows of one query whose only column is the document.
Result<void> ReadDocuments(soci::statement& statement, const std::string& document, std::vector<Algorithm>& into) {
  statement.execute();
  while (statement.fetch()) {
    ATELIER_TRY(Algorithm algorithm, ParseAlgorithmDocument(document));
    into.push_back(std::move(algorithm));
  }
  return {};
}

Result<void> CheckName(soci::session& sql, const Algorithm& algorithm) {
  int taken = 0;
  sql << "SELECT COUNT(*) FROM algorithm WHERE project_id = :p AND name = :n AND id <> :i", soci::into(taken),
      soci::use(algorithm.project_id), soci::use(algorithm.spec.name), soci::use(algorithm.id);
  if (taken > 0) return AlreadyExists("the name is taken");
  return {};
}

std::string OrderBy(const AlgorithmQuery& query) {
  std::string direction = query.descending ? " DESC" : " ASC";
  std::string column = "created";
  if (query.order == training::AlgorithmOrder::kUpdated) column = "updated";
  if (query.order == training::AlgorithmOrder::kName) column = "name";
  return " ORDER BY " + column + direction + ", id" + direction;
}

constexpr std::string_view kWhere =
    " WHERE project_id = :project AND name LIKE :name ESCAPE '\\' AND (:workspace = '' OR workspace_id = :workspace)";

}  // namespace

Result<void> SqlAlgorithmRepository::Insert(const Algorithm& algorithm) {
  auto document = AlgorithmDocument(algorithm);
  long long created = ToUnixMillis(algorithm.created);
  long long updated = ToUnixMillis(algorithm.updated);
  return database_.Write([&](soci::session& sql) -> Result<void> {
    ATELIER_CHECK(CheckName(sql, algorithm));
    sql << "INSERT INTO algorithm (id, project_id, name, workspace_id, created, updated, document)"
           " VALUES (:i, :p, :n, :w, :c, :u, :d)",
        soci::use(algorithm.id), soci::use(algorithm.project_id), soci::use(algorithm.spec.name),
        soci::use(algorithm.spec.workspace_id), soci::use(created), soci::use(updated), soci::use(document);
    return {};
  });
}

Result<void> SqlAlgorithmRepository::Update(const Algorithm& algorithm) {
  auto document = AlgorithmDocument(algorithm);
  long long updated = ToUnixMillis(algorithm.updated);
  return database_.Write([&](soci::session& sql) -> Result<void> {
    ATELIER_CHECK(CheckName(sql, algorithm));
    soci::statement update =
        (sql.prepare << "UPDATE algorithm SET name = :n, updated = :u, document = :d WHERE id = :i",
         soci::use(algorithm.spec.name), soci::use(updated), soci::use(document), soci::use(algorithm.id));
    update.execute(true);
    if (update.get_affected_rows() == 0) return NotFound("no algorithm " + algorithm.id);
    return {};
  });
}

Result<bool> SqlAlgorithmRepository::Remove(const std::string& project_id, const std::string& id) {
  bool removed = false;
  ATELIER_CHECK(database_.Write([&](soci::session& sql) -> Result<void> {
    soci::statement remove = (sql.prepare << "DELETE FROM algorithm WHERE id = :i AND project_id = :p", soci::use(id),
                              soci::use(project_id));
    remove.execute(true);
    removed = remove.get_affected_rows() > 0;
    return {};
  }));
  return removed;
}

Result<std::optional<Algorithm>> SqlAlgorithmRepository::Find(const std::string& project_id, const std::string& id) {
  std::vector<Algorithm> found;
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    std::string document;
    soci::statement select = (sql.prepare << "SELECT document FROM algorithm WHERE id = :i AND project_id = :p",
                              soci::into(document), soci::use(id), soci::use(project_id));
    return ReadDocuments(select, document, found);
  }));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

Result<AlgorithmPage> SqlAlgorithmRepository::List(const std::string& project_id, const AlgorithmQuery& query) {
  auto name = LikeContaining(query.search);
  auto limit = static_cast<long long>(query.limit);
  auto skip = static_cast<long long>(query.offset);
  AlgorithmPage page;
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    long long total = 0;
    long long matching = 0;
    sql << "SELECT COUNT(*) FROM algorithm WHERE project_id = :p", soci::into(total), soci::use(project_id);
    sql << "SELECT COUNT(*) FROM algorithm" << kWhere, soci::into(matching), soci::use(project_id, "project"),
        soci::use(name, "name"), soci::use(query.workspace_id, "workspace");
    page.total = static_cast<std::size_t>(total);
    page.matching = static_cast<std::size_t>(matching);
    std::string document;
    soci::statement select =
        (sql.prepare << "SELECT document FROM algorithm" << kWhere << OrderBy(query) << " LIMIT :limit OFFSET :skip",
         soci::into(document), soci::use(project_id, "project"), soci::use(name, "name"),
         soci::use(query.workspace_id, "workspace"), soci::use(limit, "limit"), soci::use(skip, "skip"));
    return ReadDocuments(select, document, page.algorithms);
  }));
  return page;
}

}  // namespace atelier::storage
