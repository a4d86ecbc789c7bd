#include "storage/service_repository.h"

#include <fmt/format.h>
#include <soci/soci.h>

#include <set>

#include "storage/conditions.h"
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

// Models whose packages are needed: replicas of a former configuration may still run.
void InsertModels(soci::session& sql, const Service& service) {
  std::set<std::string> models;
  for (const auto& deployment : service.deployments) models.insert(deployment.model_id);
  for (const auto& deployment : service.leaving) models.insert(deployment.model_id);
  if (service.update)
    for (const auto& deployment : service.update->deployments) models.insert(deployment.model_id);
  for (const auto& model : models)
    sql << "INSERT INTO service_model (service_id, model_id) VALUES (:s, :m)", soci::use(service.id), soci::use(model);
}

Conditions Where(const std::string& project_id, const ServiceFilter& filter) {
  Conditions where;
  where.Add("project_id = :", project_id);
  where.AddIf("id = :", filter.id);
  if (!filter.name.empty()) where.Add("name LIKE : ESCAPE '\\'", LikeContaining(filter.name));
  where.AddIf("status = :", filter.status);
  where.AddIf("workspace_id = :", filter.workspace_id);
  where.AddIf("infer_type = :", filter.infer_type);
  where.AddIf("id IN (SELECT service_id FROM service_model WHERE model_id = :)", filter.model_id);
  return where;
}

std::string OrderBy(const ServiceFilter& filter) {
  std::string direction = filter.ascending ? " ASC" : " DESC";
  if (filter.sort_by == "service_name") return " ORDER BY name" + direction;  // no two have one name
  std::string order = " ORDER BY ";
  if (filter.sort_by == "transition_at") order += "transition" + direction + ", ";
  return order + "created" + direction + ", id" + direction;
}

}  // namespace

std::string ServiceListQuery(const ServiceFilter& filter) {
  return "SELECT document FROM service" + Where("", filter).text() + OrderBy(filter) + " LIMIT 1000";
}

Result<void> SqlServiceRepository::Insert(const Service& service) {
  std::string status(serving::ToString(serving::ShownStatus(service)));
  std::string document = ServiceDocument(service);
  std::string infer_type(serving::InferType(service));
  long long created = ToUnixMillis(service.created);
  long long transition = ToUnixMillis(service.transition);
  return database_.Write([&](soci::session& sql) -> Result<void> {
    int taken = 0;
    sql << "SELECT COUNT(*) FROM service WHERE project_id = :p AND name = :n", soci::into(taken),
        soci::use(service.project_id), soci::use(service.name);
    if (taken > 0) return AlreadyExists("the service name is taken");
    sql << "INSERT INTO service (id, project_id, name, status, created, transition, workspace_id, infer_type, "
           "document) VALUES "
           "(:i, :p, "
           ":n, :s, :c, :t, :w, :f, :d)",
        soci::use(service.id), soci::use(service.project_id), soci::use(service.name), soci::use(status),
        soci::use(created), soci::use(transition), soci::use(service.workspace_id), soci::use(infer_type),
        soci::use(document);
    InsertModels(sql, service);
    return {};
  });
}

Result<void> SqlServiceRepository::Update(const Service& service) {
  std::string status(serving::ToString(serving::ShownStatus(service)));
  std::string document = ServiceDocument(service);
  long long transition = ToUnixMillis(service.transition);
  return database_.Write([&](soci::session& sql) -> Result<void> {
    soci::statement update =
        (sql.prepare
             << "UPDATE service SET status = :s, transition = :t, workspace_id = :w, document = :d WHERE id = :id",
         soci::use(status), soci::use(transition), soci::use(service.workspace_id), soci::use(document),
         soci::use(service.id));
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
  auto where = Where(project_id, filter);
  auto after = fmt::format("{} LIMIT {} OFFSET {}", OrderBy(filter), filter.limit, filter.offset * filter.limit);
  ATELIER_CHECK(database_.Read([&](soci::session& sql) -> Result<void> {
    long long total = 0;
    soci::statement count(sql);
    where.Prepare(count, "SELECT COUNT(*) FROM service", "", total);
    count.execute(true);
    page.total = static_cast<std::size_t>(total);
    std::string document;
    soci::statement select(sql);
    where.Prepare(select, "SELECT document FROM service", after, document);
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
