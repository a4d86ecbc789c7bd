#include "storage/model_repository.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include "base/strings.h"
#include "storage/conditions.h"
#include "storage/like_pattern.h"
#include "storage/model_document.h"

namespace atelier::storage {

using registry::Model;
using registry::ModelFilter;
using registry::ModelPage;

namespace {

struct Row {
  explicit Row(const Model& model)
      : id(model.id),
        project_id(model.project_id),
        name(model.name),
        version(model.version),
        status(registry::ToString(model.status)),
        type(ToLower(model.config.model_type)),
        description(model.description),
        size(static_cast<long long>(model.size_bytes)),
        created(ToUnixMillis(model.created)),
        updated(ToUnixMillis(model.updated)),
        document(ModelDocument(model)) {}
  std::string id, project_id, name, version, status, type, description;
  long long size, created, updated;
  std::string document;
};

// Rows of one query whose only column is the document.
Result<void> ReadDocuments(soci::statement& statement, const std::string& document, std::vector<Model>& into) {
  statement.execute();
  while (statement.fetch()) {
    ATELIER_TRY(Model model, ParseModelDocument(document));
    into.push_back(std::move(model));
  }
  return {};
}

Conditions Where(const std::string& project_id, const ModelFilter& filter) {
  Conditions where;
  where.Add("project_id = :", project_id);
  if (filter.exact)
    where.Add("name = :", filter.name);
  else if (!filter.name.empty())
    where.Add("name LIKE : ESCAPE '\\'", LikeContaining(filter.name));
  where.AddIf("version = :", filter.version);
  if (filter.status.empty())
    where.Add("status <> 'deleting'");
  else
    where.Add("status = :", filter.status);
  where.AddIf("model_type = :", ToLower(filter.type));
  where.AddIf("model_type <> :", ToLower(filter.not_type));
  where.AddIf("workspace_id = :", filter.workspace_id);
  if (!filter.description.empty()) where.Add("description LIKE : ESCAPE '\\'", LikeContaining(filter.description));
  return where;
}

std::string OrderBy(const ModelFilter& filter) {
  std::string direction = filter.ascending ? " ASC" : " DESC";
  // The versions of one name are few: they are found by it and sorted, not taken from an index of all models ("+").
  std::string order = filter.exact ? " ORDER BY +" : " ORDER BY ";
  if (filter.sort_by == "model_version") order += "version" + direction + ", ";
  if (filter.sort_by == "model_size") order += "size_bytes" + direction + ", ";
  return order + "created" + direction + ", id" + direction;
}

}  // namespace

std::string ModelListQuery(const ModelFilter& filter) {
  return "SELECT document FROM model" + Where("", filter).text() + OrderBy(filter) + " LIMIT 1000";
}

Result<void> SqlModelRepository::Insert(const Model& model) {
  Row row(model);
  return database_.Write([&](soci::session& sql) -> Result<void> {
    int taken = 0;
    sql << "SELECT COUNT(*) FROM model WHERE project_id = :p AND name = :n AND version = :v", soci::into(taken),
        soci::use(row.project_id), soci::use(row.name), soci::use(row.version);
    if (taken > 0) return AlreadyExists("model name and version are taken");
    sql << "INSERT INTO model (id, project_id, name, version, status, model_type, description, size_bytes, created, "
           "updated, workspace_id, document)"
           " VALUES (:id, :p, :n, :v, :s, :t, :d, :b, :c, :u, :w, :j)",
        soci::use(row.id), soci::use(row.project_id), soci::use(row.name), soci::use(row.version),
        soci::use(row.status), soci::use(row.type), soci::use(row.description), soci::use(row.size),
        soci::use(row.created), soci::use(row.updated), soci::use(model.workspace_id), soci::use(row.document);
    return {};
  });
}

Result<void> SqlModelRepository::Update(const Model& model) {
  Row row(model);
  return database_.Write([&](soci::session& sql) -> Result<void> {
    soci::statement update =
        (sql.prepare
             << "UPDATE model SET status = :s, model_type = :t, description = :d, size_bytes = :b, updated = :u,"
                " workspace_id = :w, document = :j WHERE id = :id",
         soci::use(row.status), soci::use(row.type), soci::use(row.description), soci::use(row.size),
         soci::use(row.updated), soci::use(model.workspace_id), soci::use(row.document), soci::use(row.id));
    update.execute(true);
    if (update.get_affected_rows() == 0) return NotFound("no model " + row.id);
    return {};
  });
}

Result<void> SqlModelRepository::Remove(const std::string& id) {
  return database_.Write([&](soci::session& sql) -> Result<void> {
    sql << "DELETE FROM model WHERE id = :id", soci::use(id);
    return {};
  });
}

Result<std::optional<Model>> SqlModelRepository::Find(const std::string& id) {
  std::vector<Model> found;
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    std::string document;
    soci::statement select =
        (sql.prepare << "SELECT document FROM model WHERE id = :id", soci::into(document), soci::use(id));
    return ReadDocuments(select, document, found);
  }));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

Result<ModelPage> SqlModelRepository::List(const std::string& project_id, const ModelFilter& filter) {
  auto where = Where(project_id, filter);
  auto after = fmt::format("{} LIMIT {} OFFSET {}", OrderBy(filter), filter.limit, filter.offset * filter.limit);
  ModelPage page;
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    long long total = 0;
    soci::statement count(sql);
    where.Prepare(count, "SELECT COUNT(*) FROM model", "", total);
    count.execute(true);
    page.total = static_cast<std::size_t>(total);
    std::string document;
    soci::statement select(sql);
    where.Prepare(select, "SELECT document FROM model", after, document);
    return ReadDocuments(select, document, page.models);
  }));
  return page;
}

Result<std::vector<Model>> SqlModelRepository::Unsettled() {
  std::vector<Model> models;
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    std::string document;
    soci::statement select =
        (sql.prepare << "SELECT document FROM model WHERE status IN ('publishing', 'deleting') ORDER BY created",
         soci::into(document));
    return ReadDocuments(select, document, models);
  }));
  return models;
}

}  // namespace atelier::storage
