#include "storage/service_repository.h"

#include <soci/soci.h>

#include <set>

#include "storage/like_pattern.h"
#include "storage/service_document.h"

namespace atelier::storage {

using serving::Service;
using serving::ServiceFilter;
using serving::ServicePage;

namespace {

Result<void> ReadDocuments(soci::statement& statement, const std::string& document, std::vector<Service>& into) {
  statement.execute();
  while (statement.fetch()) {
    ATELIER_TRY(Service service, ParseServiceDocument(document));
    into.push_back(std::move(service));
  }
  return {};
}

void InsertModels(soci::session& sql, const Service& service) {
  std::set<std::string> models;
  for (const auto& deployment : service.deployments) models.insert(deployment.model_id);
  for (const auto& model : models)
    sql << "INSERT INTO service_model (service_id, model_id) VALUES (:s, :m)", soci::use(service.id), soci::use(model);
}

constexpr std::string_view kWhere =
    " WHERE project_id = :project AND (:id = '' OR id = :id) AND name LIKE :name ESCAPE '\\' AND (:status = '' OR "
    "status = :status)"
    " AND (:model = '' OR id IN (SELECT service_id FROM service_model WHERE model_id = :model))"
    " AND (:workspace = '' OR json_extract(document, '$.workspace_id') = :workspace)";

std::string OrderBy(const ServiceFilter& filter) {
  std::string direction = filter.ascending ? "ASC" : "DESC";
  std::string column = "created";
  if (filter.sort_by == "service_name") column = "name";
  if (filter.sort_by == "transition_at") column = "transition";
  return " ORDER BY " + column + " " + direction + ", created " + direction + ", id " + direction;
}

}  // namespace

Result<void> SqlServiceRepository::Insert(const Service& service) {
  std::string status(serving::ToString(service.status));
  std::string document = ServiceDocument(service);
  long long created = ToUnixMillis(service.created);
  long long transition = ToUnixMillis(service.transition);
  return database_.Write([&](soci::session& sql) -> Result<void> {
    int taken = 0;
    sql << "SELECT COUNT(*) FROM service WHERE project_id = :p AND name = :n", soci::into(taken),
        soci::use(service.project_id), soci::use(service.name);
    if (taken > 0) return AlreadyExists("the service name is taken");
    sql << "INSERT INTO service (id, project_id, name, status, created, transition, document) VALUES (:i, :p, :n, :s, "
           ":c, :t, :d)",
        soci::use(service.id), soci::use(service.project_id), soci::use(service.name), soci::use(status),
        soci::use(created), soci::use(transition), soci::use(document);
    InsertModels(sql, service);
    return {};
  });
}

Result<void> SqlServiceRepository::Update(const Service& service) {
  std::string status(serving::ToString(service.status));
  std::string document = ServiceDocument(service);
  long long transition = ToUnixMillis(service.transition);
  return database_.Write([&](soci::session& sql) -> Result<void> {
    soci::statement update =
        (sql.prepare << "UPDATE service SET status = :s, transition = :t, document = :d WHERE id = :id",
         soci::use(status), soci::use(transition), soci::use(document), soci::use(service.id));
    update.execute(true);
    if (update.get_affected_rows() == 0) return NotFound("no service " + service.id);
    sql << "DELETE FROM service_model WHERE service_id = :id", soci::use(service.id);
    InsertModels(sql, service);
    return {};
  });
}

Result<void> SqlServiceRepository::Remove(const std::string& id) {
  return database_.Write([&](soci::session& sql) -> Result<void> {
    sql << "DELETE FROM service WHERE id = :id", soci::use(id);
    return {};
  });
}

Result<std::optional<Service>> SqlServiceRepository::Find(const std::string& id) {
  std::vector<Service> found;
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    std::string document;
    soci::statement select =
        (sql.prepare << "SELECT document FROM service WHERE id = :id", soci::into(document), soci::use(id));
    return ReadDocuments(select, document, found);
  }));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

Result<ServicePage> SqlServiceRepository::List(const std::string& project_id, const ServiceFilter& filter) {
  ServicePage page;
  if (!filter.infer_type.empty() && filter.infer_type != "real-time") return page;
  std::string name = LikeContaining(filter.name);
  auto limit = static_cast<long long>(filter.limit);
  auto skip = static_cast<long long>(filter.offset * filter.limit);
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    long long total = 0;
    sql << "SELECT COUNT(*) FROM service" << kWhere, soci::into(total), soci::use(project_id, "project"),
        soci::use(filter.id, "id"), soci::use(name, "name"), soci::use(filter.status, "status"),
        soci::use(filter.model_id, "model"), soci::use(filter.workspace_id, "workspace");
    page.total = static_cast<std::size_t>(total);
    std::string document;
    soci::statement select =
        (sql.prepare << "SELECT document FROM service" << kWhere << OrderBy(filter) << " LIMIT :limit OFFSET :skip",
         soci::into(document), soci::use(project_id, "project"), soci::use(filter.id, "id"), soci::use(name, "name"),
         soci::use(filter.status, "status"), soci::use(filter.model_id, "model"),
         soci::use(filter.workspace_id, "workspace"), soci::use(limit, "limit"), soci::use(skip, "skip"));
    return ReadDocuments(select, document, page.services);
  }));
  return page;
}

Result<std::vector<Service>> SqlServiceRepository::All() {
  std::vector<Service> services;
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    std::string document;
    soci::statement select = (sql.prepare << "SELECT document FROM service ORDER BY created", soci::into(document));
    return ReadDocuments(select, document, services);
  }));
  return services;
}

Result<std::vector<std::string>> SqlServiceRepository::Using(const std::string& model_id) {
  std::vector<std::string> names;
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    std::string name;
    soci::statement select = (sql.prepare << "SELECT s.name FROM service s JOIN service_model m ON m.service_id = s.id"
                                             " WHERE m.model_id = :m ORDER BY s.name",
                              soci::into(name), soci::use(model_id));
    select.execute();
    while (select.fetch()) names.push_back(name);
    return {};
  }));
  return names;
}

}  // namespace atelier::storage
